"""Decisions: propose, send back, decide with the guarded budget, dispatch, final. One machine for every kind of decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from applications import actions as application_actions
from applications.models import Application
from applications.receivers import receivers
from applications.texts import values_of
from calls.texts import appeal_of
from evaluation import appeal, budget, letters, rules, scoring, texts
from evaluation.actions.consulting import inform_regions
from evaluation.blockers import ENDING_KINDS
from evaluation.enums import GRANTING, DecisionKind, DecisionState
from evaluation.models import Decision, DecisionYear, Review
from evaluation.signals import decision_dispatched, decision_sent_back
from grants.core import mail
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.held import whole
from grants.core.known import Known, clear
from grants.core.locks import lock, lock_by
from grants.core.money import MAX_SEK
from grants.core.seen import same_version
from grants.core.text import clean_text, too_long
from grants.core.time import now, stockholm
from grants.core.workflow import perform
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind
from grants.documents.models import Case

SHORT_REASONS = 300
LAST_OF_CASE = Known(lambda case: Decision.objects.filter(case=case).only("number").order_by("-number")[:1])
ENDING = Known(lambda application: Decision.objects.filter(application=application, kind__in=ENDING_KINDS))
LOCKED_CASE = Known(lambda pk: Case.objects.select_for_update().filter(pk=pk).order_by())


# Proposing -----------------------------------------------------------------------------------------------------------


@whole
def propose(
    review: Any,
    *,
    by: Any,
    outcome: str,
    kind: str = DecisionKind.SUPPORT,
    amount_sek: int = 0,
    basis_cost_sek: int = 0,
    years: dict[int, int] | None = None,
    start_on: dt.date | None = None,
    end_on: dt.date | None = None,
    reasons: str = "",
    short_reasons: str = "",
    legal_grounds: str | None = None,
    conditions: str = "",
    special_conditions: str = "",
    below_lowest_reasons: str = "",
    appeal_text: str | None = None,
    version: int | None = None,
) -> Decision:
    """Propose the decision that ends the application; ``by`` becomes rapporteur.

    ``years`` splits the amount over the call's budget years. A proposal that was sent back is written anew in its own row.
    Grounds and appeal text default to the call's. Raises PermissionDenied, Blocked or Stale; then nothing is written.
    """
    application = lock(Application(pk=review.application_id))
    row = lock(review)
    row.application = application
    if not rules.may_handle(row, by):
        raise PermissionDenied("Föreslå beslut: du har inte behörighet.")
    if version is not None and version != row.version:
        raise Stale
    call = application.call
    if kind not in ENDING_KINDS:
        raise Blocked(Reason("Välj beslut om stöd, avvisning eller avskrivning.", "kind"))
    earlier = ENDING.first(application)
    decision = lock(earlier) if earlier else None
    if decision is None:
        decision = _new(application, kind=kind, by=by)
    elif decision.state != DecisionState.PREPARING:
        raise Blocked("Ärendet har redan ett förslag eller beslut. Öppna det i stället för att skriva ett nytt.")
    decision.kind, decision.outcome, decision.rapporteur = kind, outcome, by
    decision.start_on, decision.end_on = start_on, end_on
    values = texts.case_values(row)
    decision.legal_grounds = clean_text(texts.grounds(call, kind, values) if legal_grounds is None else legal_grounds)
    decision.conditions = clean_text(conditions)
    decision.special_conditions = clean_text(special_conditions).strip()
    decision.below_lowest_reasons = clean_text(below_lowest_reasons).strip()
    decision.is_appealable, instruction = appeal_of(call, kind, values)
    decision.appeal_text = clean_text(instruction if appeal_text is None else appeal_text)
    below = scoring.below_lowest(row) if outcome in GRANTING else []
    if not below:
        decision.below_lowest_reasons = ""  # there is nothing to make an exception from
    _write(decision, amount_sek, basis_cost_sek, reasons, short_reasons)
    _split(decision, call, years or {})
    step = "propose" if kind == DecisionKind.SUPPORT else "propose_ending"
    facts: dict[str, Any] = {"outcome": outcome, "amount_sek": amount_sek, "years": years or {}}
    if below:
        facts["below_lowest"] = [str(fault) for fault in below]
    said: list[str] = []  # the reasons of both machines, told at once; a refusal undoes whichever step was taken
    for obj, name, told in ((row, step, {}), (decision, "propose", facts)):
        try:
            taken = perform(obj, name, by=by, facts=told)
        except Blocked as stop:
            said += stop.reasons
    if said:
        raise Blocked(list(dict.fromkeys(said)))
    return taken


def _new(application: Any, *, kind: str, by: Any) -> Decision:
    """An empty decision with the next number of its case, which is locked meanwhile."""
    case = LOCKED_CASE.get(application.case_id)
    last = LAST_OF_CASE.first(case)
    return Decision(
        case=case,
        application=application,
        authority_id=case.authority_id,
        kind=kind,
        number=last.number + 1 if last else 1,
        rapporteur=by,
    )


def _write(decision: Decision, amount_sek: int, basis_cost_sek: int, reasons: str, short_reasons: str) -> None:
    """Fill and save what columns limit; faults beyond that are the blockers' to tell."""
    said: list[str] = []
    amounts = (("amount_sek", "stödet", amount_sek), ("basis_cost_sek", "den godkända kostnaden", basis_cost_sek))
    for name, label, amount in amounts:
        if not 0 <= amount <= MAX_SEK:
            said.append(Reason(f"Skriv {label} i hela kronor, från 0 och uppåt.", name))
    short_reasons = clean_text(short_reasons).strip()
    said += too_long("Skäl i korthet", short_reasons, SHORT_REASONS, "short_reasons")
    if said:
        raise Blocked(said)
    decision.amount_sek, decision.basis_cost_sek = amount_sek, basis_cost_sek
    decision.reasons, decision.short_reasons = clean_text(reasons).strip(), short_reasons
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError:
        raise Blocked("Ärendet har redan ett förslag eller beslut. Ladda om sidan.") from None


def _split(decision: Decision, call: Any, years: dict[int, int]) -> None:
    """The amounts of the budget years, replaced as a whole."""
    budgets = {row.year: row for row in call.budget_rows(decision.application.theme_id)}
    unknown = sorted(year for year, amount in years.items() if amount and year not in budgets)
    if unknown:
        raise Blocked(Reason(f"Utlysningen har ingen budget för {unknown[0]}. Fördela på dess egna år.", "years"))
    if any(not 0 <= amount <= MAX_SEK for amount in years.values()):
        raise Blocked(Reason("Skriv beloppen per år i hela kronor, från 0 och uppåt.", "years"))
    clear(decision, "years")
    DecisionYear.objects.bulk_create(
        [
            DecisionYear(decision=decision, year_budget=budgets[year], amount_sek=amount)
            for year, amount in sorted(years.items())
            if amount
        ]
    )


@whole
def propose_for(
    application: Any,
    *,
    by: Any,
    kind: str,
    outcome: str,
    amount_sek: int = 0,
    basis_cost_sek: int = 0,
    reasons: str = "",
    short_reasons: str = "",
    legal_grounds: str = "",
    conditions: str = "",
    appeal_text: str | None = None,
    returned: Decision | None = None,
) -> Decision:
    """Propose a further decision in the case (payment, change …); ``by`` becomes rapporteur. Draws on no budget year.

    ``returned``: the proposal that was sent back, written anew in its own row. Raises PermissionDenied or Blocked. The
    application's ending decision is proposed by ``propose``.
    """
    row = lock(Application(pk=application.pk))
    if kind in ENDING_KINDS:
        raise Blocked("Beslut som avslutar ansökan föreslås i beredningen.")
    decision = _new(row, kind=kind, by=by) if returned is None else lock(returned)
    if decision.state != DecisionState.PREPARING or (decision.application_id, decision.kind) != (row.pk, kind):
        raise Blocked("Förslaget går inte att skriva om i sitt nuvarande läge. Ladda om sidan.")
    decision.rapporteur = by
    if not rules.may_propose(decision, by):
        raise PermissionDenied("Föreslå beslut: du har inte behörighet.")
    decision.outcome = outcome
    values = values_of(row)
    decision.legal_grounds = clean_text(legal_grounds or texts.grounds(row.call, kind, values))
    decision.is_appealable, instruction = appeal_of(row.call, kind, values)
    decision.conditions = clean_text(conditions)
    decision.appeal_text = clean_text(instruction if appeal_text is None else appeal_text)
    _write(decision, amount_sek, basis_cost_sek, reasons, short_reasons)
    facts = {"kind": kind, "outcome": outcome, "amount_sek": amount_sek}
    return perform(decision, "propose", by=by, facts=facts)


# Deciding ------------------------------------------------------------------------------------------------------------


def _locked(decision: Any) -> tuple[Any, Any, Decision]:
    """Application, review (None for later kinds of decision) and decision, locked in that order."""
    application = lock(Application(pk=decision.application_id))
    review = None
    if decision.kind in ENDING_KINDS:
        review = lock_by(Review, "application", application.pk)
        review.application = application
    row = lock(decision)
    row.application = application
    return application, review, row


@whole
def send_back(decision: Any, *, by: Any, reason: str, version: int | None = None) -> Decision:
    """Return a proposal, or a made decision that is not dispatched, to its preparation; budget that it drew is given back.

    The applicant has not been told, so the authority may still change its mind. Raises PermissionDenied or Blocked.
    """
    _, review, row = _locked(decision)
    was_made = row.state == DecisionState.MADE
    row = perform(row, "send_back", by=by, reason=reason, version=version)
    if was_made:
        budget.give_back(row)
    if review is not None:
        perform(review, "reopen", by=by, reason=reason)
    decision_sent_back.send(Decision, decision=row, by=by, reason=reason)
    return row


@whole
def decide(
    decision: Any, *, by: Any, at: Any = None, dissent: str = "", others: str = "", version: int | None = None
) -> Decision:
    """Make the decision: draw its amounts from the budget years and close the review, all or nothing.

    A second press by the same decider gives the decision that is made. Raises PermissionDenied, Stale (the proposal is not the
    one that the decider read) or Blocked; then nothing is written.
    """
    _, review, row = _locked(decision)
    if row.state == DecisionState.MADE and row.decider_id == getattr(by, "pk", None):
        return row
    facts = {"outcome": row.outcome, "amount_sek": row.amount_sek}
    written: dict[str, Any] = {"dissent": clean_text(dissent).strip(), "others": clean_text(others).strip()}
    said: list[str] = [
        *too_long("Skiljaktig mening", written["dissent"], 10_000, "dissent"),
        *too_long("Övriga som deltagit", written["others"], 1_000, "others"),
    ]
    if said:
        raise Blocked(said)
    row = perform(row, "decide", by=by, at=at, facts=facts, version=version, **written)
    if review is not None:
        perform(review, "conclude", by=by, at=at)
        budget.draw_all(row)
    return row


@whole
def dispatch(decision: Any, *, by: Any, at: Any = None, version: int | None = None) -> Decision:
    """Dispatch the decision: letter in the case file, mail to the applicant, the application ends, the next stage is told.

    A second press finds it dispatched and changes nothing. Raises PermissionDenied, Stale or Blocked; then nothing is written.
    """
    application, review, row = _locked(decision)
    if row.state in (DecisionState.DISPATCHED, DecisionState.FINAL) and rules.may_dispatch(row, by):
        return row
    at = at or now()
    row = perform(row, "dispatch", by=by, at=at, version=version)
    # The row is ours until the transaction ends: read here with its relations it is the same.
    told = letters.WITH_RELATIONS.get(row.pk)
    row.document = file_document(
        told.case,
        kind=DocumentKind.DECISION,
        direction=Direction.DISPATCHED,
        title=f"{letters.heading(told)}: {application.title}",
        content=letters.content_of(told),
        by=by,
        at=at,
    )
    row.save(update_fields=["document"])
    if review is not None:
        application_actions.conclude(application, by=by, outcome=row.outcome)
    mail.queue("evaluation/decision", to=receivers(application), about=row, decision=row, application=application)
    if review is not None:
        inform_regions(row, review, application)
    decision_dispatched.send(Decision, decision=row, by=by)
    return row


@whole
def make_final(
    decision: Any,
    *,
    by: Any,
    at: Any = None,
    received_on: dt.date | None = None,
    version: int | None = None,
) -> Decision:
    """Note that the decision can no longer be appealed (laga kraft), from the day that follows from the time to appeal.

    ``received_on``: when the party got the decision, where that is known; else it is counted from dispatch. Raises
    PermissionDenied, Stale or Blocked.
    """
    at = at or now()
    row = lock(decision)
    if not rules.may_dispatch(row, by):
        raise PermissionDenied("Anteckna laga kraft: du har inte behörighet.")
    if row.state == DecisionState.DISPATCHED:
        day = stockholm(at).date()
        faults = appeal.faults_of_receipt(row, received_on, day) or appeal.too_early(row, received_on, day)
        if faults:
            same_version(row, version)
            raise Blocked(list(faults))
    facts = {"received_on": received_on} if received_on else {}
    final_on = appeal.final_on(row, received_on) if row.state == DecisionState.DISPATCHED else None
    return perform(row, "make_final", by=by, at=at, version=version, facts=facts, final_on=final_on)
