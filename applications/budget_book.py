"""The budget as a workbook: the same rows as the page's tables, to be filled in and sent back (``budget_upload``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from applications.budget import Bearer, Cell, bearers_of, budget_years, lines_of, years_with_costs
from applications.enums import Appropriation, FinancingForm, FinancingKind
from applications.models import Application
from calls import applying
from calls.models import CostType
from calls.rates import rates_of
from grants.core.workbook import About, Column, Kind, Sheet, write

COSTS, FINANCING = "Kostnader", "Finansiering"
PARTY, COST_TYPE, WHAT = "Part", "Kostnadsslag", "Vad ni skriver"
FINANCIER, KIND, FORM, APPROPRIATION, AMOUNT = "Finansiär", "Slag", "Form", "Anslag", "Belopp (kr)"
SUPPORT = "Stöd ni söker"
"""The kind of the row that holds the amount applied for."""
AMOUNT_WORDS, PRICE_WORDS = "Kronor", "Kronor per enhet"
BLANK_ROWS = 10


@dataclass(frozen=True)
class Row:
    """One row of the sheet of costs: whose, of what, and which figure of it (amount, quantity or price)."""

    bearer: Bearer
    cost_type: CostType
    figure: str

    @property
    def words(self) -> str:
        if self.figure == "quantity":
            return f"Antal {self.cost_type.unit}"
        return PRICE_WORDS if self.figure == "price" else AMOUNT_WORDS

    @property
    def key(self) -> tuple[str, str, str]:
        """How the row is known again in the file that comes back."""
        return self.bearer.name.casefold(), self.cost_type.label.casefold(), self.words.casefold()


def years_of(application: Application) -> list[int]:
    """The years of the page's tables."""
    lines = lines_of(application)
    return sorted(
        {*budget_years(application), *years_with_costs(key for key, cell in lines.items() if not cell.is_blank)}
    )


def rows_of(application: Application) -> Iterator[Row]:
    """Every row that is filled in; flat rates are computed and have none. Parties of one name have numbers after it."""
    rates = rates_of(application.call)
    for bearer in named_apart(bearers_of(application)):
        for cost_type in application.call.cost_types.all():
            if cost_type.pk in rates:
                continue
            figures = ("quantity", "price") if cost_type.unit else ("amount",)
            yield from (Row(bearer, cost_type, figure) for figure in figures)


def named_apart(bearers: list[Bearer]) -> list[Bearer]:
    """The same with names that differ."""
    seen: dict[str, int] = {}
    found = []
    for one in bearers:
        number = seen[one.name.casefold()] = seen.get(one.name.casefold(), 0) + 1
        found.append(Bearer(one.key, f"{one.name} ({number})") if number > 1 else one)
    return found


def write_budget(application: Application, path: Path) -> None:
    """Three sheets: costs, financing, and how to fill them in. Headings and names are locked, without a password."""
    lines, years = lines_of(application), years_of(application)

    def of_year(year: int) -> Callable[[Row], Decimal | int | None]:
        def figure(row: Row) -> Decimal | int | None:
            cell = lines.get((row.bearer.key, row.cost_type.pk, year), Cell(0))
            if row.figure == "quantity":
                return cell.quantity
            return cell.price_sek if row.figure == "price" else cell.amount_sek or None

        return figure

    counts = any(one.unit for one in application.call.cost_types.all())
    kind = Kind.DECIMAL if counts else Kind.SEK
    costs = [
        Column("party", PARTY, lambda row: row.bearer.name, width=34, source="ansökans parter"),
        Column("cost_type", COST_TYPE, lambda row: row.cost_type.label, width=34, source="utlysningen"),
        Column("what", WHAT, lambda row: row.words, width=20, source="utlysningen"),
        *(Column(f"y{year}", str(year), of_year(year), kind, "budgeten", 14, fill_in=True) for year in years),
    ]
    write(
        path,
        [
            Sheet(COSTS, costs, list(rows_of(application))),
            Sheet(FINANCING, financing_columns(application), given(application)),
        ],
        title=f"Budget för {application}",
        about=About(
            [
                ("Ansökan", str(application)),
                ("Utlysning", application.call.title),
                (
                    "Så gör ni",
                    "Fyll i de ljusgröna rutorna och ladda upp filen på samma sida. Skriv hela kronor, inga formler.",
                ),
                ("Schabloner", "Räknas ut när filen har laddats upp och finns inte i filen."),
                ("Finansiering", "En rad per finansiär. Raden med sökt stöd ska vara kvar."),
            ],
            name="Så fyller ni i",
            heading="Så fyller ni i budgeten",
        ),
    )


def financing_columns(application: Application) -> list[Column]:
    forms = tuple(str(FinancingForm(one).label) for one in applying.allowed_forms(application.call))
    kinds = (*(str(one.label) for one in FinancingKind), SUPPORT)
    return [
        Column("financier", FINANCIER, lambda row: row[0], width=40, source="budgeten", fill_in=True),
        Column("kind", KIND, lambda row: row[1], width=32, source="budgeten", fill_in=True, choices=kinds),
        Column("form", FORM, lambda row: row[2], width=28, source="budgeten", fill_in=True, choices=forms),
        Column(
            "appropriation",
            APPROPRIATION,
            lambda row: row[3],
            width=28,
            source="budgeten, för offentliga pengar",
            fill_in=True,
            choices=tuple(str(one.label) for one in Appropriation),
        ),
        Column("amount", AMOUNT, lambda row: row[4], Kind.SEK, "budgeten", 16, fill_in=True),
    ]


def given(application: Application) -> list[tuple[Any, ...]]:
    """The financiers, the amount applied for, and rows to write in."""
    rows: list[tuple[Any, ...]] = [
        (
            line.financier,
            line.get_kind_display(),
            line.get_form_display(),
            line.get_appropriation_display(),
            line.amount_sek,
        )
        for line in application.financing_lines.all()
    ]
    support = (application.call.authority.name, SUPPORT, "", "", application.applied_sek or None)
    return [*rows, support, *([("", "", "", "", None)] * BLANK_ROWS)]
