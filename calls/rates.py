"""The flat rates of a call: dated parameters, each so many percent of the cost types that are its basis (DOMAIN 1.6)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from calls.models import Call, FlatRate


@dataclass(frozen=True)
class Rate:
    """One rate with its basis, by primary keys of cost types."""

    percent: Decimal
    basis: frozenset[int]
    valid_from: dt.date
    valid_until: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


Rates = dict[int, list[Rate]]
"""Primary key of the cost type → its rates, the earliest first. A cost type that has one is computed, never typed."""


def rates_of(call: Call) -> Rates:
    """The call's flat rates in one query, kept on the object that was read."""
    held: Rates | None = call.__dict__.get("rates_held")
    if held is not None:
        return held
    columns = ("pk", "cost_type_id", "percent", "valid_from", "valid_until", "basis")
    rows = FlatRate.objects.filter(cost_type__call=call).order_by("valid_from", "pk").values_list(*columns)
    basis: dict[Any, set[int]] = defaultdict(set)
    for *rate, of in rows:
        basis[tuple(rate)] |= {of} - {None}
    found: Rates = {}
    for (_, cost_type_id, percent, valid_from, valid_until), of in basis.items():
        found.setdefault(cost_type_id, []).append(Rate(percent, frozenset(of), valid_from, valid_until))
    call.__dict__["rates_held"] = found
    return found


def forget_rates(call: Call) -> None:
    """Read them anew next time: they have been written."""
    call.__dict__.pop("rates_held", None)


def rate_for(rates: list[Rate], year: int, start_on: dt.date | None = None) -> Rate | None:
    """The rate of a budget year: the one in force on 1 January, or else on the first day of the project that year.

    While the project's first day is not known, the first one that comes into force in the year. None: the year has no rate.
    """
    new_year = dt.date(year, 1, 1)
    first = start_on if start_on is not None and start_on.year == year else None
    for day in filter(None, (new_year, first)):
        held = next((rate for rate in rates if rate.holds_on(day)), None)
        if held is not None:
            return held
    if start_on is not None:
        return None
    return next((rate for rate in rates if rate.valid_from.year == year), None)
