"""Missing programs: named with their package, installed where we may, never passed over."""

import pytest

from tools import system

PACKAGES = {
    "initdb": "postgresql",
    "redis-server": "redis-server",
    "chromium": "chromium",
    "soffice": "libreoffice-calc",
    "pdftotext": "poppler-utils",
    "pdftoppm": "poppler-utils",
}


def nothing(name: str) -> None:
    return None


def test_each_program_maps_to_its_debian_package():
    absent = system.missing(found=nothing)

    assert {program.names[0]: program.package for program in absent} == PACKAGES
    assert system.packages_of(absent) == ["postgresql", "redis-server", "chromium", "libreoffice-calc", "poppler-utils"]


def test_a_program_under_another_usual_name_is_not_missing():
    absent = system.missing(found=lambda name: "/usr/bin/x" if name in ("chromium-browser", "libreoffice") else None)

    assert {program.package for program in absent} == {"postgresql", "redis-server", "poppler-utils"}


def test_without_the_right_to_install_the_error_names_every_package(monkeypatch, capsys):
    monkeypatch.setattr(system, "missing", lambda programs=system.PROGRAMS: list(programs))
    monkeypatch.setattr(system, "may_install", lambda: False)
    monkeypatch.setattr(system, "install", lambda packages: pytest.fail("installed without the right to"))

    with pytest.raises(SystemExit) as end:
        system.ensure()

    said = capsys.readouterr().err
    assert end.value.code == 1
    assert [package for package in PACKAGES.values() if f"Debian package {package}" not in said] == []
    assert "sudo apt-get install postgresql redis-server chromium libreoffice-calc poppler-utils" in said


def test_as_root_the_missing_packages_are_installed_and_named(monkeypatch, capsys):
    commands: list[list[str]] = []
    environments = []
    rounds = iter([[program for program in system.PROGRAMS if program.package == "poppler-utils"], []])

    def record(command, *, env, quiet):
        commands.append(list(command))
        environments.append(env["DEBIAN_FRONTEND"])

    monkeypatch.setattr(system, "missing", lambda programs=(): next(rounds))
    monkeypatch.setattr(system, "may_install", lambda: True)
    monkeypatch.setattr(system, "run", record)

    system.ensure()

    assert commands == [
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "poppler-utils"],
    ]
    assert environments == ["noninteractive", "noninteractive"]
    assert "poppler-utils" in capsys.readouterr().out


def test_an_installation_that_brought_nothing_ends_with_the_complaint(monkeypatch, capsys):
    monkeypatch.setattr(system, "missing", lambda programs=system.PROGRAMS: list(programs))
    monkeypatch.setattr(system, "may_install", lambda: True)
    monkeypatch.setattr(system, "run", lambda command, **kwargs: None)

    with pytest.raises(SystemExit):
        system.ensure()

    assert "These programs are missing" in capsys.readouterr().err


def test_the_newest_postgresql_off_the_path_is_found(monkeypatch, tmp_path):
    for version in ("9.6", "15", "16"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    monkeypatch.setattr(system, "POSTGRESQL_HOME", tmp_path)
    monkeypatch.setattr(system.shutil, "which", nothing)

    assert system.find("initdb") == str(tmp_path / "16" / "bin" / "initdb")
    assert system.find("redis-server") is None
