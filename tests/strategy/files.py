"""A copy of the real data files that a test may change, and a dump of what is stored."""

import shutil
from pathlib import Path

from django.apps import apps
from django.core import serializers

from grants.strategy.loader import DATA_DIR


def copy_of_data(folder: Path) -> Path:
    return Path(shutil.copytree(DATA_DIR, folder / "data"))


def replace(data: Path, file: str, old: str, new: str) -> None:
    """Replace text that stands exactly once in the file."""
    text = (data / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    (data / file).write_text(text.replace(old, new), encoding="utf-8", newline="")


def replace_line(data: Path, file: str, line: int, new: bytes) -> None:
    lines = (data / file).read_bytes().split(b"\n")
    lines[line - 1] = new
    (data / file).write_bytes(b"\n".join(lines))


def drop(data: Path, file: str, *beginnings: str) -> None:
    """Take away the rows that begin so; each beginning must be one row."""
    lines = (data / file).read_text(encoding="utf-8").splitlines(keepends=True)
    for beginning in beginnings:
        assert len([line for line in lines if line.startswith(beginning)]) == 1, beginning
    left = [line for line in lines if not line.startswith(beginnings)]
    (data / file).write_text("".join(left), encoding="utf-8", newline="")


def append(data: Path, file: str, row: str) -> None:
    with (data / file).open("a", encoding="utf-8", newline="") as stream:
        stream.write(row + "\n")


def dump() -> str:
    """Every stored row of the app with every field, as text."""
    rows = [row for model in apps.get_app_config("strategy").get_models() for row in model.objects.order_by("pk")]
    return serializers.serialize("json", rows)
