"""The arithmetic of a budget: the years of the table, flat rates, sums. Whole SEK, each line rounded half up once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from applications.enums import PartyKind
from calls.rates import Rate, Rates, rate_for
from grants.core.money import round_sek
from grants.core.time import stockholm, today

Amounts = dict[tuple[int, int], int]
"""(primary key of the cost type, year) → SEK."""
APPLICANT = 0
"""Whose costs they are when they are no party's: the key beside those of parties."""


@dataclass(frozen=True)
class Cell:
    """What one cost type costs one party in one year, with what it was counted from where the cost type has a unit."""

    amount_sek: int
    quantity: Decimal | None = None
    price_sek: int | None = None

    @property
    def is_blank(self) -> bool:
        return not self.amount_sek and self.quantity is None and self.price_sek is None


Lines = dict[tuple[int, int, int], Cell]
"""(key of the party or APPLICANT, primary key of the cost type, year) → the cell."""


@dataclass(frozen=True)
class Bearer:
    """An organisation with costs of its own: the applicant or a co-applicant (DOMAIN 1.7)."""

    key: int
    name: str


def bearers_of(application: Any) -> list[Bearer]:
    """The applicant, then the parties that may have costs, and those that have some though they no longer may."""
    held = {line.party_id for line in application.cost_lines.all()}
    parties = [one for one in application.parties.all() if one.kind == PartyKind.CO_APPLICANT or one.pk in held]
    return [Bearer(APPLICANT, application.applicant.name), *(Bearer(one.pk, one.name) for one in parties)]


def lines_of(application: Any) -> Lines:
    """The stored cells."""
    return {
        (line.party_id or APPLICANT, line.cost_type_id, line.year): Cell(line.amount_sek, line.quantity, line.price_sek)
        for line in application.cost_lines.all()
    }


def counted(quantity: Decimal | None, price_sek: int | None) -> int:
    """Quantity times price in whole SEK; nothing while either is missing."""
    return 0 if quantity is None or price_sek is None else round_sek(quantity * price_sek)


def amounts_of(lines: Mapping[tuple[int, int, int], Cell], party: int) -> Amounts:
    """What one of them pays."""
    return {(cost_type, year): cell.amount_sek for (key, cost_type, year), cell in lines.items() if key == party}


def together(lines: Mapping[tuple[int, int, int], Cell]) -> Amounts:
    """What all of them pay."""
    found: Amounts = defaultdict(int)
    for (_, cost_type, year), cell in lines.items():
        found[cost_type, year] += cell.amount_sek
    return dict(found)


def with_flat_lines(typed: Mapping[tuple[int, int, int], Cell], rates: Rates, start_on: dt.date | None = None) -> Lines:
    """Each party's cells with its flat-rate lines computed and rounded by themselves; typed ones are ignored there."""
    found: Lines = {}
    for party in dict.fromkeys(key for key, _, _ in typed):
        for (cost_type, year), amount in with_flat_rates(amounts_of(typed, party), rates, start_on).items():
            key = party, cost_type, year
            found[key] = Cell(amount) if cost_type in rates else typed[key]
    return found


def years_with_costs(lines: Iterable[tuple[int, int, int]]) -> set[int]:
    return {year for _, _, year in lines}


def budget_years(application: Any) -> list[int]:
    """The project's years when they lie within the call's budget years, else the call's budget years.

    A call without budget years (history) gives the project's own years, at most ten, or else the year it opened.
    """
    allowed = application.call.years
    start, end = application.start_on, application.end_on
    if start and end and start <= end:
        own = list(range(start.year, min(end.year, start.year + 9) + 1))
        if not allowed or set(own) <= set(allowed):
            return own
    if allowed:
        return allowed
    opens_at = application.call.opens_at
    return [stockholm(opens_at).year if opens_at else today().year]


def with_flat_rates(typed: Mapping[tuple[int, int], int], rates: Rates, start_on: dt.date | None = None) -> Amounts:
    """The typed amounts with the flat-rate lines computed; typed ones are ignored there.

    Each year by the rate that holds for it, of what its basis costs that year.
    """
    amounts: Amounts = {key: amount for key, amount in typed.items() if key[0] not in rates}
    for pk, dated in rates.items():
        amounts |= _by_dated_rates(pk, dated, amounts, set(rates), start_on)
    return amounts


def _by_dated_rates(
    pk: int, dated: list[Rate], amounts: Mapping[tuple[int, int], int], computed: set[int], start_on: dt.date | None
) -> Amounts:
    """The flat-rate line of each year that has a rate and a basis to compute it from."""
    found: Amounts = {}
    for year in sorted({year for _, year in amounts}):
        rate = rate_for(dated, year, start_on)
        if rate is None:
            continue
        base = sum(amounts.get((basis, year), 0) for basis in rate.basis - computed)
        if base:
            found[pk, year] = round_sek(Decimal(base) * rate.percent / 100)
    return found


def sums(amounts: Mapping[tuple[int, int], int]) -> tuple[dict[int, int], dict[int, int], int]:
    """Sums per cost type, per year and in all."""
    per_type: dict[int, int] = defaultdict(int)
    per_year: dict[int, int] = defaultdict(int)
    for (pk, year), amount in amounts.items():
        per_type[pk] += amount
        per_year[year] += amount
    return dict(per_type), dict(per_year), sum(amounts.values())
