"""F-12: workbooks that are bombs, sent in as a budget. Refused from the directory and by real bytes; the parent is unharmed."""

from __future__ import annotations

import resource
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from grants.core.sheets import Unreadable, read_workbook
from tests.core.test_sheets import HOSTILE
from tests.faults.figures import Figures

SLOWEST_SECONDS = 1.0
CHILD_MEGABYTES = 512
PARENT_MEGABYTES = 64
ROW = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'


def run(rounds: int = 3, rows: int = 1_000_000) -> Figures:
    """Every hostile file of tests/core/test_sheets.py, and sheets of so many rows, each so many times."""
    figures = Figures()
    slowest, slowest_name, accepted, count = 0.0, "", [], 0
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{n}.xlsx" for n, name in enumerate(corpus(rows))}
        for name, write in corpus(rows).items():
            write(files[name])
        before = peak(resource.RUSAGE_SELF)  # once the bombs are made: making them costs more than refusing them
        for name, path in files.items():
            for _ in range(rounds):
                started = time.monotonic()
                try:
                    read_workbook(path)
                    accepted.append(name)
                except Unreadable:
                    count += 1
                took = time.monotonic() - started
                if took > slowest:
                    slowest, slowest_name = took, name
    figures["refused"] = count
    figures.must_equal("accepted", sorted(set(accepted)), [])
    figures.must_not_exceed("slowest refusal s", slowest, SLOWEST_SECONDS)
    figures["slowest file"] = slowest_name
    figures.must_not_exceed("largest child MB", peak(resource.RUSAGE_CHILDREN), CHILD_MEGABYTES)
    figures.must_not_exceed("parent grew MB", peak(resource.RUSAGE_SELF) - before, PARENT_MEGABYTES)
    return figures


def corpus(rows: int) -> dict[str, Callable[[Path], object]]:
    """By name a function that writes the file; the large ones are written piece by piece, not held in memory."""

    def of(make: Callable[[], bytes]) -> Callable[[Path], object]:
        return lambda path: path.write_bytes(make())

    small = {name: of(make) for name, make in HOSTILE.items() if name != "6 MB"}  # an upload that long is never written
    return {
        **small,
        "a sheet of many rows": lambda path: many_rows(path, rows, ROW),
        "a sheet of many empty rows": lambda path: many_rows(path, rows, '<row r="{0}"/>'),
    }


def many_rows(path: Path, rows: int, row: str) -> None:
    from tests.core.test_sheets import BOOK, RELS, SHEET

    head, tail = SHEET.split("{}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", BOOK)
        made.writestr("xl/_rels/workbook.xml.rels", RELS)
        with made.open("xl/worksheets/sheet1.xml", "w") as stream:
            stream.write(head.encode())
            for start in range(1, rows, 10_000):
                stream.write("".join(row.format(n) for n in range(start, start + 10_000)).encode())
            stream.write(tail.encode())


def peak(who: int) -> float:
    """The most memory, in MB, that this process or any of its children has held."""
    return resource.getrusage(who).ru_maxrss / 1024
