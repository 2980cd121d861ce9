"""Payment applications: the owner reports costs and sends, a handler checks, a decider decides, a payment officer pays."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, Max

from evaluation import actions as decisions
from evaluation.enums import DecisionKind, DecisionState, Outcome
from grants.core import mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.money import MAX_SEK, format_sek
from grants.core.text import clean_name, clean_text, too_long
from grants.core.time import format_day, now, stockholm
from grants.core.workflow import lock, perform
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind
from grants.projects import blockers, papers, rules
from grants.projects.actions.common import NOT_YOURS, SENT, ask, ask_to_write, handler_contacts, once, owner_contacts
from grants.projects.calculation import payable, with_flat_rates
from grants.projects.enums import PaymentState, ReportState
from grants.projects.models import PaymentApplication, Project, Report, ReportedCost

LONGEST_COMMENT = 2000
LONGEST_LINE_COMMENT = 300
LONGEST_REFERENCE = 60
MORE_THAN_REPORTED = "Godkänt belopp kan inte vara större än det redovisade. Skriv högst det redovisade beloppet."


# The owner -----------------------------------------------------------------------------------------------------------


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
        *[_amount_fault(kind, given[kind.pk]) for kind in kinds if not _is_amount(given[kind.pk])],
    ]
    if reasons:
        raise Blocked(reasons)
    costs = with_flat_rates(given, kinds)
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


def _is_amount(cost: Decimal) -> bool:
    return cost.is_finite() and 0 <= cost <= MAX_SEK and cost == cost.quantize(Decimal("0.01"))


def _amount_fault(kind: Any, cost: Decimal) -> Reason:
    return Reason(
        f"{kind.label}: skriv ett belopp från 0 till {format_sek(MAX_SEK)}, med högst två decimaler.", f"cost-{kind.pk}"
    )


@whole
def discard_payment(payment: PaymentApplication, *, by: Any) -> None:
    """Throw a draft away that was never sent."""
    row = lock(payment)
    if not rules.may_write_part(row, by):
        raise PermissionDenied(NOT_YOURS)
    if row.state != PaymentState.DRAFT:
        raise Blocked(SENT)
    row.delete()


@whole
def submit_payment(payment: PaymentApplication, *, by: Any, at: dt.datetime | None = None) -> PaymentApplication:
    """Send it in, in arrears: the period is over. It becomes a received document.

    A second press by the same person gets the same application.
    """
    at = at or now()
    lock(payment.project)
    row = lock(payment)
    if row.state == PaymentState.SUBMITTED and row.submitted_by_id == getattr(by, "pk", None):
        return row
    ask(row, "submit", by)
    if row.period_end > stockholm(at).date():
        raise Blocked(
            Reason(
                f"Perioden slutar {format_day(row.period_end)}. Stöd betalas i efterskott: skicka in när perioden är slut, "
                "eller ändra slutdagen.",
                "period_end",
            )
        )
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


# The authority -------------------------------------------------------------------------------------------------------


@whole
def request_payment_supplement(
    payment: PaymentApplication, *, by: Any, reason: str, at: dt.datetime | None = None
) -> PaymentApplication:
    """Back to the owner with what is missing; what had been approved is forgotten."""
    row = perform(payment, "request_supplement", by=by, at=at, reason=reason)
    ReportedCost.objects.filter(payment_application=row).update(approved=None, comment="")
    mail.queue(
        "projects/payment_supplement",
        to=[*owner_contacts(row.project), row.submitted_by.email],
        about=row,
        payment=row,
        project=row.project,
        reason=clean_text(reason),
    )
    return row


@whole
def check_payment(
    payment: PaymentApplication,
    approved: dict[Any, Decimal],
    *,
    by: Any,
    comment: str = "",
    line_comments: dict[Any, str] | None = None,
    at: dt.datetime | None = None,
) -> PaymentApplication:
    """Approve costs by cost type and propose the decision on payment, with the amount computed.

    A lowered cost needs a comment, on its line or for the whole. Flat rates follow the approved staff costs. Raises
    PermissionDenied or Blocked.
    """
    at = at or now()
    application = lock(payment.project.application)
    project = lock(payment.project)
    row = lock(payment)
    row.project = project
    ask(row, "mark_checked", by)
    comment = clean_text(comment).strip()
    costs = _approve(row, project, approved, comment, line_comments or {})
    row.approved_cost = sum((cost.approved or Decimal(0) for cost in costs), Decimal(0))
    amount_sek = payable(row)
    decision = decisions.propose_for(
        application,
        by=by,
        kind=DecisionKind.PAYMENT,
        outcome=Outcome.APPROVED if amount_sek else Outcome.REJECTED,
        amount_sek=amount_sek,
        basis_cost_sek=0,
        reasons=papers.reasons_of_payment(row, costs, amount_sek) + (f"\n{comment}" if comment else ""),
        short_reasons=f"{row}: {format_sek(amount_sek)}",
        returned=row.decision,
    )
    for cost in costs:
        cost.save(update_fields=["approved", "comment"])
    return perform(
        row,
        "mark_checked",
        by=by,
        at=at,
        comment=comment,
        approved_cost=row.approved_cost,
        payable_sek=amount_sek,
        decision=decision,
        facts={"approved_cost": str(row.approved_cost), "payable_sek": amount_sek},
    )


def _approve(
    payment: PaymentApplication,
    project: Project,
    approved: dict[Any, Decimal],
    comment: str,
    line_comments: dict[Any, str],
) -> list[ReportedCost]:
    """The cost rows with what is approved of them and why, not saved. Raises Blocked with every fault."""
    kinds = cost_types(project)
    costs = list(payment.costs.select_related("cost_type"))
    reasons: list[str] = [*too_long("Kommentaren", comment, LONGEST_COMMENT, "comment")]
    for cost in costs:
        kind, key = cost.cost_type, f"approved-{cost.cost_type_id}"
        cost.comment = clean_name(line_comments.get(kind.pk, ""))
        reasons += too_long(f"Kommentaren till {kind.label}", cost.comment, LONGEST_LINE_COMMENT, f"comment-{kind.pk}")
        if kind.flat_rate_percent is not None:
            continue
        given = approved.get(kind.pk)
        if given is None or not _is_amount(given):
            reasons.append(Reason(f"{kind.label}: skriv vilket belopp som godkänns, 0 om inget.", key))
        elif given > cost.reported:
            reasons.append(Reason(f"{kind.label}: {MORE_THAN_REPORTED}", key))
        elif given < cost.reported and not (cost.comment or comment):
            reasons.append(Reason(f"{kind.label}: skriv varför inte hela beloppet godkänns.", f"comment-{kind.pk}"))
    if reasons:
        raise Blocked(reasons)
    computed = with_flat_rates(approved, kinds)
    for cost in costs:
        cost.approved = computed[cost.cost_type_id]
    return costs


@whole
def reopen_payment(
    payment: PaymentApplication, *, by: Any, reason: str, at: dt.datetime | None = None
) -> PaymentApplication:
    """Back to checking, before the decision is dispatched; the proposal goes back with it."""
    lock(payment.project.application)
    row = lock_decision_first(payment)
    ask(row, "reopen", by)
    if row.decision is not None and row.decision.state in (DecisionState.PROPOSED, DecisionState.MADE):
        decisions.send_back(row.decision, by=by, reason=reason)
    return perform(row, "reopen", by=by, at=at, reason=reason)


def lock_decision_first(payment: PaymentApplication) -> PaymentApplication:
    """The payment application as it is now, locked after its decision and its project (the order of locks)."""
    seen = PaymentApplication.objects.select_related("decision").get(pk=payment.pk)
    if seen.decision is not None:
        lock(seen.decision)
    lock(seen.project)
    return lock(payment)


@whole
def decide_payment(payment: PaymentApplication, *, by: Any, at: dt.datetime | None = None) -> PaymentApplication:
    """Make the proposed decision and dispatch it at once; the payment application follows. Raises PermissionDenied or Blocked.

    A second press by the decider gets the same result.
    """
    lock(payment.project.application)
    row = lock_decision_first(payment)
    if row.state != PaymentState.CHECKED and row.decided_by_id == getattr(by, "pk", None) and by is not None:
        return row
    ask(row, "decide", by)
    decision: Any = row.decision
    if decision.state == DecisionState.PROPOSED:
        decision = decisions.decide(decision, by=by, at=at)
    decisions.dispatch(decision, by=by, at=at)
    return PaymentApplication.objects.get(pk=row.pk)


@whole
def payment_decided(decision: Any) -> PaymentApplication | None:
    """A decision on payment has been dispatched: its payment application is decided, by the decision's decider.

    The dispatch of the decision has told the owner.
    """
    payment = PaymentApplication.objects.filter(decision=decision).first()
    if payment is None:
        return None
    lock(payment.project)
    facts = {"payable_sek": payment.payable_sek}
    return perform(payment, "decide", by=decision.decider, at=decision.dispatched_at, facts=facts)


@whole
def record_paid(
    payment: PaymentApplication, *, by: Any, paid_on: dt.date, reference: str, at: dt.datetime | None = None
) -> PaymentApplication:
    """Record that the amount has been paid, exactly once, never above what is granted (INV-8).

    A second press by the same person with the same reference gets the same result. Raises PermissionDenied or Blocked.
    """
    at = at or now()
    reference = clean_name(reference)
    project = lock(payment.project)
    row = lock(payment)
    if row.state == PaymentState.PAID and (row.paid_by_id, row.paid_on, row.payment_reference) == (
        getattr(by, "pk", None),
        paid_on,
        reference,
    ):
        return row
    ask(row, "record_paid", by)
    reasons: list[str] = [*too_long("Referensen", reference, LONGEST_REFERENCE, "reference")]
    if not reference:
        reasons.append(Reason("Skriv betalningens referens, så att den går att hitta i ekonomisystemet.", "reference"))
    if paid_on > stockholm(at).date():
        reasons.append(Reason("Betalningsdagen kan inte ligga i framtiden.", "paid_on"))
    decided = row.decision and row.decision.made_at
    if decided and paid_on < stockholm(decided).date():
        reasons.append(
            Reason(f"Betalningsdagen ligger före beslutet, {format_day(stockholm(decided).date())}.", "paid_on")
        )
    if reasons:
        raise Blocked(reasons)
    row = perform(
        row,
        "record_paid",
        by=by,
        at=at,
        paid_on=paid_on,
        reference=reference,
        facts={"payable_sek": row.payable_sek, "paid_on": paid_on, "reference": reference},
    )
    add_paid(project, row.payable_sek or 0)
    file_document(
        project.application.case,
        kind=DocumentKind.PAYMENT_NOTE,
        direction=Direction.DRAWN_UP,
        title=f"Utbetalning, {str(row).lower()}",
        content=papers.of_payment_note(row),
        by=by,
        at=at,
    )
    mail.queue("projects/payment_paid", to=owner_contacts(project), about=row, payment=row, project=project)
    return row


def add_paid(project: Project, amount_sek: int) -> None:
    """Raise what is paid by one guarded UPDATE: two at once can never pass what is granted. Raises Blocked when it would."""
    within = Project.objects.filter(pk=project.pk, paid_sek__lte=F("granted_sek") - amount_sek)
    if not within.update(paid_sek=F("paid_sek") + amount_sek):
        raise Blocked(
            "Beloppet är större än det som är kvar av stödet. Betala inte ut, utan ta upp saken med handläggaren."
        )
