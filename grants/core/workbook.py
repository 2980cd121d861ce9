"""One writer for every Excel file (mechanism 7): streamed, typed cells, text that looks like a formula stays text.

A ``Column`` is one line, so that heading, value, format and origin are read together. Columns are only ever added last.
openpyxl makes the package, the styles and the sheet's settings; the rows are written as XML straight into the sheet's
stream, since openpyxl's own cell objects take most of the time (docs/performance.md) and turn "=…" into a formula.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import tostring

from grants.core.looks import Kind as Kind
from grants.core.looks import Styles
from grants.core.text import clean_text
from grants.core.time import stockholm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_LIMIT = 32_767  # UTF-16 code units that Excel holds in one cell; openpyxl cuts silently, we say so in the cell
CUT_NOTE = " […texten är för lång för en cell i Excel; hela texten finns i ärendet]"
ABOUT_WIDTHS = (38, 90, 34)
PAGE_WIDTH = 190  # characters on a landscape A3 page at a size that can be read
PROGRESS_ROWS = 100  # rows between two calls of progress
WRAP_WIDTH = 30  # text columns at least this wide wrap their lines


@dataclass(frozen=True)
class Column:
    """One column of lists and workbooks.

    ``value(row)`` gives str, int, Decimal, date, aware datetime, bool or None. ``source`` says in Swedish where it comes from
    and is printed on the sheet "Om uttaget". ``summed``: the sum of all rows is told there too.
    """

    key: str
    heading: str
    value: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    source: str = ""
    width: int = 16
    summed: bool = False
    fill_in: bool = False
    """The people who get the sheet write here; then everything else on the sheet is locked against mistakes."""
    choices: tuple[str, ...] = ()
    """What may be written there: a list to choose from."""


@dataclass
class Sheet:
    """A sheet: name, columns and a source of rows that is read once. ``count`` and ``sums`` are set when it is written."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    total: int = 0
    count: int = field(default=0, init=False)
    sums: dict[str, int] = field(default_factory=dict, init=False)


@dataclass(frozen=True)
class About:
    """The sheet that explains the others: who, when and which selection, then rows, sums and every column with its source."""

    facts: Sequence[tuple[str, str]]
    name: str = "Om uttaget"
    heading: str = "Om uttaget"


_PLAIN = re.compile(r"[\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]*")


def fit(text: str) -> str:
    """The text as one cell can hold it: cleaned, and cut with a note rather than silently."""
    if not _PLAIN.fullmatch(text) or not unicodedata.is_normalized(
        "NFC", text
    ):  # what is clean already needs no reading
        text = clean_text(text)
    if len(text) * 2 <= CELL_LIMIT or len(text) + sum(char > "\uffff" for char in text) <= CELL_LIMIT:
        return text
    room = (CELL_LIMIT - len(CUT_NOTE)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT_NOTE


# Cells as XML --------------------------------------------------------------------------------------------------------

_ESCAPED_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LOOKS_ACTIVE = ("=", "+", "-", "@", "\t")


def _text_xml(text: str) -> str:
    """The text of a cell as XML. Excel reads _x0041_ as A, so that a text which says so is written with its _ as a code."""
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "_x" in text:
        text = _ESCAPED_CODE.sub("_x005F_", text)
    space = "" if text == text.strip() else ' xml:space="preserve"'
    return f'" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _number_xml(value: int | Decimal | float) -> str:
    return f'"><v>{value:f}</v></c>' if isinstance(value, Decimal) else f'"><v>{value}</v></c>'


def _day_xml(value: dt.date) -> str:
    day = stockholm(value).date() if isinstance(value, dt.datetime) else value
    return f'"><v>{to_excel(day):.0f}</v></c>'


def _instant_xml(value: dt.datetime) -> str:
    return f'"><v>{to_excel(stockholm(value).replace(tzinfo=None))}</v></c>'


_AS_XML: dict[Kind, Callable[[Any], str]] = {
    Kind.NUMBER: _number_xml,
    Kind.SEK: _number_xml,
    Kind.PERCENT: _number_xml,
    Kind.DECIMAL: _number_xml,
    Kind.DAY: _day_xml,
    Kind.INSTANT: _instant_xml,
}


def _height(lines: int) -> str:
    """The attribute for a row of several lines: Excel would find out by itself, other programs do not. At most 8 lines."""
    return f' ht="{15 * min(lines, 8)}"' if lines > 1 else ""


def _lines_of(text: str, width: int) -> int:
    """About how many lines the text takes in a cell of the width, in characters."""
    if len(text) < width and "\n" not in text:
        return 1
    return sum(len(line) // width + 1 for line in text.split("\n"))


def _cell(place: str, style: str, content: str) -> str:
    return f'<c r="{place}" s="{style}{content}'


def _row_of_texts(
    texts: Sequence[tuple[str, str]], number: int, *, height: float = 0, widths: Sequence[int] = ()
) -> str:
    """A row of (style, text) pairs as XML; an empty text leaves the cell out. ``widths``: lets the row grow with its texts."""
    fitted = max((_lines_of(text, width) for (_, text), width in zip(texts, widths, strict=False)), default=1)
    tall = f' ht="{height}" customHeight="1"' if height else _height(fitted)
    cells = "".join(
        _cell(f"{get_column_letter(index)}{number}", style, _text_xml(fit(text)))
        for index, (style, text) in enumerate(texts, start=1)
        if text
    )
    return f'<row r="{number}"{tall}>{cells}</row>'


class _Stream(WorksheetWriter):
    """openpyxl's writer of a sheet, with rows that come as finished XML from ``rows``."""

    def __init__(self, sheet: Any, rows: Iterator[str], before_tail: Callable[[], None] | None = None):
        super().__init__(sheet)
        self.source, self.before_tail = rows, before_tail

    def get_stream(self) -> Any:
        with open(self.out, "w", encoding="utf-8") as file:
            file.write(f'<worksheet xmlns="{SHEET_MAIN_NS}">')
            try:
                while True:
                    part = yield
                    if part is not None:
                        file.write(part if isinstance(part, str) else tostring(part).decode())
            except GeneratorExit:
                file.write("</worksheet>")

    def write_rows(self) -> None:
        self.write_top()
        self.xf.send("<sheetData>")
        for row in self.source:
            self.xf.send(row)
        self.xf.send("</sheetData>")
        if self.before_tail:
            self.before_tail()


# Rows of the two kinds of sheets -------------------------------------------------------------------------------------


def _rows_of(sheet: Sheet, styles: Styles, tell: Callable[[], None]) -> Iterator[str]:
    """The head and every row of a sheet as XML. Counts and sums on the way."""
    yield _row_of_texts([(styles.head(column.kind), column.heading) for column in sheet.columns], 1, height=33)
    plan = []
    for index, column in enumerate(sheet.columns, start=1):
        wrap = column.kind is Kind.TEXT and column.width >= WRAP_WIDTH
        looks = {"wrap": wrap, "unlocked": column.fill_in}
        style, quoted = styles.of(column.kind, **looks), styles.of(column.kind, **looks, quoted=True)
        width = column.width if wrap else 0
        plan.append((get_column_letter(index), column, column.value, _AS_XML.get(column.kind), style, quoted, width))
    sheet.sums = {column.key: 0 for column in sheet.columns if column.summed}
    for item in sheet.rows:
        sheet.count += 1
        number = sheet.count + 1
        cells, lines = [], 1
        for letter, column, read, as_xml, style, quoted, width in plan:
            value = read(item)
            if value is None or value == "":
                cells.append(f'<c r="{letter}{number}" s="{style}"/>')
                continue
            if as_xml is not None:
                cells.append(f'<c r="{letter}{number}" s="{style}{as_xml(value)}')
                if column.summed:
                    sheet.sums[column.key] += value
                continue
            text = ("Ja" if value else "Nej") if column.kind is Kind.YES_NO else fit(str(value))
            if text:
                shown = quoted if text.startswith(_LOOKS_ACTIVE) else style
                cells.append(f'<c r="{letter}{number}" s="{shown}{_text_xml(text)}')
                if width and (needed := _lines_of(text, width)) > lines:
                    lines = needed
        yield f'<row r="{number}"{_height(lines)}>{"".join(cells)}</row>'
        if not sheet.count % PROGRESS_ROWS:
            tell()


def _about_rows(about: About, sheets: Sequence[Sheet], styles: Styles) -> Iterator[str]:
    """Facts, then for each sheet its rows, sums and columns. Read after the other sheets are written."""
    text, number_style, head = styles.of(Kind.TEXT, wrap=True), styles.of(Kind.SEK, left=True), styles.head()
    number = 1
    yield _row_of_texts([(styles.title, about.heading)], number, height=26)
    number += 1
    for label, value in about.facts:
        number += 1
        yield _row_of_texts([(styles.label, label), (text, value)], number, widths=ABOUT_WIDTHS)
    for sheet in sheets:
        named = {column.key: column.heading for column in sheet.columns}
        figures = [(f"Rader i bladet {sheet.name}", sheet.count)]
        figures += [(f"Summa: {named[key]}", total) for key, total in sheet.sums.items()]
        for label, figure in figures:
            number += 1
            cell = _cell(f"A{number}", styles.label, _text_xml(label)) + _cell(
                f"B{number}", number_style, _number_xml(figure)
            )
            yield f'<row r="{number}">{cell}</row>'
    for sheet in sheets:
        number += 2
        heads = (f"Kolumn i bladet {sheet.name}", "Varifrån uppgiften kommer", "Hur den är skriven")
        yield _row_of_texts([(head, words) for words in heads], number, height=24)
        for column in sheet.columns:
            number += 1
            texts = [(styles.label, column.heading), (text, column.source), (text, column.kind.label)]
            yield _row_of_texts(texts, number, widths=ABOUT_WIDTHS)


# The workbook --------------------------------------------------------------------------------------------------------


def _lock(target: Any, columns: Sequence[Column]) -> None:
    """Lock what nobody fills in, without a password, and offer lists where only certain texts are read."""
    if not any(column.fill_in for column in columns):
        return
    target.protection.sheet, target.protection.formatColumns = True, False
    for index, column in enumerate(columns, start=1):
        if column.choices:
            letter = get_column_letter(index)
            offered = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            offered.add(f"{letter}2:{letter}200")
            target.data_validations.append(offered)


def _set_up(target: Any, widths: Sequence[int]) -> None:
    """Widths of the columns; printed on landscape A3, on as many pages beside each other as can be read."""
    for index, width in enumerate(widths, start=1):
        target.column_dimensions[get_column_letter(index)].width = width
    target.page_setup.orientation, target.page_setup.paperSize = "landscape", 8  # A3
    target.page_setup.fitToWidth, target.page_setup.fitToHeight = -(-sum(widths) // PAGE_WIDTH), 0
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    target.oddFooter.right.text = "&A, sida &P av &N"


def write(
    path: Path,
    sheets: Sequence[Sheet],
    *,
    title: str,
    about: About | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write the workbook to ``path``, streaming: memory does not grow with the rows.

    Each sheet gets a frozen, filtered head. Progress is told every hundred rows over all sheets with a known total.
    Whatever the rows or progress raise comes through, and the temporary files are gone then.
    """
    book = Workbook(write_only=True)
    book.properties.title = title
    book.properties.creator = "Projektmedel"
    book.properties.language = "sv-SE"
    total = sum(sheet.total for sheet in sheets)

    def tell() -> None:
        if progress and total:
            progress(min(sum(sheet.count for sheet in sheets), total), total)

    targets: list[Any] = []
    try:
        for sheet in sheets:
            target = book.create_sheet(sheet.name)
            targets.append(target)
            _set_up(target, [column.width for column in sheet.columns])
            target.freeze_panes = "B2"  # the head, and the first column: the name of the row
            target.print_title_rows, target.print_title_cols = "1:1", "A:A"
            _lock(target, sheet.columns)

            def filtered(target: Any = target, sheet: Sheet = sheet) -> None:
                target.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{sheet.count + 1}"

            target._writer = _Stream(target, _rows_of(sheet, Styles(target), tell), filtered)
            target.close()
        if about:
            target = book.create_sheet(about.name)
            targets.append(target)
            _set_up(target, ABOUT_WIDTHS)
            target.sheet_view.showGridLines = False
            target._writer = _Stream(target, _about_rows(about, sheets, Styles(target)))
            target.close()
        book.save(path)
    except BaseException:
        for target in targets:
            if target._writer is not None:
                target._writer.close()
                Path(target._writer.out).unlink(missing_ok=True)
        raise
    if progress and total:
        progress(total, total)
