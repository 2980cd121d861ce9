"""How cells of our workbooks look, by what they hold."""

from __future__ import annotations

from enum import Enum
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side


class Kind(Enum):
    """What a cell is: its type in the file and its number format."""

    TEXT = "@"
    NUMBER = "#,##0"
    SEK = "#,##0\\ "
    PERCENT = "0.0"
    DECIMAL = "#,##0.00"
    DAY = "yyyy-mm-dd"
    INSTANT = "yyyy-mm-dd\\ hh:mm"
    YES_NO = "General"

    @property
    def label(self) -> str:
        """How the cell is written, in words for the reader of the sheet."""
        return KIND_LABELS[self]


KIND_LABELS = {
    Kind.TEXT: "Text",
    Kind.NUMBER: "Heltal",
    Kind.SEK: "Hela kronor",
    Kind.PERCENT: "Procent med en decimal",
    Kind.DECIMAL: "Tal med högst två decimaler",
    Kind.DAY: "Datum",
    Kind.INSTANT: "Datum och klockslag, svensk tid",
    Kind.YES_NO: "Ja eller Nej",
}


FONT = "Calibri"
INK = "0D382F"
OPEN = "F3F7F5"
"""Behind cells that are filled in."""
LINE = Border(bottom=Side("thin", color="E3E7E5"))
RIGHT = (Kind.NUMBER, Kind.SEK, Kind.PERCENT, Kind.DECIMAL)


class Styles:
    """The numbers of the workbook's cell styles, by what they look like."""

    def __init__(self, sheet: Any):
        self.sheet = sheet
        self.title = self._number(font=Font(FONT, 16, bold=True, color=INK), alignment=Alignment(indent=1))
        self.label = self._number(
            font=Font(FONT, 11, bold=True),
            alignment=Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1),
            border=LINE,
        )

    def _number(self, **looks: Any) -> str:
        cell = WriteOnlyCell(self.sheet)
        for name, look in looks.items():
            setattr(cell, name, look)
        return str(cell.style_id)

    def head(self, kind: Kind = Kind.TEXT) -> str:
        """A heading: over numbers it stands to the right, like them."""
        right = kind in RIGHT
        return self._number(
            font=Font(FONT, 11, bold=True, color="FFFFFF"),
            fill=PatternFill("solid", fgColor=INK),
            alignment=Alignment(
                vertical="center", wrap_text=True, horizontal="right" if right else "left", indent=0 if right else 1
            ),
        )

    def of(
        self, kind: Kind, *, wrap: bool = False, quoted: bool = False, left: bool = False, unlocked: bool = False
    ) -> str:
        """The style of a cell of this kind. ``quoted`` tells Excel that the text began with an apostrophe (TRUST T5)."""
        right = kind in RIGHT and not left
        return self._number(
            font=Font(FONT, 11),
            number_format=kind.value,
            alignment=Alignment(
                vertical="top", wrap_text=wrap, horizontal="right" if right else "left", indent=0 if right else 1
            ),
            border=LINE,
            quotePrefix=quoted,
            **(
                {"protection": Protection(locked=False), "fill": PatternFill("solid", fgColor=OPEN)} if unlocked else {}
            ),
        )
