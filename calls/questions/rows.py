"""Kinds whose answer is rows with typed columns: a table of the call manager's own, risks, indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from calls.questions import fields as inputs
from calls.questions import parsing
from calls.questions.base import Fault, Kind, Surroundings, in_order, kept, told
from calls.questions.yes_no import ANSWERS
from grants.core.money import format_sek, group
from grants.core.ui import named

MOST_ROWS = 50
DEFAULT_MOST = 20
SCALE = [("", "Välj"), *((str(step), str(step)) for step in range(1, 6))]
CELL_TEXT = 1_000
DECIMALS = 4


@dataclass(frozen=True)
class Column:
    """One column: what its cells hold, and whether a filled row may lack it when the application is sent."""

    key: str
    label: str
    kind: str = "text"
    optional: bool = False
    most: int = CELL_TEXT
    lines: int = 2

    def field(self) -> forms.Field:
        if self.kind == "amount":
            return inputs.amount(f"{self.label}, kronor")
        if self.kind == "date":
            return inputs.day(self.label)
        if self.kind == "yes_no":
            return inputs.choice(self.label, [("", "Välj"), *ANSWERS])
        if self.kind == "scale":
            return inputs.choice(self.label, SCALE)
        if self.kind == "number":
            return inputs.small(self.label)
        return inputs.long_text(self.label, rows=self.lines) if self.lines > 1 else inputs.RawField(label=self.label)

    def read(self, raw: Any) -> Any:
        """The cell's value, None for an empty one. Raises ValueError with a sentence."""
        if self.kind == "amount":
            return parsing.sek(raw)
        if self.kind == "date":
            return parsing.day(raw) or None
        if self.kind == "number":
            number = parsing.decimal(raw, DECIMALS)
            return None if number is None else str(number)
        if self.kind == "scale":
            return parsing.whole(raw, 1, 5)
        if self.kind == "yes_no":
            if raw not in (None, "", "ja", "nej"):
                raise ValueError("Välj ja eller nej.")
            return raw or None
        return parsing.limited(raw, "Texten", self.most) or None

    def typed(self, value: Any) -> Any:
        """A stored value as it stands in its field."""
        if self.kind == "amount" and isinstance(value, int):
            return group(value)
        if self.kind == "number" and isinstance(value, str):
            return parsing.spelled(value)
        return "" if value is None else str(value)

    def words(self, value: Any) -> str:
        if value is None:
            return ""
        if self.kind == "amount":
            return format_sek(value)
        if self.kind == "yes_no":
            return dict(ANSWERS).get(value, "")
        return str(self.typed(value))

    @property
    def is_numeric(self) -> bool:
        return self.kind in ("amount", "number", "scale")


class RowsKind(Kind):
    """Rows. Subclasses say which columns; an empty row is no row."""

    template = "questions/rows.html"
    one, many = "rad", "rader"

    def columns(self, settings: Mapping[str, Any]) -> list[Column]:
        raise NotImplementedError

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        return {
            "least": inputs.small(f"Minsta antal {self.many} (frivilligt)"),
            "most": inputs.small(f"Högsta antal {self.many}", help_text=f"Högst {MOST_ROWS}."),
        }

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"least": settings.get("least", ""), "most": most_of(settings)}

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        faults: list[Fault] = []
        least = self.setting(parsing.between(1, MOST_ROWS), raw, "least", faults)
        most = self.setting(parsing.between(1, MOST_ROWS), raw, "most", faults) or (
            None if raw.get("most") else DEFAULT_MOST
        )
        in_order(least, most, "most", faults)
        return kept(least=least, most=most), faults

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        least, most = settings.get("least"), most_of(settings)
        low = f"Minst {least} och högst" if least else "Högst"
        return [f"{low} {most} {self.one if most == 1 else self.many}."]

    # The applicant's side --------------------------------------------------------------------------------------------

    def rows_for(self, question: Any, answer: Any, posted: str | None, more: bool) -> int:
        most = most_of(question.settings)
        if posted is not None:
            known = int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 5 else 1
            return min(max(known, 1), most)
        held = len(answer) if isinstance(answer, list) else 0
        return min(max(held + more, question.settings.get("least") or 1, 1), most)

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        columns = self.columns(question.settings)
        found: dict[str, forms.Field] = {}
        for row in range(rows):
            for column in columns:
                field: Any = column.field()
                field.called = f"{self.one.capitalize()} {row + 1}, {column.label.lower()}"
                found[f"{row}-{column.key}"] = field
        return found

    def initial(self, question: Any, answer: Any) -> dict[str, Any]:
        columns = self.columns(question.settings)
        return {
            f"{number}-{column.key}": column.typed(row.get(column.key))
            for number, row in enumerate(answer if isinstance(answer, list) else ())
            if isinstance(row, dict)
            for column in columns
        }

    def given(self, question: Any, values: Mapping[str, Any]) -> Any:
        rows: dict[str, dict[str, Any]] = {}
        for suffix, value in values.items():
            number, _, key = suffix.partition("-")
            rows.setdefault(number, {})[key] = value
        return list(rows.values())

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        """Rows in order; empty ones are left out. Keys that are no column are refused where they are not typed in a form."""
        if raw in (None, "", []):
            return None, []
        columns, most = self.columns(question.settings), most_of(question.settings)
        if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw[: MOST_ROWS + 1]):
            return None, [(told(question, "Skriv svaret i tabellens rader."), self.anchor(question))]
        if len(raw) > max(most, question.settings.get("least") or 1):
            return None, [(told(question, f"Skriv högst {most} {self.many}."), self.anchor(question))]
        faults: list[Fault] = []
        rows = []
        for number, given in enumerate(raw):
            row = {}
            for column in columns:
                try:
                    value = column.read(given.get(column.key))
                except ValueError as fault:
                    called = f"”{question.label}”, {self.one} {number + 1}, {column.label.lower()}"
                    faults.append((named(called, str(fault)), f"{number}-{column.key}"))
                    continue
                if value is not None:
                    row[column.key] = value
            if row:
                rows.append(row)
        return (None if faults else rows or None), faults

    def anchor(self, question: Any) -> str:
        return f"0-{self.columns(question.settings)[0].key}"

    def lacks(self, question: Any, answer: Any, *, must: bool, around: Surroundings) -> list[Fault]:
        """A required answer, the least number of rows, and rows that are whole."""
        if self.is_empty(answer):
            return [(f"Svara på ”{question.label}”.", self.anchor(question))] if must else []
        least = question.settings.get("least") or 0
        if len(answer) < least:
            number = f"{len(answer)}-{self.columns(question.settings)[0].key}"
            return [(told(question, f"Skriv minst {least} {self.many}."), number)]
        return [
            (told(question, f"Fyll i {column.label.lower()} i {self.one} {number + 1}."), f"{number}-{column.key}")
            for number, row in enumerate(answer)
            for column in self.columns(question.settings)
            if not column.optional and row.get(column.key) is None
        ]

    # The reader's side -----------------------------------------------------------------------------------------------

    def head(self, settings: Mapping[str, Any]) -> list[str]:
        return [column.label for column in self.columns(settings)]

    def cells(self, settings: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
        return [column.words(row.get(column.key)) for column in self.columns(settings)]

    def numeric(self, settings: Mapping[str, Any]) -> list[int]:
        return [place for place, column in enumerate(self.columns(settings)) if column.is_numeric]

    def block(self, question: Any, answer: Any) -> dict[str, Any]:
        if self.is_empty(answer):
            return {"paragraphs": [""]}
        return {
            "table": {
                "caption": question.label,
                "head": self.head(question.settings),
                "rows": [self.cells(question.settings, row) for row in answer],
                "numeric": self.numeric(question.settings),
            }
        }

    def words(self, question: Any, answer: Any) -> str:
        head = self.head(question.settings)
        return "\n".join(
            ", ".join(
                f"{label}: {cell}" for label, cell in zip(head, self.cells(question.settings, row), strict=True) if cell
            )
            for row in (answer if isinstance(answer, list) else ())
        )

    def context(self, question: Any, bound: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
        rows: dict[int, list[Any]] = {}
        for suffix, field in bound.items():
            rows.setdefault(int(suffix.partition("-")[0]), []).append(field)
        most = most_of(question.settings)
        return {
            "rows": [(number + 1, cells) for number, cells in rows.items()],
            "one": self.one.capitalize(),
            "add": f"Lägg till {self.one}" if len(rows) < most else "",
            "limits": self.limits(question.settings),
        }


def most_of(settings: Mapping[str, Any]) -> int:
    return int(settings.get("most") or DEFAULT_MOST)
