"""INV-8: several handlers check, several deciders decide and several officers pay the same applications at the same moment."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from grants.core.exceptions import Blocked
from grants.core.time import stockholm
from grants.projects import actions
from grants.projects.actions import payouts
from grants.projects.models import Project
from tests.builders import base, projects
from tests.faults.figures import Figures
from tests.faults.world import at_once, invariants_hold, is_postgresql, kinds

SHARE = 7


def run(applications: int = 4, people: int = 10, drawers: int = 30) -> Figures:
    """``people`` press each step of each payment application at once; ``drawers`` draw on what is left of one project."""
    figures = Figures()
    handlers = [base.handler() for _ in range(people)]
    deciders = [base.decider() for _ in range(people)]
    officers = [base.payment_officer() for _ in range(people)]
    sent = [projects.submitted_payment() for _ in range(applications)]
    figures["payment applications"], figures["people on each step"] = applications, people
    for payment in sent:
        press_each_step(figures, payment, handlers, deciders, officers)
    invariants_hold(figures)
    draw(figures, drawers)
    return figures


def press_each_step(
    figures: Figures, payment: Any, handlers: list[Any], deciders: list[Any], officers: list[Any]
) -> None:
    at = projects.after(payment)
    approved, day = projects.approved(payment), stockholm(at).date()

    def check(by: Any) -> Any:
        return lambda: actions.check_payment(payment, approved, by=by, at=at)

    def decide(by: Any) -> Any:
        return lambda: actions.decide_payment(base.fresh(payment), by=by, at=at)

    def pay(by: Any) -> Any:
        reference = f"UTB-{by.pk}"
        return lambda: actions.record_paid(base.fresh(payment), by=by, paid_on=day, reference=reference, at=at)

    race(figures, "checked", [check(by) for by in handlers])
    race(figures, "decided", [decide(by) for by in deciders])
    race(figures, "paid", [pay(by) for by in officers])
    row = base.fresh(payment)
    figures.must(row.state == "paid", f"a payment application ended as {row.state}")
    paid = base.fresh(payment.project).paid_sek
    figures.must(paid == row.payable_sek, f"paid is {paid}, decided is {row.payable_sek}")


def race(figures: Figures, name: str, tasks: list[Any]) -> None:
    """One of them gets through; the others are refused with a sentence, never with an error."""
    said = kinds(at_once(tasks))
    figures[name] = figures.values.get(name, 0) + said["done"]
    figures.must(said["done"] == 1, f"{name}: {said['done']} got through, must be 1")
    others = {
        kind: count for kind, count in said.items() if kind not in ("done", "Blocked", "PermissionDenied", "Stale")
    }
    figures.must(not others, f"{name}: {others}")


def draw(figures: Figures, drawers: int) -> None:
    """Drawers take a seventh of the grant each at once: seven fit, also when nothing but the guard stands between them."""
    project = projects.running_project()
    part = project.granted_sek // SHARE
    said = kinds(at_once([lambda: payouts.add_paid(project, part) for _ in range(drawers)]))
    figures.must_equal("draws that fitted", said["done"], SHARE)
    figures.must(set(said) <= {"done", "Blocked"}, f"draws: {dict(said)}")
    figures.must_equal("kronor over", max(0, base.fresh(project).paid_sek - project.granted_sek), 0)
    Project.objects.filter(pk=project.pk).update(paid_sek=0)
    with without_guard():
        said = kinds(at_once([lambda: payouts.add_paid(project, part) for _ in range(drawers)]))
    over = max(0, said["done"] * part - project.granted_sek)
    figures["twin kronor over"] = over
    if is_postgresql():
        figures.must(over > 0, "the twin without the guard must overshoot, or this race proves nothing")


@contextmanager
def without_guard() -> Iterator[None]:
    """Draw by reading what is paid and writing the sum, without the constraint behind it."""

    def read_then_write(project: Project, amount_sek: int) -> None:
        row = Project.objects.get(pk=project.pk)
        if row.paid_sek + amount_sek > row.granted_sek:
            raise Blocked("Beloppet är större än det som är kvar.")
        time.sleep(0.05)
        Project.objects.filter(pk=project.pk).update(paid_sek=row.paid_sek + amount_sek)

    guarded = payouts.add_paid
    if is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{Project._meta.db_table}" DROP CONSTRAINT "project_paid_within_granted"')
    payouts.add_paid = read_then_write  # type: ignore[assignment]
    try:
        yield
    finally:
        payouts.add_paid = guarded
