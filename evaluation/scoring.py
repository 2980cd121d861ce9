"""Calculating scores: an assessment's total and a review's mean, of 100, one decimal, rounded half up once."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

TENTH = Decimal("0.1")


def total_of(criteria: Iterable[Any], points: dict[Any, int]) -> Decimal:
    """Σ points ÷ highest points × weight over the call's criteria. Raises KeyError for a criterion without points."""
    exact = sum(
        (Decimal(points[c.pk]) * c.weight_percent / Decimal(c.max_points) for c in criteria),
        Decimal(0),
    )
    return exact.quantize(TENTH, ROUND_HALF_UP)


def mean_of(totals: Iterable[Decimal]) -> Decimal | None:
    """The mean of the completed assessments' totals; None when there is none."""
    held = list(totals)
    if not held:
        return None
    return (sum(held, Decimal(0)) / len(held)).quantize(TENTH, ROUND_HALF_UP)
