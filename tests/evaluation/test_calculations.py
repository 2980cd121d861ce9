"""Scores and the ranking against worked cases."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from evaluation import scoring
from evaluation.enums import Outcome
from evaluation.views.assess import section_for
from evaluation.views.ranking import rank


def criterion(pk, weight, most=5):
    return SimpleNamespace(pk=pk, weight_percent=weight, max_points=most)


@pytest.mark.parametrize(
    ("points", "total"),
    [
        ({1: 5, 2: 5, 3: 5}, "100.0"),
        ({1: 0, 2: 0, 3: 0}, "0.0"),
        ({1: 4, 2: 3, 3: 5}, "78.0"),  # 4/5 · 40 + 3/5 · 35 + 5/5 · 25
        ({1: 1, 2: 0, 3: 0}, "8.0"),
    ],
)
def test_the_total_is_the_weighted_share_of_the_points(points, total):
    assert scoring.total_of([criterion(1, 40), criterion(2, 35), criterion(3, 25)], points) == Decimal(total)


def test_a_total_is_rounded_half_up_once_to_one_decimal():
    # 1/8 · 50 + 1/8 · 50 = 12.5; 1/3 · 100 = 33.33…; 1/8 · 2 = 0.25, half up 0.3
    assert scoring.total_of([criterion(1, 50, 8), criterion(2, 50, 8)], {1: 1, 2: 1}) == Decimal("12.5")
    assert scoring.total_of([criterion(1, 100, 3)], {1: 1}) == Decimal("33.3")
    assert scoring.total_of([criterion(1, 2, 8)], {1: 1}) == Decimal("0.3")


def test_the_mean_of_totals_is_rounded_half_up_and_nothing_without_totals():
    assert scoring.mean_of([Decimal("60.0"), Decimal("60.1")]) == Decimal("60.1")
    assert scoring.mean_of([]) is None


def row(score, applied, ending=None):
    return SimpleNamespace(
        review=SimpleNamespace(score=Decimal(score)),
        applied_sek=applied,
        region_id=1,
        endings=[ending] if ending else [],
    )


def test_the_ranking_stops_at_the_first_that_does_not_fit():
    ranked = rank([row("90", 60), row("80", 50), row("70", 10)], 100, None)

    assert [(r["place"], r["inside"], r["total"]) for r in ranked] == [(1, True, 60), (2, False, 110), (3, False, 120)]


def test_the_ranking_counts_proposed_amounts_and_leaves_out_refused_and_too_low_ones():
    partly = SimpleNamespace(outcome=Outcome.PARTLY_GRANTED, amount_sek=30)
    refused = SimpleNamespace(outcome=Outcome.REJECTED, amount_sek=0)

    ranked = rank([row("90", 60, partly), row("80", 50, refused), row("70", 70), row("50", 5)], 100, 60)

    assert [(r["amount_sek"], r["inside"], r["note"]) for r in ranked] == [
        (30, True, ""),
        (70, True, ""),
        (0, False, "Förslag: avslag"),
        (0, False, "Under lägsta poäng"),
    ]


def test_what_fills_the_budget_exactly_is_inside():
    assert [r["inside"] for r in rank([row("90", 60), row("80", 40)], 100, None)] == [True, True]


def test_a_criterion_is_shown_beside_the_part_of_the_application_that_it_judges():
    titles = ("Bidrag till RUS", "Kostnader", "Samverkan", "Genomförande")

    assert [section_for(title).value for title in titles] == ["mal", "budget", "parter", "projekt"]
