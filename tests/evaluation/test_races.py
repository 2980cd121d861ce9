"""Deciders at the same moment, in real threads on the database: the budget holds, and holds because of the guard (INV-1)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Sum

from calls.models import YearBudget
from evaluation import actions, blockers, budget
from evaluation.enums import IN_FORCE
from evaluation.models import Decision, DecisionYear
from evaluation.signals import decision_dispatched
from grants.core.exceptions import Blocked
from grants.core.invariants import violations
from grants.core.models import Event, OutgoingMessage
from grants.documents.enums import DocumentKind
from grants.documents.models import Document
from tests.builders import base
from tests.builders import evaluation as build

pytestmark = pytest.mark.django_db(transaction=True)
COUNTIES = ("24", "25", "23", "22", "21", "20", "19", "18")


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Run every work in a thread of its own, all started at a barrier; results or exceptions in order."""
    barrier = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        barrier.wait(timeout=30)
        try:
            results[place] = work()
        except Exception as stop:
            results[place] = stop
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return results


def eight_proposals(call: Any) -> list[Decision]:
    """Eight proposals of 900 000 kr each, rapporteur and assessor shared."""
    handler, assessor = base.handler(), base.assessor()
    return [
        build.proposed_decision(
            call=call, applicant=base.region_organisation(county), handler=handler, assessors=[assessor]
        )
        for county in COUNTIES
    ]


def granted(call: Any) -> int:
    """What the decisions in force have granted of the call's money."""
    rows = DecisionYear.objects.filter(year_budget__call=call, decision__state__in=IN_FORCE)
    return rows.aggregate(total=Sum("amount_sek"))["total"] or 0


def test_eight_deciders_at_once_never_pass_a_budget_that_holds_three():
    call = build.small_call(3_000_000)
    proposals = eight_proposals(call)
    deciders = [base.decider() for _ in proposals]

    results = at_once([lambda d=d, by=by: actions.decide(d, by=by) for d, by in zip(proposals, deciders, strict=True)])

    won = [r for r in results if isinstance(r, Decision)]
    lost = [r for r in results if not isinstance(r, Decision)]
    assert len(won) == 3
    assert [type(stop) for stop in lost] == [Blocked] * 5
    for stop in lost:
        assert stop.reasons[0].startswith(
            f"Budgeten för {call.year_budgets.get().year} räcker inte: 300\u00a0000\u00a0kr är kvar"
        )
    assert granted(call) == 2_700_000
    assert YearBudget.objects.get(call=call).used_sek == 2_700_000
    assert Decision.objects.filter(application__call=call, state="proposed").count() == 5
    assert violations() == {}


def read_check_write(year_budget_id: Any, amount_sek: int) -> bool:
    """The guard taken away: the sum is read, checked and written, as if nobody else were there."""
    row = YearBudget.objects.get(pk=year_budget_id)
    if row.used_sek + amount_sek > row.budget_sek:
        return False
    meeting.wait(timeout=20)  # everyone has read before anyone writes
    YearBudget.objects.filter(pk=year_budget_id).update(used_sek=row.used_sek + amount_sek)
    return True


meeting = threading.Barrier(8)


@pytest.mark.postgres_only
def test_without_the_guard_the_same_deciders_pass_the_budget(monkeypatch):
    """The negative twin. On SQLite an IMMEDIATE transaction lets one writer in at a time, so the fault cannot show there."""
    call = build.small_call(3_000_000)
    proposals = eight_proposals(call)
    deciders = [base.decider() for _ in proposals]
    monkeypatch.setattr(budget, "draw", read_check_write)
    monkeypatch.setattr(blockers, "budget_left", lambda decision: [])
    meeting.reset()

    results = at_once([lambda d=d, by=by: actions.decide(d, by=by) for d, by in zip(proposals, deciders, strict=True)])

    assert [type(r) for r in results] == [Decision] * 8
    assert granted(call) == 8 * 900_000
    assert [name for name in violations() if name.startswith("INV-1 ")] == ["INV-1 budgets_hold"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="says what SQLite does")
def test_on_sqlite_one_writer_is_let_in_at_a_time():
    """Why the twin above needs PostgreSQL: the second transaction waits until the first one ends."""
    call = build.small_call(3_000_000)
    inside: list[int] = []
    most: list[int] = []

    def write() -> None:
        from django.db import transaction

        with transaction.atomic():
            inside.append(1)
            most.append(len(inside))
            YearBudget.objects.filter(call=call).update(used_sek=0)
            inside.pop()

    at_once([write] * 8)

    assert max(most) == 1


def test_two_presses_of_decide_at_once_make_one_decision_and_draw_once():
    call = build.small_call(3_000_000)
    decision = build.proposed_decision(call=call)
    decider = base.decider()

    results = at_once([lambda: actions.decide(decision, by=decider)] * 4)

    assert [r.pk for r in results] == [decision.pk] * 4
    assert YearBudget.objects.get(call=call).used_sek == 900_000
    assert Event.objects.filter(object_id=str(decision.pk), name="decide").count() == 1
    assert violations() == {}


def test_two_presses_of_dispatch_at_once_send_one_letter_one_mail_and_one_signal():
    decision = build.made_decision()
    told: list[Any] = []

    def listen(sender: Any, *, decision: Any, **_: Any) -> None:
        told.append(decision.pk)

    decision_dispatched.connect(listen)
    try:
        results = at_once([lambda: actions.dispatch(decision, by=decision.decider)] * 4)
    finally:
        decision_dispatched.disconnect(listen)

    assert [r.pk for r in results] == [decision.pk] * 4
    assert told == [decision.pk]
    assert Document.objects.filter(case=decision.case, kind=DocumentKind.DECISION).count() == 1
    sent = OutgoingMessage.objects.filter(template="evaluation/decision").values_list("to", flat=True)
    assert sorted(sent) == sorted(set(sent))
    assert violations() == {}


def test_a_decision_and_its_way_back_at_once_end_as_one_after_the_other():
    call = build.small_call(3_000_000)
    decision = build.proposed_decision(call=call)
    decider, other = base.decider(), base.decider()

    at_once(
        [
            lambda: actions.decide(decision, by=decider),
            lambda: actions.send_back(decision, by=other, reason="Sänk beloppet."),
        ]
    )

    assert base.fresh(decision).state == "preparing"
    assert YearBudget.objects.get(call=call).used_sek == 0
    assert violations() == {}
