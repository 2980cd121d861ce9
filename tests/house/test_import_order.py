"""Imports point one way: a package may import those to its left, never those to its right (README, "Import order")."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDER = (
    "grants.core",
    "grants.strategy",
    "grants.accounts",
    "grants.documents",
    "calls",
    "applications",
    "evaluation",
    "grants.projects",
    "grants.exports",
    "grants.portal",
    "grants.demo",
)


def package_of(module: str) -> str | None:
    """The package of the order that a module belongs to; None for wiring, tests and other people's packages."""
    return next((name for name in ORDER if module == name or module.startswith(f"{name}.")), None)


def imported(path: Path) -> set[str]:
    """Every module that a file imports, inside functions too; ``from grants import x`` counts as ``grants.x``."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} if node.module != "grants" else {f"grants.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            names.add("a relative import")
    return names


def files_of(package: str) -> list[Path]:
    return sorted((ROOT / package.replace(".", "/")).rglob("*.py"))


@pytest.mark.parametrize("package", ORDER)
def test_a_package_imports_only_those_to_its_left(package):
    files = files_of(package)
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imported(path)
        if name == "a relative import" or ((other := package_of(name)) and ORDER.index(other) > ORDER.index(package))
    ]

    assert files != []
    assert wrong == []


def test_the_check_sees_a_wrong_import(tmp_path):
    file = tmp_path / "wrong.py"
    file.write_text("def late():\n    from evaluation import actions\n")

    assert imported(file) == {"evaluation"}
    assert ORDER.index("evaluation") > ORDER.index("calls")


def test_every_package_of_the_order_and_no_other_is_installed():
    from django.conf import settings

    own = [name for name in settings.INSTALLED_APPS if package_of(name)]

    assert tuple(own) == ORDER
