"""docs/operations.md lists every variable that settings and tools read, and none that nothing reads."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OUTSIDE_SETTINGS = {"DJANGO_SETTINGS_MODULE", "PORT", "DATABASE_URL_TEST"}
"""Read by the entry points, by serve and by the test run."""


def variables_read_by_settings() -> set[str]:
    """The first argument of every env(...), env.list(...) and the like."""
    names = set()
    for path in (ROOT / "grants" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] == "env" and node.args:
                names.add(ast.literal_eval(node.args[0]))
    return names


def variables_documented() -> list[str]:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = text.split("## Environment variables")[1].split("\n## ")[0]
    return re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)


def test_every_variable_is_documented_once_and_none_in_vain():
    read = variables_read_by_settings()

    assert {"DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "EMAIL_URL", "MEDIA_ROOT"} - read == set()
    assert sorted(variables_documented()) == sorted(read | OUTSIDE_SETTINGS)


def test_every_make_command_of_the_document_exists():
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"`(?:PORT=\d+ )?make (?:[A-Z]+=\S+ )?([a-z-]+)", text))

    assert {"run", "test", "setup", "benchmark", "fault"} - named == set()
    assert named - targets == set()
