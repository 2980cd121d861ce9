"""What is to be paid: worked cases that a handler can read and extend, and properties for all the others."""

import csv
import datetime as dt
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.enums import CostTypeCode
from calls.rates import Rate
from grants.core.money import parse_ore
from grants.projects.calculation import flat_rate, funding, payable_amount, with_flat_rates

with (Path(__file__).parent / "payable_cases.csv").open(encoding="utf-8") as file:
    CASES = list(csv.DictReader(file, delimiter=";"))

kronor = st.integers(1, 999_999_999_999)
costs = st.decimals(0, Decimal("999999999999.99"), places=2)


@pytest.mark.parametrize("case", CASES, ids=[case["fall"] for case in CASES])
def test_the_worked_cases_give_the_amount_that_the_handler_expects(case):
    amount = payable_amount(
        parse_ore(case["godkänd kostnad nu"]),
        granted_sek=int(case["beviljat"]),
        basis_cost_sek=int(case["godkänd kostnad i beslutet"]),
        approved_before=parse_ore(case["godkänt tidigare"]),
        payable_before_sek=int(case["beslutat eller utbetalt tidigare"]),
    )

    assert amount == int(case["att betala ut"])


def exactly(cost: Decimal, granted: int, basis: int) -> int:
    """The share of the cost, rounded half up, by exact fractions."""
    return floor(Fraction(cost) * granted / basis + Fraction(1, 2))


@given(costs, kronor, kronor)
def test_a_single_payment_is_the_exact_share_rounded_half_up_within_the_grant(cost, one, other):
    granted, basis = sorted((one, other))

    amount = payable_amount(cost, granted_sek=granted, basis_cost_sek=basis)

    assert amount == min(exactly(cost, granted, basis), granted)


@given(st.lists(costs, min_size=1, max_size=8), kronor, kronor)
def test_payments_in_a_row_never_pass_the_grant_nor_the_share_of_all_costs(approved, one, other):
    granted, basis = sorted((one, other))
    before, paid = Decimal(0), 0

    for cost in approved:
        amount = payable_amount(
            cost, granted_sek=granted, basis_cost_sek=basis, approved_before=before, payable_before_sek=paid
        )
        assert 0 <= amount <= granted - paid
        before, paid = before + cost, paid + amount

    assert paid <= min(granted, exactly(before, granted, basis))


@given(costs, kronor, kronor, st.integers(0, 999_999_999_999))
def test_nothing_is_payable_beyond_what_is_left(cost, one, other, earlier):
    granted, basis = sorted((one, other))

    amount = payable_amount(cost, granted_sek=granted, basis_cost_sek=basis, payable_before_sek=earlier)

    assert 0 <= amount <= max(0, granted - earlier)


def test_the_share_is_exact_where_percent_would_not_be():
    assert funding(Decimal("300.00"), 1, 3) == Decimal(100)


def test_a_flat_rate_is_rounded_half_up_to_whole_ore():
    assert flat_rate(Decimal("100.10"), Decimal("15.00")) == Decimal("15.02")
    assert flat_rate(Decimal("0.00"), Decimal("15.00")) == Decimal("0.00")


def test_flat_rates_are_computed_from_their_basis_only_and_never_typed():
    staff = SimpleNamespace(pk=1, code=CostTypeCode.STAFF)
    travel = SimpleNamespace(pk=2, code=CostTypeCode.TRAVEL)
    indirect = SimpleNamespace(pk=3, code=CostTypeCode.INDIRECT)
    typed = {1: Decimal("200000.00"), 2: Decimal("5000.50"), 3: Decimal("999999.00")}

    rates = {3: [Rate(Decimal(15), frozenset({1}), dt.date(2027, 1, 1), None)]}

    found = with_flat_rates(typed, [staff, travel, indirect], rates, dt.date(2027, 3, 1))

    assert found == {1: Decimal("200000.00"), 2: Decimal("5000.50"), 3: Decimal("30000.00")}


DAYS = ("2026-12-31", "2027-01-01", "2028-01-01")


def test_a_dated_flat_rate_is_that_of_the_periods_first_day_and_of_its_own_basis():
    staff = SimpleNamespace(pk=1, code=CostTypeCode.STAFF)
    travel = SimpleNamespace(pk=2, code=CostTypeCode.TRAVEL)
    indirect = SimpleNamespace(pk=3, code=CostTypeCode.INDIRECT)
    kinds, typed = [staff, travel, indirect], {1: Decimal("1000.10"), 2: Decimal("500.00")}
    rates = {
        3: [
            Rate(Decimal(15), frozenset({1}), dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
            Rate(Decimal(20), frozenset({1, 2}), dt.date(2027, 1, 1), dt.date(2027, 12, 31)),
        ]
    }

    found = {day: with_flat_rates(typed, kinds, rates, day)[3] for day in map(dt.date.fromisoformat, DAYS)}

    assert found == {
        dt.date(2026, 12, 31): Decimal("150.02"),
        dt.date(2027, 1, 1): Decimal("300.02"),
        dt.date(2028, 1, 1): Decimal(0),
    }
