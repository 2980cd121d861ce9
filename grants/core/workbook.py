"""One writer for every Excel file (mechanism 7): streamed, typed cells, text that looks like a formula stays text.

A ``Column`` is one line, so that heading, value, format and origin are read together. Columns are only ever added last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from grants.core.text import clean_text
from grants.core.time import stockholm

CELL_LIMIT = 32_767  # characters that Excel holds in one cell; openpyxl cuts silently, we say so in the cell
CUT_NOTE = " […texten är för lång för en cell i Excel; hela texten finns i ärendet]"


class Kind(Enum):
    """What a cell is: its type in the file and its number format."""

    TEXT = "@"
    NUMBER = "#,##0"
    SEK = "#,##0\\ "
    PERCENT = "0.0"
    DAY = "yyyy-mm-dd"
    INSTANT = "yyyy-mm-dd\\ hh:mm"
    YES_NO = "General"


@dataclass(frozen=True)
class Column:
    """One column of lists and workbooks.

    ``value(row)`` gives str, int, Decimal, date, aware datetime, bool or None. ``source`` says in Swedish where it comes from
    and is printed on the sheet "Om uttaget".
    """

    key: str
    heading: str
    value: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    source: str = ""
    width: int = 16


@dataclass
class Sheet:
    """A sheet: name, columns and a source of rows that is read once. ``count`` is set when it is written."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    total: int = 0
    count: int = field(default=0, init=False)


def fit(text: str) -> str:
    """The text as one cell can hold it: cleaned, and cut with a note rather than silently."""
    text = clean_text(text)
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - len(CUT_NOTE)] + CUT_NOTE


def _typed(value: Any, kind: Kind) -> tuple[Any, str] | None:
    """The value as openpyxl stores it, and its cell type; None for an empty cell."""
    if value is None or value == "":
        return None
    if kind is Kind.TEXT:
        return fit(str(value)), "s"
    if kind is Kind.YES_NO:
        return ("Ja" if value else "Nej"), "s"
    if kind is Kind.DAY:
        return value, "d"
    if kind is Kind.INSTANT:
        return stockholm(value).replace(tzinfo=None), "d"
    return (float(value) if isinstance(value, Decimal) else value), "n"


class _Row:
    """Reuses one cell object per column: a write-only sheet writes a row before the next one is filled."""

    def __init__(self, sheet: Any, columns: Sequence[Column]):
        self.columns = columns
        self.cells: list[Any] = []
        for column in columns:
            cell = WriteOnlyCell(sheet)
            cell.number_format = column.kind.value
            if column.kind is Kind.TEXT:
                cell.alignment = Alignment(vertical="top", wrap_text=column.width >= 40)
            else:
                cell.alignment = Alignment(vertical="top")
            self.cells.append(cell)

    def fill(self, row: Any) -> list[Any]:
        filled: list[Any] = []
        for column, cell in zip(self.columns, self.cells, strict=True):
            typed = _typed(column.value(row), column.kind)
            if typed is None:
                filled.append(None)
                continue
            cell._value, cell.data_type = typed  # the public setter would turn "=…" into a formula
            filled.append(cell)
        return filled


HEAD_FONT = Font(bold=True, color="FFFFFF")
HEAD_FILL = PatternFill("solid", fgColor="0D382F")


def write(
    path: Path, sheets: Sequence[Sheet], *, title: str, progress: Callable[[int, int], None] | None = None
) -> None:
    """Write the workbook to ``path``, streaming: memory does not grow with the rows.

    Each sheet gets a frozen, filtered head. Progress is told per row over all sheets with a known total.
    """
    book = Workbook(write_only=True)
    book.properties.title = title
    book.properties.creator = "Projektmedel"
    book.properties.language = "sv-SE"
    total = sum(sheet.total for sheet in sheets)
    done = 0
    for sheet in sheets:
        target = book.create_sheet(sheet.name)
        target.freeze_panes = "A2"
        for index, column in enumerate(sheet.columns, start=1):
            target.column_dimensions[get_column_letter(index)].width = column.width
        head = []
        for column in sheet.columns:
            cell = WriteOnlyCell(target, column.heading)
            cell.font, cell.fill = HEAD_FONT, HEAD_FILL
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            head.append(cell)
        target.row_dimensions[1].height = 32
        target.append(head)
        filler = _Row(target, sheet.columns)
        for row in sheet.rows:
            target.append(filler.fill(row))
            sheet.count += 1
            done += bool(sheet.total)
            if progress and sheet.total and done % 100 == 0:
                progress(min(done, total), total)
        if sheet.columns:
            target.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{sheet.count + 1}"
    book.save(path)
    if progress and total:
        progress(total, total)
