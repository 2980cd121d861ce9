"""Calculating scores: an assessment's total and a review's mean, of 100, one decimal, rounded half up once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Avg

from calls.models import Criterion
from grants.core import held

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


@dataclass(frozen=True)
class BelowLowest:
    """A level that the call asks for and that the points do not reach: of one criterion, or of the whole."""

    what: str
    given: Decimal
    lowest: int

    def __str__(self) -> str:
        return f"{self.what} har {comma(self.given)} poäng och utlysningens lägsta är {self.lowest}."


def comma(number: Decimal) -> str:
    """Decimal("2.50") → "2,5"; whole numbers without decimals."""
    return f"{number.normalize():f}".replace(".", ",")


def criteria_of(call_id: Any) -> list[Criterion]:
    """The call's criteria, read once in a transaction: they stand fast once anybody assesses."""
    return held.read_once(Criterion, call_id, lambda: list(Criterion.objects.filter(call=call_id)))  # type: ignore[no-any-return]


def below_lowest(review: Any) -> list[BelowLowest]:
    """Every minimum of the call that the completed assessments do not reach, criteria in order, the call's own last.

    A criterion has the mean of the points that it got, as it is: 2.5 is below 3. Assessments of people who have declared a
    conflict do not count (INV-6). Three queries, whatever the number of criteria.
    """
    call = review.application.call
    lowest = {one: one.minimum_points for one in criteria_of(call.pk)}
    asked = {one: points for one, points in lowest.items() if points is not None}
    found = []
    if asked:
        from evaluation.blockers import without_conflict
        from evaluation.models import Assessment

        done = without_conflict(Assessment.objects.filter(review=review.pk, completed_at__isnull=False))
        means = dict(done.order_by().values_list("scores__criterion").annotate(mean=Avg("scores__points")))
        for criterion, minimum in asked.items():
            mean = means.get(criterion.pk)
            given = None if mean is None else Decimal(str(mean)).quantize(Decimal("0.01"), ROUND_HALF_UP)
            if given is not None and given < minimum:
                found.append(BelowLowest(f"Kriteriet ”{criterion.title}”", given, minimum))
    if call.lowest_score is not None and review.score is not None and review.score < call.lowest_score:
        found.append(BelowLowest("Ansökan som helhet", review.score, call.lowest_score))
    return found
