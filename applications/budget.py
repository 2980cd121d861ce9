"""The arithmetic of a budget: the years of the table, flat rates, sums. Whole SEK, each line rounded half up once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from calls.rates import Rate, Rates, rate_for
from grants.core.money import round_sek
from grants.core.time import stockholm, today

Amounts = dict[tuple[int, int], int]
"""(primary key of the cost type, year) → SEK."""


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
