"""Payment applications at the authority: a handler asks or checks, a decider decides, a payment officer pays."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import F

from calls.rates import rates_of
from evaluation import actions as decisions
from evaluation.enums import DecisionKind, DecisionState, Outcome
from grants.core import mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.money import format_sek
from grants.core.text import clean_name, clean_text, too_long
from grants.core.time import format_day, now, stockholm
from grants.core.workflow import perform
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind
from grants.projects import papers
from grants.projects.actions.common import ask, owner_contacts
from grants.projects.actions.payments import LONGEST_COMMENT, cost_types, is_amount
from grants.projects.calculation import payable, with_flat_rates
from grants.projects.enums import PaymentState
from grants.projects.models import PaymentApplication, Project, ReportedCost

LONGEST_LINE_COMMENT = 300
LONGEST_REFERENCE = 60
MORE_THAN_REPORTED = "Godkänt belopp kan inte vara större än det redovisade. Skriv högst det redovisade beloppet."


@whole
def request_payment_supplement(
    payment: PaymentApplication, *, by: Any, reason: str, at: dt.datetime | None = None, version: int | None = None
) -> PaymentApplication:
    """Back to the owner with what is missing; what had been approved is forgotten."""
    row = perform(payment, "request_supplement", by=by, at=at, reason=reason, version=version)
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
    version: int | None = None,
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
    ask(row, "mark_checked", by, version)
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
    kinds, rates = cost_types(project), rates_of(project.application.call)
    costs = list(payment.costs.select_related("cost_type"))
    reasons: list[str] = [*too_long("Kommentaren", comment, LONGEST_COMMENT, "comment")]
    for cost in costs:
        kind, key = cost.cost_type, f"approved-{cost.cost_type_id}"
        cost.comment = clean_name(line_comments.get(kind.pk, ""))
        reasons += too_long(f"Kommentaren till {kind.label}", cost.comment, LONGEST_LINE_COMMENT, f"comment-{kind.pk}")
        if kind.pk in rates:
            continue
        given = approved.get(kind.pk)
        if given is None or not is_amount(given):
            reasons.append(Reason(f"{kind.label}: skriv vilket belopp som godkänns, 0 om inget.", key))
        elif given > cost.reported:
            reasons.append(Reason(f"{kind.label}: {MORE_THAN_REPORTED}", key))
        elif given < cost.reported and not (cost.comment or comment):
            reasons.append(Reason(f"{kind.label}: skriv varför inte hela beloppet godkänns.", f"comment-{kind.pk}"))
    if reasons:
        raise Blocked(reasons)
    computed = with_flat_rates(approved, kinds, rates, payment.period_start)
    for cost in costs:
        cost.approved = computed[cost.cost_type_id]
    return costs


@whole
def reopen_payment(
    payment: PaymentApplication, *, by: Any, reason: str, at: dt.datetime | None = None, version: int | None = None
) -> PaymentApplication:
    """Back to checking, before the decision is dispatched; the proposal goes back with it."""
    lock(payment.project.application)
    row = lock_decision_first(payment)
    ask(row, "reopen", by, version)
    if row.decision is not None and row.decision.state in (DecisionState.PROPOSED, DecisionState.MADE):
        decisions.send_back(row.decision, by=by, reason=reason)  # tells us, and payment_sent_back takes the step
        return PaymentApplication.objects.get(pk=row.pk)
    return perform(row, "reopen", by=by, at=at, reason=reason)


@whole
def payment_sent_back(decision: Any, *, by: Any, reason: str) -> PaymentApplication | None:
    """The proposed decision on payment was sent back: its payment application is open for checking again, or was already."""
    payment = PaymentApplication.objects.filter(decision=decision).first()
    if payment is None:
        return None
    lock(payment.project)
    row = lock(payment)
    return perform(row, "reopen", by=by, reason=reason) if row.state == PaymentState.CHECKED else row


def lock_decision_first(payment: PaymentApplication) -> PaymentApplication:
    """The payment application as it is now, locked after its decision and its project (the order of locks)."""
    seen = PaymentApplication.objects.select_related("decision").get(pk=payment.pk)
    if seen.decision is not None:
        lock(seen.decision)
    lock(seen.project)
    return lock(payment)


@whole
def decide_payment(
    payment: PaymentApplication, *, by: Any, at: dt.datetime | None = None, version: int | None = None
) -> PaymentApplication:
    """Make the proposed decision and dispatch it at once; the payment application follows. Raises PermissionDenied or Blocked.

    A second press by the decider gets the same result.
    """
    lock(payment.project.application)
    row = lock_decision_first(payment)
    if row.state != PaymentState.CHECKED and row.decided_by_id == getattr(by, "pk", None) and by is not None:
        return row
    ask(row, "decide", by, version)
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
    payment: PaymentApplication,
    *,
    by: Any,
    paid_on: dt.date,
    reference: str,
    at: dt.datetime | None = None,
    version: int | None = None,
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
    ask(row, "record_paid", by, version)
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
