"""The arithmetic of payments: exact shares, rounded once, never above what is left (TRUST INV-8, INV-16)."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from calls.rates import Rate, Rates, rate_for
from grants.core.money import round_sek

ORE = Decimal("0.01")


def funding(cost: Decimal, granted_sek: int, basis_cost_sek: int) -> Decimal:
    """Cost times the funding share (granted of approved cost), unrounded.

    Multiplied before divided: with at most 14 digits times 12, and a basis of at most 12, the 28 digits of Decimal put
    no result on the wrong side of a half krona.
    """
    return cost * granted_sek / basis_cost_sek


def payable_amount(
    approved: Decimal,
    *,
    granted_sek: int,
    basis_cost_sek: int,
    approved_before: Decimal = Decimal(0),
    payable_before_sek: int = 0,
) -> int:
    """Amount to pay out, in whole SEK: the share of the approved cost, rounded half up once, never above what is left.

    ``payable_before_sek``: what was decided or paid before, for the approved costs ``approved_before``. Roundings never
    add up: all payments together stay within the share of all approved costs, rounded once.
    """
    share = round_sek(funding(approved, granted_sek, basis_cost_sek))
    all_together = round_sek(funding(approved_before + approved, granted_sek, basis_cost_sek)) - payable_before_sek
    left = granted_sek - payable_before_sek
    return max(0, min(share, all_together, left))


def payable(payment_application: Any) -> int:
    """Amount to pay out, in whole SEK, rounded half up once, at the end.

    Approved cost times the funding share, never above what is left of the granted amount when earlier decided and paid
    amounts are taken off. Raises ValueError if no cost has been approved yet.
    Source: the decision's terms, "Utbetalning" (förordning 2003:596); worked cases in tests/projects/payable_cases.csv.
    """
    if payment_application.approved_cost is None:
        raise ValueError("Ingen kostnad är godkänd än.")
    project = payment_application.project
    earlier = list(
        project.payment_applications.counted()
        .exclude(pk=payment_application.pk)
        .values_list("approved_cost", "payable_sek")
    )
    return payable_amount(
        payment_application.approved_cost,
        granted_sek=project.granted_sek,
        basis_cost_sek=project.basis_cost_sek,
        approved_before=sum((approved for approved, _ in earlier), Decimal(0)),
        payable_before_sek=sum(amount for _, amount in earlier),
    )


def flat_rate(staff_cost: Decimal, percent: Decimal) -> Decimal:
    """The flat-rate cost of a staff cost, in kronor with öre, rounded half up."""
    return (staff_cost * percent / 100).quantize(ORE, ROUND_HALF_UP)


def rate_of_period(rates: list[Rate], on: dt.date) -> Rate | None:
    """The rate in force on the period's first day, else the one of its year."""
    return next((one for one in rates if one.holds_on(on)), None) or rate_for(rates, on.year)


def with_flat_rates(costs: dict[Any, Decimal], cost_types: list[Any], rates: Rates, on: dt.date) -> dict[Any, Decimal]:
    """The cost of every cost type by its pk: what was given (else 0), and the flat rates computed from the costs of their basis.

    ``rates``: the call's (calls.rates). A cost type whose rates do not hold for a period that begins on the day ``on`` costs
    nothing in it.
    """
    typed = {kind.pk: costs.get(kind.pk, Decimal(0)) for kind in cost_types if kind.pk not in rates}

    def computed(kind: Any) -> Decimal:
        rate = rate_of_period(rates[kind.pk], on)
        if rate is None:
            return Decimal(0)
        return flat_rate(sum((typed.get(pk, Decimal(0)) for pk in rate.basis), Decimal(0)), rate.percent)

    return {kind.pk: typed[kind.pk] if kind.pk in typed else computed(kind) for kind in cost_types}
