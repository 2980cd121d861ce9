"""Payment applications as their owner makes them: a draft with the period's costs, sent in arrears. See payouts for what follows."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max

from calls.rates import rates_of
from grants.core import mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.money import MAX_SEK, format_sek
from grants.core.seen import same_version
from grants.core.text import clean_text, too_long
from grants.core.time import now, stockholm
from grants.core.workflow import perform
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind
from grants.projects import blockers, papers, rules
from grants.projects.actions.common import NOT_YOURS, SENT, ask, ask_to_write, handler_contacts, once
from grants.projects.calculation import with_flat_rates
from grants.projects.enums import PaymentState, ReportState
from grants.projects.models import PaymentApplication, Project, Report, ReportedCost

LONGEST_COMMENT = 2000


@whole
def create_payment(
    project: Project,
    *,
    period_start: dt.date,
    period_end: dt.date,
    by: Any,
    report: Report | None = None,
    token: uuid.UUID | None = None,
) -> PaymentApplication:
    """A new draft, the owner's own until it is sent; one at a time. No event: the authority does not see drafts."""
    project = lock(project)
    if not rules.may_write(project, by):
        raise PermissionDenied(NOT_YOURS)

    def make() -> PaymentApplication:
        reasons = [
            *blockers.payments_open(project),
            *blockers.one_open_payment(project),
            *blockers.payment_period(project, period_start, period_end),
        ]
        if report is not None and (report.project_id != project.pk or report.state == ReportState.DRAFT):
            reasons.append(Reason("Välj en rapport i projektet som är inskickad.", "report"))
        if reasons:
            raise Blocked(reasons)
        last = project.payment_applications.aggregate(last=Max("number"))["last"] or 0
        payment = PaymentApplication.objects.create(
            project=project,
            report=report,
            number=last + 1,
            period_start=period_start,
            period_end=period_end,
            created_by=by,
        )
        ReportedCost.objects.bulk_create(
            [ReportedCost(payment_application=payment, cost_type=kind, reported=0) for kind in cost_types(project)]
        )
        return payment

    return once(token, project, PaymentApplication.objects, make)


def cost_types(project: Project) -> list[Any]:
    """The cost types that the project's call allows, in order."""
    return list(project.application.call.cost_types.all())


@whole
def save_payment(payment: PaymentApplication, data: dict[str, Any], *, by: Any, version: int) -> PaymentApplication:
    """Save the period's costs by cost type (Decimal, öre) and the comment, complete or not; flat rates are computed.

    ``data``: costs {cost type pk: Decimal}, comment, and period_start and period_end when they change. Raises
    PermissionDenied, Stale when somebody else saved in between, or Blocked.
    """
    project = lock(payment.project)
    row = lock(payment)
    ask_to_write(row, by, version, rules.may_write_part)
    kinds = cost_types(project)
    given = {kind.pk: data.get("costs", {}).get(kind.pk) or Decimal(0) for kind in kinds}
    comment = clean_text(str(data.get("comment", row.comment))).strip()
    row.period_start = data.get("period_start") or row.period_start
    row.period_end = data.get("period_end") or row.period_end
    reasons = [
        *too_long("Kommentaren", comment, LONGEST_COMMENT, "comment"),
        *blockers.payment_period(project, row.period_start, row.period_end, row),
        *[_amount_fault(kind, given[kind.pk]) for kind in kinds if not is_amount(given[kind.pk])],
    ]
    if reasons:
        raise Blocked(reasons)
    costs = with_flat_rates(given, kinds, rates_of(project.application.call), row.period_start)
    total = sum(costs.values(), Decimal(0))
    if total > MAX_SEK:
        raise Blocked(
            Reason(f"Kostnaderna är tillsammans större än {format_sek(MAX_SEK)}. Kontrollera beloppen.", "costs")
        )
    ReportedCost.objects.bulk_create(
        [ReportedCost(payment_application=row, cost_type=kind, reported=costs[kind.pk]) for kind in kinds],
        update_conflicts=True,
        unique_fields=["payment_application", "cost_type"],
        update_fields=["reported", "approved", "comment"],
    )
    row.comment, row.reported_cost = comment, total
    row.save()
    return row


def is_amount(cost: Decimal) -> bool:
    return cost.is_finite() and 0 <= cost <= MAX_SEK and cost == cost.quantize(Decimal("0.01"))


def _amount_fault(kind: Any, cost: Decimal) -> Reason:
    return Reason(
        f"{kind.label}: skriv ett belopp från 0 till {format_sek(MAX_SEK)}, med högst två decimaler.", f"cost-{kind.pk}"
    )


@whole
def discard_payment(payment: PaymentApplication, *, by: Any, version: int | None = None) -> None:
    """Throw a draft away that was never sent."""
    row = lock(payment)
    if not rules.may_write_part(row, by):
        raise PermissionDenied(NOT_YOURS)
    if row.state != PaymentState.DRAFT:
        raise Blocked(SENT)
    same_version(row, version)
    row.delete()


@whole
def submit_payment(
    payment: PaymentApplication, *, by: Any, at: dt.datetime | None = None, version: int | None = None
) -> PaymentApplication:
    """Send it in, in arrears: the period is over. It becomes a received document.

    A second press by the same person gets the same application.
    """
    at = at or now()
    lock(payment.project)
    row = lock(payment)
    if row.state == PaymentState.SUBMITTED and row.submitted_by_id == getattr(by, "pk", None):
        return row
    ask(row, "submit", by, version)
    if waiting := blockers.period_is_over(row, stockholm(at).date()):
        raise Blocked(waiting)
    row = perform(row, "submit", by=by, at=at, facts={"reported_cost": str(row.reported_cost)})
    project = row.project
    row.document = file_document(
        project.application.case,
        kind=DocumentKind.PAYMENT_APPLICATION,
        direction=Direction.RECEIVED,
        title=f"{row}, {row.period_start}–{row.period_end}",
        content=papers.of_payment(row),
        by=by,
        at=at,
    )
    row.save()
    mail.queue("projects/payment_received", to=[by.email], about=row, payment=row, project=project)
    mail.queue("projects/payment_to_check", to=handler_contacts(project), about=row, payment=row, project=project)
    return row
