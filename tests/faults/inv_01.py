"""INV-1: 50 deciders at once on a budget that holds only some of their decisions. The twin works without the guard."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Sum

from calls.models import YearBudget
from evaluation import actions, budget
from evaluation.enums import IN_FORCE, DecisionState
from evaluation.models import Decision, DecisionYear, Review
from grants.core.time import today
from tests.builders import base, calls, evaluation
from tests.faults.figures import Figures
from tests.faults.world import at_once, invariants_hold, is_postgresql, kinds

YEAR_SEK = 5_000_000
SMALLEST, LARGEST = 400_000, 900_000


def run(deciders: int = 50, rounds: int = 3) -> Figures:
    """Each round: every decision is proposed, all are decided at the same moment by different people, then taken back."""
    figures = Figures()
    proposed = proposals(deciders)
    people = [base.decider() for _ in proposed]
    figures["deciders at once"] = deciders
    made = refused = over = 0
    for number in range(rounds):
        answers = at_once([attempt(decision, person) for decision, person in zip(proposed, people, strict=True)])
        said = kinds(answers)
        made, refused = made + said["done"], refused + said["Blocked"]
        others = {name: count for name, count in said.items() if name not in ("done", "Blocked")}
        figures.must(not others, f"round {number + 1}: {others}")
        figures.must(
            0 < said["done"] < deciders, f"round {number + 1}: the budget must hold some of them: {dict(said)}"
        )
        over += sum(max(0, drawn - held) for drawn, held in drawn_and_held(proposed[0]))
        if number < rounds - 1:
            take_back(proposed)
    figures["rounds"], figures["made"], figures["refused"] = rounds, made, refused
    figures.must_equal("kronor over", over, 0)
    invariants_hold(figures)
    take_back(proposed)
    twin(figures, proposed, people)
    return figures


def proposals(count: int) -> list[Decision]:
    """Proposed decisions of random amounts in one call whose budget holds about a quarter of them."""
    year = today().year
    data: dict[str, Any] = {
        "budget_sek": 2 * YEAR_SEK,
        "years": [{"year": year, "budget_sek": YEAR_SEK}, {"year": year + 1, "budget_sek": YEAR_SEK}],
        "areas": [{"area": row["area"], "budget_sek": None} for row in calls.call_data()["areas"]],
    }
    call = calls.open_call(**data)
    handler, assessor, chance = base.handler(), base.assessor(), random.Random(1)
    return [
        evaluation.proposed_decision(
            call=call, handler=handler, assessors=[assessor], amount_sek=chance.randrange(SMALLEST, LARGEST, 1000)
        )
        for _ in range(count)
    ]


def attempt(decision: Decision, person: Any) -> Any:
    def decide() -> str:
        actions.decide(decision, by=person)
        return "made"

    return decide


def drawn_and_held(decision: Decision) -> list[tuple[int, int]]:
    """(sum of the decisions in force, budget) of each year of the call."""
    found = []
    for row in YearBudget.objects.filter(call=decision.application.call_id):
        drawn = DecisionYear.objects.filter(year_budget=row, decision__state__in=IN_FORCE)
        found.append((drawn.aggregate(sum=Sum("amount_sek"))["sum"] or 0, row.budget_sek))
    return found


def take_back(proposed: list[Decision]) -> None:
    """Send every made decision back and propose it anew, through the real actions; the budget is whole again."""
    for decision in proposed:
        row = base.fresh(decision)
        if row.state != DecisionState.MADE:
            continue
        years = {part.year_budget.year: part.amount_sek for part in row.years.select_related("year_budget")}
        actions.send_back(row, by=row.rapporteur, reason="Ny prövning.")
        review = Review.objects.get(application=row.application_id)
        facts = {
            name: getattr(row, name)
            for name in ("outcome", "amount_sek", "basis_cost_sek", "start_on", "end_on", "reasons", "short_reasons")
        }
        actions.propose(review, by=row.rapporteur, years=years, **facts)


def twin(figures: Figures, proposed: list[Decision], people: list[Any]) -> None:
    """The same race with a sum that is read first instead of the guard, and without the constraint behind it."""
    with without_guard():
        answers = at_once([attempt(decision, person) for decision, person in zip(proposed, people, strict=True)])
    over = sum(max(0, drawn - held) for drawn, held in drawn_and_held(proposed[0]))
    figures["twin"] = dict(kinds(answers))
    figures["twin kronor over"] = over
    if is_postgresql():
        figures.must(over > 0, "the twin without the guard must overshoot, or this race proves nothing")


@contextmanager
def without_guard() -> Iterator[None]:
    """Draw by reading what is used and writing the sum. SQLite lets one writer in at a time, so only PostgreSQL shows it."""

    seen = threading.local()

    def read_then_write(year_budget_id: Any, amount_sek: int) -> bool:
        if not hasattr(seen, "rows"):
            call = YearBudget.objects.get(pk=year_budget_id).call_id
            seen.rows = {row.pk: row for row in YearBudget.objects.filter(call=call)}
            time.sleep(0.5)  # what sums over many decisions would take
        row = seen.rows[year_budget_id]
        if row.used_sek + amount_sek > row.budget_sek:
            return False
        YearBudget.objects.filter(pk=year_budget_id).update(used_sek=row.used_sek + amount_sek)
        return True

    guarded = budget.draw
    table, name = YearBudget._meta.db_table, "year_budget_never_exceeded"
    if is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    budget.draw = read_then_write
    try:
        yield
    finally:
        budget.draw = guarded
