"""Projects, reports and payment applications for tests, brought to their state by the real actions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from calls.enums import CostTypeCode
from calls.rates import rates_of
from grants.accounts.enums import MandateScope
from grants.core.time import add_months, day_start, now, stockholm
from grants.projects import actions
from grants.projects.enums import ReportKind
from grants.projects.models import PaymentApplication, Project, Report
from tests.builders import applications, base, evaluation
from tests.builders.kept import kept

REPORT = {
    "done": "Vi har hållit fyra dialogmöten med kommunerna och tagit fram ett gemensamt underlag.",
    "results": "Tolv kommuner använder underlaget i sin översiktsplanering.",
    "objective_progress": "Regionens mål om samordnad planering har fått ett arbetssätt.",
    "deviations": "Inga.",
}


@kept
def starting_project(*, decision: Any = None, **fields: Any) -> Project:
    """Just granted: the decision is dispatched. ``fields`` go to the decision's builder (applicant, handler, amount_sek …).

    The application came in on the first day of the year, so that the project may have started before today.
    """
    if decision is None:
        of_application = {
            name: fields.pop(name) for name in ("call", "applicant", "title", "applied_sek") if name in fields
        }
        came_in = day_start(dt.date(stockholm(now()).year, 1, 1))
        application = fields.pop("application", None) or applications.submitted_application(
            at=came_in, **of_application
        )
        decision = evaluation.dispatched_decision(application=application, **fields)
    return Project.objects.get(decision=decision)


@kept
def running_project(*, by: Any = None, **fields: Any) -> Project:
    """Started by the owner."""
    project = starting_project(**fields)
    return actions.begin(project, by=by or base.signatory(project.owner), confirmed=True)


@kept
def closing_project(**fields: Any) -> Project:
    """Only the final report and the last payment remain."""
    project = running_project(**fields)
    return actions.begin_closing(project, by=project.handler)


@kept
def writer(project: Project) -> Any:
    """One of the owner's people who writes and signs for reports and payments."""
    return base.signatory(project.owner, MandateScope.PAYMENTS)


def period(project: Project, number: int = 1) -> tuple[dt.date, dt.date]:
    """The project's half-year of this number."""
    start = add_months(project.start_on, 6 * (number - 1))
    return start, min(add_months(start, 6) - dt.timedelta(days=1), project.end_on)


def after(part: Any) -> dt.datetime:
    """An instant when the part's period is over: now, or the day after its end."""
    return max(now(), day_start(part.period_end + dt.timedelta(days=1)))


# Reports -------------------------------------------------------------------------------------------------------------


@kept
def draft_report(
    project: Project | None = None, *, by: Any = None, kind: str = ReportKind.PROGRESS, number: int = 1, **texts: str
) -> Report:
    """Filled in and not sent. ``texts`` replace those of ``REPORT``."""
    project = project or running_project()
    by = by or writer(project)
    start, end = period(project, number) if kind == ReportKind.PROGRESS else (project.start_on, project.end_on)
    report = actions.create_report(project, kind=kind, period_start=start, period_end=end, by=by)
    return actions.save_report(report, {**REPORT, **texts}, by=by, version=report.version)


@kept
def submitted_report(project: Project | None = None, *, by: Any = None, **fields: Any) -> Report:
    """Sent in by a signatory."""
    project = project or running_project()
    by = by or writer(project)
    return actions.submit_report(draft_report(project, by=by, **fields), by=by)


@kept
def checked_report(project: Project | None = None, *, handler: Any = None, **fields: Any) -> Report:
    report = submitted_report(project, **fields)
    return actions.check_report(report, by=handler or report.project.handler, comment="Rapporten svarar mot beslutet.")


@kept
def decided_report(project: Project | None = None, **fields: Any) -> Report:
    """Approved by the handler."""
    report = checked_report(project, **fields)
    return actions.decide_report(report, by=report.checked_by)


# Payment applications ------------------------------------------------------------------------------------------------


def costs(payment: PaymentApplication, staff: str = "100000.00", other: str = "50000.00") -> dict[Any, Decimal]:
    """Costs by cost type: ``staff`` for staff, ``other`` for the first other one that is typed, nothing for the rest."""
    kinds = [cost.cost_type for cost in payment.costs.select_related("cost_type")]
    rates = rates_of(payment.project.application.call)
    typed = [kind for kind in kinds if kind.pk not in rates]
    first_other = next(kind for kind in typed if kind.code != CostTypeCode.STAFF)
    return {
        kind.pk: Decimal(staff if kind.code == CostTypeCode.STAFF else other if kind == first_other else "0.00")
        for kind in typed
    }


@kept
def draft_payment(
    project: Project | None = None,
    *,
    by: Any = None,
    number: int = 1,
    staff: str = "100000.00",
    other: str = "50000.00",
) -> PaymentApplication:
    """Costs of the project's half-year ``number``, not sent."""
    project = project or running_project()
    by = by or writer(project)
    start, end = period(project, number)
    payment = actions.create_payment(project, period_start=start, period_end=end, by=by)
    data = {"costs": costs(payment, staff, other), "comment": "Kostnaderna följer budgeten."}
    return actions.save_payment(payment, data, by=by, version=payment.version)


@kept
def submitted_payment(project: Project | None = None, *, by: Any = None, **fields: Any) -> PaymentApplication:
    """Sent in by a signatory when its period is over."""
    project = project or running_project()
    by = by or writer(project)
    payment = draft_payment(project, by=by, **fields)
    return actions.submit_payment(payment, by=by, at=after(payment))


def approved(payment: PaymentApplication) -> dict[Any, Decimal]:
    """Everything that was reported, by cost type."""
    return {cost.cost_type_id: cost.reported for cost in payment.costs.all()}


@kept
def checked_payment(project: Project | None = None, *, handler: Any = None, **fields: Any) -> PaymentApplication:
    """Checked in full; the decision is proposed."""
    payment = submitted_payment(project, **fields)
    handler = handler or payment.project.handler
    return actions.check_payment(payment, approved(payment), by=handler, at=after(payment))


@kept
def decided_payment(project: Project | None = None, *, decider: Any = None, **fields: Any) -> PaymentApplication:
    """Decided and dispatched."""
    payment = checked_payment(project, **fields)
    return actions.decide_payment(payment, by=decider or base.decider(), at=after(payment))


@kept
def paid_payment(project: Project | None = None, *, officer: Any = None, **fields: Any) -> PaymentApplication:
    """Recorded as paid."""
    payment = decided_payment(project, **fields)
    at = after(payment)
    return actions.record_paid(
        payment,
        by=officer or base.payment_officer(),
        paid_on=stockholm(at).date(),
        reference=f"UTB-{payment.number:04}",
        at=at,
    )


@kept
def closed_project(**fields: Any) -> Project:
    """Paid once, reported to the end, closed."""
    project = running_project(**fields)
    paid_payment(project)
    decided_report(project, kind=ReportKind.FINAL)
    project = actions.begin_closing(base.fresh(project), by=project.handler)
    return actions.close(project, by=project.handler)
