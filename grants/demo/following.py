"""A granted project's way, told through the real actions: it starts, reports, is paid and, when short, closes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from calls.enums import CostTypeCode
from calls.rates import rates_of
from evaluation.enums import GRANTING
from grants.core.locks import lock_by
from grants.core.time import add_months, pretend, stockholm
from grants.demo import texts
from grants.demo.content import SHORT_MONTHS
from grants.demo.story import Tale
from grants.projects import actions
from grants.projects.enums import ReportKind
from grants.projects.models import Project

ORE = Decimal("0.01")


def follow(tale: Tale, *, is_told_on: bool = True) -> None:
    """Take the granted project as far as its number says: not begun, running, reported, checked, paid or closed.

    ``is_told_on`` False: it begins, and that is all.
    """
    assert tale.application is not None
    if tale.decision is None or tale.decision.outcome not in GRANTING or tale.plan.index % 13 == 12:
        return
    project = lock_by(Project, "application", tale.application.pk)
    with pretend(tale.moments.on(project.start_on)):
        project = actions.begin(project, by=tale.lead, confirmed=True)
    steps = 4 if tale.plan.is_short else tale.plan.index % 4
    if steps == 0 or not is_told_on:
        return
    end_on = add_months(project.start_on, SHORT_MONTHS) - dt.timedelta(days=1)
    if tale.plan.is_short:
        with pretend(tale.moments.on(end_on)):
            project = actions.begin_closing(project, by=tale.lead)
    report = reported(tale, project, end_on)
    payment = asked(tale, project, report, end_on)
    if steps == 1:
        return
    with pretend(tale.moments.on(after(end_on, 6))):
        report = actions.check_report(report, by=tale.handler, comment="Rapporten stämmer med det vi vet om projektet.")
    with pretend(tale.moments.soon()):
        payment = checked(tale, payment)
    if steps == 2:
        return
    with pretend(tale.moments.on(after(end_on, 10))):
        report = actions.decide_report(report, by=tale.handler)
        payment = actions.decide_payment(payment, by=tale.scene.cast.decider)
    instant = tale.moments.on(after(end_on, 14))
    with pretend(instant):
        reference = f"UB{stockholm(instant):%y%m}{tale.plan.index + 1:05d}"
        actions.record_paid(payment, by=tale.scene.cast.payer, paid_on=stockholm(instant).date(), reference=reference)
    if tale.plan.is_short:
        with pretend(tale.moments.on(after(end_on, 18))):
            actions.close(Project.objects.get(pk=project.pk), by=tale.handler)


def after(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


def reported(tale: Tale, project: Project, end_on: dt.date) -> Any:
    """The project leader writes the report; the authorised signatory sends it."""
    kind = ReportKind.FINAL if tale.plan.is_short else ReportKind.PROGRESS
    with pretend(tale.moments.on(after(end_on, 1))):
        report = actions.create_report(
            project, kind=kind, period_start=project.start_on, period_end=end_on, by=tale.lead
        )
        data = {
            "done": tale.plan.done,
            "results": texts.RESULTS_SO_FAR,
            "objective_progress": f"Arbetet bidrar till {tale.plan.words['mal']} genom att parterna nu planerar med samma underlag.",
            "deviations": tale.rng.choice(texts.DEVIATIONS),
        }
        report = actions.save_report(report, data, by=tale.lead, version=report.version)
    with pretend(tale.moments.soon()):
        return actions.submit_report(report, by=tale.signer)


def asked(tale: Tale, project: Project, report: Any, end_on: dt.date) -> Any:
    """The payment application of the same period, with costs to the öre."""
    with pretend(tale.moments.soon()):
        payment = actions.create_payment(
            project, period_start=project.start_on, period_end=end_on, by=tale.lead, report=report
        )
        data = {"costs": costs(tale), "comment": "Huvudbok och resultatrapport för perioden stämmer med beloppen."}
        payment = actions.save_payment(payment, data, by=tale.lead, version=payment.version)
    with pretend(tale.moments.soon()):
        return actions.submit_payment(payment, by=tale.signer)


def costs(tale: Tale) -> dict[int, Decimal]:
    """What three months cost, by cost type: about the budget's share of them, never round."""
    plan = tale.plan
    months = (plan.end_on.year - plan.start_on.year) * 12 + plan.end_on.month - plan.start_on.month + 1
    found: dict[int, Decimal] = {}
    rates = rates_of(tale.scene.call)
    for code, kind in tale.scene.cost_types.items():
        if kind.pk in rates:
            continue
        budget = sum(amount for (name, _), amount in plan.costs.items() if name == code)
        part = Decimal(budget) * SHORT_MONTHS / months * tale.rng.randrange(880, 1000) / 1000
        found[kind.pk] = (part + Decimal(tale.rng.randrange(100)) / 100 if part else part).quantize(ORE)
    return found


def checked(tale: Tale, payment: Any) -> Any:
    """The handler approves the costs; in every other case a part of the services is not accepted, with the reason."""
    services = tale.scene.cost_types[CostTypeCode.SERVICES].pk
    approved = {cost.cost_type_id: cost.reported for cost in payment.costs.all()}
    why: dict[int, str] = {}
    if tale.plan.index % 2 and approved[services] > 2000:
        approved[services] -= Decimal("1250.00")
        why[services] = "En faktura på 1 250 kr avser tid före projektets start."
    return actions.check_payment(payment, approved, by=tale.handler, line_comments=why)
