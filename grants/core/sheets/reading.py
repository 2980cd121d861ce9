"""The parent's side: what the directory of the archive tells is judged first, the rest is read by a child with limits."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from grants.core.money import group
from grants.core.text import clean_text

CHILD = Path(__file__).with_name("child.py")
MEGABYTE = 1024 * 1024


class Unreadable(ValueError):
    """The file is not read. The text is a sentence that says what to do."""


@dataclass(frozen=True)
class Limits:
    """What a file may be. The figures are those of TRUST F-12; rows and columns are what the reader of the sheet needs."""

    file_bytes: int = 5 * MEGABYTE
    unpacked_bytes: int = 50 * MEGABYTE
    ratio: int = 100
    members: int = 2_000
    rows: int = 5_000
    columns: int = 100
    memory_megabytes: int = 512
    cpu_seconds: int = 30


@dataclass
class SheetRead:
    """A sheet: (row, column), both from 1 → str, Decimal or bool. ``formulas`` and ``merged``: where those stand."""

    name: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    formulas: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    @property
    def last_row(self) -> int:
        return max((row for row, _ in self.cells), default=0)


NO_WORKBOOK = "Filen är inte en Excelfil. Spara den som Excel-arbetsbok (.xlsx) och ladda upp den igen."
BROKEN = "Filen går inte att läsa. Öppna den i Excel, spara den på nytt som Excel-arbetsbok (.xlsx) och försök igen."
SENTENCES = {
    "big": "Filen blir för stor när den packas upp. Ta bort blad och bilder som inte behövs.",
    "dtd": "Filen innehåller något som Excel inte skriver (en dokumenttyp). Spara den på nytt i Excel.",
    "form": NO_WORKBOOK,
    "broken": BROKEN,
    "time": "Filen tog för lång tid att läsa. Ta bort blad och rader som inte behövs.",
}


def read_upload(upload: Any, limits: Limits = Limits()) -> list[SheetRead]:
    """An uploaded file, written to a temporary one that is gone afterwards. Raises Unreadable."""
    with _stored(upload, limits) as path:
        return read_workbook(path, limits)


@contextmanager
def _stored(upload: Any, limits: Limits) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        size = 0
        for chunk in upload.chunks():
            size += len(chunk)
            if size > limits.file_bytes:
                most = limits.file_bytes // MEGABYTE
                raise Unreadable(f"Filen är för stor. Den får vara högst {most} MB.")
            file.write(chunk)
        file.flush()
        yield Path(file.name)


def read_workbook(path: Path, limits: Limits = Limits()) -> list[SheetRead]:
    """Every sheet of the file. Raises Unreadable."""
    judge_directory(path, limits)
    told = in_child(path, limits)
    if "refused" in told:
        raise Unreadable(sentence(told["refused"], limits))
    return [read_sheet(one) for one in told["sheets"]]


def judge_directory(path: Path, limits: Limits) -> None:
    """What the archive says of itself: whether it is one, how many members it has, how large they claim to be."""
    with open(path, "rb") as file:
        head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "Filen är skyddad med lösenord eller sparad i ett äldre format. Spara den som .xlsx utan lösenord."
        )
    if not head.startswith(b"PK\x03\x04"):
        raise Unreadable(NO_WORKBOOK)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError) as fault:
        raise Unreadable(BROKEN) from fault
    unpacked, size = sum(one.file_size for one in members), path.stat().st_size
    packed = sum(one.compress_size for one in members)
    if len(members) > limits.members or unpacked > limits.unpacked_bytes or unpacked > limits.ratio * max(size, 1):
        raise Unreadable(SENTENCES["big"])
    if packed > size or any(one.flag_bits & 1 for one in members):  # members that overlap, or are encrypted
        raise Unreadable(BROKEN)
    names = {one.filename for one in members}
    if "xl/workbook.xml" not in names or any(".." in name.split("/") or name.startswith("/") for name in names):
        raise Unreadable(NO_WORKBOOK)


def in_child(path: Path, limits: Limits) -> dict[str, Any]:
    """What the child tells; one that dies of its limits has refused the file."""
    numbers = (limits.unpacked_bytes, limits.rows, limits.columns, limits.cpu_seconds, limits.memory_megabytes)
    command = [sys.executable, "-I", str(CHILD), str(path), *map(str, numbers)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=limits.cpu_seconds * 2, check=False, env={})
    except subprocess.TimeoutExpired:
        return {"refused": "time"}
    if done.returncode:
        return {"refused": "time" if done.returncode < 0 else "big"}
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def sentence(why: str, limits: Limits) -> str:
    if why == "rows":
        return f"Filen har fler än {group(limits.rows)} rader. Ta bort rader som inte behövs."
    if why == "columns":
        return f"Filen har fler än {group(limits.columns)} kolumner. Ta bort kolumner som inte behövs."
    return SENTENCES.get(why, BROKEN)


def read_sheet(told: dict[str, Any]) -> SheetRead:
    cells = {}
    for row, column, kind, text in told["cells"]:
        value = value_of(kind, text)
        if value is not None and value != "":
            cells[row, column] = value
    return SheetRead(clean_text(told["name"]), cells, told["formulas"], told["merged"])


def value_of(kind: str, text: str) -> Any:
    """Numbers as exact decimals, texts cleaned. What Excel itself calls a fault (#DIV/0!) stays as its text."""
    if kind == "n":
        try:
            number = Decimal(text)
        except InvalidOperation:
            return clean_text(text).strip()
        return number if number.is_finite() else clean_text(text).strip()
    if kind == "b":
        return text == "1"
    return clean_text(text).strip()
