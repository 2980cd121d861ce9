"""The budget's workbook filled in: read whole, every fault told by sheet, row, column and why; all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from applications import budget_book as book
from applications.drafting import MAX_FINANCIERS
from applications.enums import Appropriation, FinancingForm, FinancingKind
from applications.models import Application
from grants.core.money import MAX_SEK, NBSP, parse_quantity, parse_sek
from grants.core.sheets import Limits, SheetRead

LIMITS = Limits(rows=2_000, columns=40)
MOST_FAULTS = 100
QUANTITY_LIMIT = Decimal("99999999.99")


@dataclass
class Read:
    """What the file says. ``data`` is what ``save_budget`` takes; only to be used when there are no faults."""

    data: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(sheet, row, column, why)."""

    def fault(self, sheet: str, row: int | str, column: str, why: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append((sheet, str(row), column, why))


def read_budget(application: Application, sheets: list[SheetRead]) -> Read:
    """The costs, the financing and the amount of the two sheets."""
    found = Read()
    named = {sheet.name.strip().casefold(): sheet for sheet in sheets}
    held = {}
    for name in (book.COSTS, book.FINANCING):
        sheet = named.get(name.casefold())
        if sheet is None:
            found.fault(name, "", "", f"Bladet {name} saknas. Ladda ned budgeten på nytt och fyll i den filen.")
            continue
        held[name] = sheet
        for place in sheet.formulas:
            found.fault(name, *split(place), "Rutan har en formel. Klistra in värdet i stället.")
        for place in sheet.merged:
            found.fault(name, "", place, "Rutorna är sammanfogade. Dela upp dem igen.")
    if len(held) == 2 and not found.faults:
        found.data["costs"] = costs(application, held[book.COSTS], found)
        financing(held[book.FINANCING], found)
    return found


def split(place: str) -> tuple[str, str]:
    """ "B12" → row 12, column B."""
    letters = place.rstrip("0123456789")
    return place[len(letters) :], letters


def headings(sheet: SheetRead, wanted: list[str], found: Read) -> bool:
    """Whether the first row is the one that was downloaded; each heading that differs is a fault."""
    right = True
    for column, heading in enumerate(wanted, start=1):
        value = sheet.cells.get((1, column), "")
        shown = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if shown.casefold() != heading.casefold():
            found.fault(sheet.name, 1, heading, f"Här ska det stå {heading}. Ändra inte rubrikerna.")
            right = False
    for row, column in sheet.cells:
        if column > len(wanted):
            found.fault(sheet.name, row, "", "Det står något till höger om tabellen. Ta bort det.")
            return False
    return right


def costs(application: Application, sheet: SheetRead, found: Read) -> list[dict[str, Any]]:
    """Every row of the download, each once; no others."""
    years = book.years_of(application)
    names = [book.PARTY, book.COST_TYPE, book.WHAT]
    if not headings(sheet, [*names, *(str(year) for year in years)], found):
        return []
    wanted = {row.key: row for row in book.rows_of(application)}
    figures: dict[tuple[int, int, int], dict[str, Any]] = {}
    types = {}
    for number in range(2, sheet.last_row + 1):
        texts = [str(sheet.cells.get((number, column), "")) for column in (1, 2, 3)]
        if not any((number, column) in sheet.cells for column in range(1, 4 + len(years))):
            continue
        row = wanted.pop((texts[0].casefold(), texts[1].casefold(), texts[2].casefold()), None)
        if row is None:
            found.fault(
                sheet.name, number, "", f"Raden ”{', '.join(texts)[:120]}” finns inte i budgeten eller står två gånger."
            )
            continue
        types[row.cost_type.pk] = row.cost_type
        for column, year in enumerate(years, start=4):
            value = figure(sheet.cells.get((number, column)), row.figure)
            if isinstance(value, str):
                found.fault(sheet.name, number, str(year), value)
                continue
            figures.setdefault((row.bearer.key, row.cost_type.pk, year), {})[row.figure] = value
    for row in wanted.values():
        found.fault(sheet.name, "", "", f"Raden ”{row.bearer.name}, {row.cost_type.label}, {row.words}” saknas.")
    return [
        {
            "party": party or None,
            "cost_type": types[cost_type],
            "year": year,
            "amount_sek": given.get("amount") or 0,
            "quantity": given.get("quantity"),
            "price_sek": given.get("price"),
        }
        for (party, cost_type, year), given in figures.items()
    ]


def figure(value: Any, what: str) -> Any:
    """A number of the file, None for an empty cell, or a sentence that says what is wrong with it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "Rutan ska ha ett tal."
    try:
        if what == "quantity":
            number = value if isinstance(value, Decimal) else parse_quantity(value)
            if not 0 <= number <= QUANTITY_LIMIT or number != number.quantize(Decimal("0.01")):
                return "Skriv ett antal som inte är under noll, med högst två decimaler."
            return number
        if isinstance(value, Decimal):
            if value < 0 or value != value.to_integral_value() or value > MAX_SEK:
                return f"Skriv hela kronor, inte under noll, till exempel 45{NBSP}000."
            return int(value)
        return parse_sek(value)
    except ValueError as fault:
        return str(fault)


def financing(sheet: SheetRead, found: Read) -> None:
    """The financiers in order, and the amount applied for."""
    wanted = [book.FINANCIER, book.KIND, book.FORM, book.APPROPRIATION, book.AMOUNT]
    if not headings(sheet, wanted, found):
        return
    lines, support = [], []
    for number in range(2, sheet.last_row + 1):
        values = {name: sheet.cells.get((number, column), "") for column, name in enumerate(wanted, start=1)}
        if all(value == "" for value in values.values()):
            continue
        amount = figure(values[book.AMOUNT] if values[book.AMOUNT] != "" else None, "amount")
        if isinstance(amount, str):
            found.fault(sheet.name, number, book.AMOUNT, amount)
            continue
        if str(values[book.KIND]).casefold() == book.SUPPORT.casefold():
            support.append(amount or 0)
            continue
        lines.append(financier(number, values, amount or 0, sheet.name, found))
    if len(lines) > MAX_FINANCIERS:
        found.fault(sheet.name, "", "", f"Skriv högst {MAX_FINANCIERS} finansiärer.")
    if len(support) != 1:
        found.fault(sheet.name, "", book.KIND, f"En rad, och bara en, ska ha slaget {book.SUPPORT}.")
    found.data |= {"financing": lines, "applied_sek": support[0] if support else 0}


def financier(number: int, values: dict[str, Any], amount: int, sheet: str, found: Read) -> dict[str, Any]:
    """One row; what is no choice of the list is a fault."""
    name = str(values[book.FINANCIER])
    if not name:
        found.fault(sheet, number, book.FINANCIER, "Skriv vem finansiären är.")
    if len(name) > 200:
        found.fault(sheet, number, book.FINANCIER, "Korta namnet till högst 200 tecken.")
    chosen = {"financier": name, "amount_sek": amount}
    for column, key, choices, is_needed in (
        (book.KIND, "kind", FinancingKind, True),
        (book.FORM, "form", FinancingForm, True),
        (book.APPROPRIATION, "appropriation", Appropriation, False),
    ):
        by_label = {str(one.label).casefold(): one.value for one in choices}
        text = str(values[column])
        chosen[key] = by_label.get(text.casefold(), "")
        if not chosen[key] and (text or is_needed):
            offered = ", ".join(str(one.label) for one in choices)
            found.fault(sheet, number, column, f"Välj något av detta: {offered}.")
    return chosen
