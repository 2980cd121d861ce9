"""The assets: complete, our own font rules, nothing fetched from elsewhere, and no work when nothing changed."""

import re

import pytest

from tools import build_assets
from tools.common import stamped


@pytest.fixture(scope="module", autouse=True)
def built():
    build_assets.build()


def test_a_second_build_does_nothing_and_calls_no_npm(monkeypatch):
    monkeypatch.setattr(build_assets, "install_packages", lambda **kwargs: pytest.fail("npm was called"))

    assert build_assets.build() is False


def test_a_changed_lock_file_or_script_builds_anew(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr(build_assets, "fingerprint", lambda *paths, **kwargs: "another")
    monkeypatch.setattr(build_assets, "install_packages", lambda **kwargs: calls.append(kwargs))
    monkeypatch.setattr(build_assets, "BUILD", tmp_path)
    monkeypatch.setattr(build_assets, "VENDOR", tmp_path / "vendor")

    assert build_assets.build() is True
    assert len(calls) == 1
    assert stamped(tmp_path / "vendor" / ".stamp", "another")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["static", "vendor"]


def test_every_font_of_the_style_sheet_lies_beside_it_and_the_other_way_round():
    css = (build_assets.VENDOR / "fonts.css").read_text(encoding="utf-8")
    named = re.findall(r'url\("fonts/([^"]+)"\)', css)

    assert sorted(named) == sorted(path.name for path in (build_assets.VENDOR / "fonts").iterdir())
    assert set(re.findall(r'font-family: "([^"]+)"', css)) == {"Source Sans 3 Variable", "Source Serif 4 Variable"}
    assert all((build_assets.VENDOR / "fonts" / name).read_bytes()[:4] == b"wOF2" for name in named)


def test_the_foundation_opens_with_the_layers_and_holds_variables_and_components():
    css = (build_assets.VENDOR / "foundation.css").read_text(encoding="utf-8")

    assert css.startswith("@layer base, ds, app;")
    assert css.index("--ds-size-base") < css.index(".ds-button")
    for component in (
        "alert",
        "button",
        "dialog",
        "field",
        "input",
        "tag",
        "pagination",
        "breadcrumbs",
        "details",
        "chip",
    ):
        assert f".ds-{component}" in css


def test_the_style_sheets_fetch_nothing_from_elsewhere():
    for name in ("foundation.css", "fonts.css"):
        css = (build_assets.VENDOR / name).read_text(encoding="utf-8")
        targets = re.findall(r"""url\(\s*["']?([^"')]{0,12})""", css)

        assert [target for target in targets if not target.startswith(("data:", "fonts/"))] == []
        assert "@import" not in css
        assert "sourceMappingURL" not in css


def test_each_package_brings_its_licence():
    texts = {path.name: path.read_text(encoding="utf-8") for path in (build_assets.VENDOR / "licences").iterdir()}

    assert sorted(texts) == [
        "digdir-designsystemet-css.txt",
        "fontsource-variable-source-sans-3.txt",
        "fontsource-variable-source-serif-4.txt",
    ]
    assert "MIT" in texts["digdir-designsystemet-css.txt"]
    assert "SIL OPEN FONT LICENSE" in texts["fontsource-variable-source-sans-3.txt"].upper()


def test_without_node_the_locked_wheel_is_put_into_the_environment(monkeypatch, tmp_path):
    commands = []
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.touch()
    monkeypatch.setattr(build_assets.shutil, "which", lambda name: None)
    monkeypatch.setattr(build_assets, "VENV", tmp_path)
    monkeypatch.setattr(build_assets, "PYTHON", python)
    monkeypatch.setattr(build_assets, "run", lambda command, **kwargs: commands.append([str(part) for part in command]))

    assert build_assets.npm() == [str(tmp_path / "bin" / "npm")]
    assert [command[-3:] for command in commands] == [
        ["--require-hashes", "-r", str(build_assets.ROOT / "requirements-node.txt")]
    ]
