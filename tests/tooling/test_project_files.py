"""The files that fix what is installed say the same thing, and name no registry."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def ranges(name: str) -> list[str]:
    """The requirements of a .in file, without comments and references to other files."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    bare = (re.sub(r"\s+#.*|^#.*", "", line).strip() for line in lines)
    return sorted(line for line in bare if line and not line.startswith("-r "))


def locked(name: str) -> dict[str, str]:
    """Package to version of a compiled file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^\s;]+)", text, re.MULTILINE))


@pytest.fixture(scope="module")
def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_pyproject_and_requirements_in_name_the_same_ranges(pyproject):
    assert sorted(pyproject["project"]["dependencies"]) == ranges("requirements.in")
    assert sorted(pyproject["dependency-groups"]["dev"]) == ranges("requirements-dev.in")


def test_the_project_table_names_the_product_and_its_licence(pyproject):
    project = pyproject["project"]

    assert (project["name"], project["license"], project["requires-python"]) == ("projektmedel", "EUPL-1.2", ">=3.11")


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt", "requirements-node.txt"]
)
def test_every_locked_package_has_hashes_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())

    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"https?://|--index|--find-links", text) == []


def test_development_holds_the_versions_that_production_runs():
    production, development = locked("requirements.txt"), locked("requirements-dev.txt")

    assert len(production) > 40
    assert {name: development.get(name) for name in production} == production


def test_every_range_is_locked():
    wanted = {re.split(r"[\[=~><! ]", line)[0] for line in ranges("requirements.in") + ranges("requirements-dev.in")}

    assert wanted - locked("requirements-dev.txt").keys() == set()


def test_package_lock_pins_exact_versions_with_hashes_and_no_address():
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    pinned = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]

    assert re.findall(r"https?://", text) == []
    assert [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")] == []
    assert {name: packages[f"node_modules/{name}"]["version"] for name in pinned} == pinned


def test_ci_calls_make_test_and_nothing_else():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert lines == ["#!/usr/bin/env bash", "set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
