"""What people do with applications. Every action is one transaction: lock, check, write, event, mail row.

All raise PermissionDenied (not you), Blocked (not now, with every reason) or Stale (somebody saved in between); then
nothing is written. Writing the sections is in ``drafting``; both are imported from here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied

from applications import rules
from applications.answering import follow_form, save_answers, save_files
from applications.content import ONE, content_of, content_of_loaded, hold, receipt_content, same_content
from applications.drafting import (
    add_attachment,
    follow_rates,
    recalculate,
    remove_attachment,
    save_budget,
    save_objectives,
    save_parties,
    save_place,
    save_project,
    stop_if,
)
from applications.enums import Section, State
from applications.models import Application, SupplementRequest
from applications.receivers import receivers
from applications.search import words_for
from applications.sharing import start_sharing
from applications.signals import application_submitted
from calls import applying
from calls.models import Call
from calls.questions import form_in_use
from calls.whole import call_with_rules
from grants.accounts.models import Organisation
from grants.core import events, mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.models import UsedToken
from grants.core.text import clean_name, clean_text, too_long
from grants.core.time import format_instant, format_long_day, now, today
from grants.core.workflow import lock, perform
from grants.documents.actions import checksum, file_document, frozen, open_case
from grants.documents.enums import Direction, DocumentKind

__all__ = [
    "add_attachment",
    "answer_supplement",
    "begin_review",
    "conclude",
    "content_of",
    "follow_form",
    "follow_rates",
    "recalculate",
    "remove_attachment",
    "request_supplement",
    "save_answers",
    "save_budget",
    "save_files",
    "save_objectives",
    "save_parties",
    "save_place",
    "save_project",
    "start",
    "submit",
    "withdraw",
]

MAX_QUESTION = 5_000
MAX_REASON = 2_000
DEFAULT_CONSEQUENCE = (
    "Om ni inte svarar i tid kan vi avgöra ärendet utifrån det som finns i det, eller avvisa ansökan om den är så "
    "ofullständig att den inte går att pröva."
)
OUTCOMES = {
    "granted": "decide",
    "partly_granted": "decide",
    "rejected": "decide",
    "dismissed": "dismiss",
    "closed_without_trial": "close_without_trial",
}
"""How each outcome of a decision ends the application. The values are the decision's own."""


@whole
def start(call: Call, *, applicant: Organisation, by: Any, title: str, at: dt.datetime | None = None) -> Application:
    """Start a draft for an organisation that the call is open for and that may apply in it."""
    at = at or now()
    call = call_with_rules(call.pk)
    if not by.is_authenticated or not by.may_edit_for(applicant.pk):
        raise PermissionDenied("Du får inte skriva ansökningar för den organisationen.")
    if not applicant.is_applicant or applicant.ended_on is not None:
        raise Blocked(f"{applicant.name} kan inte söka stöd här. Välj en annan organisation.")
    if not applying.is_open_for(call, applicant.pk, at):
        raise Blocked(applying.not_open_reason(call, at))
    stop_if(applying.who_reasons(call, applicant))
    title = clean_name(title)
    stop_if([*too_long("Projektets namn", title, 150, "title")])
    region = applicant.region
    application = Application.objects.create(
        call=call,
        applicant=applicant,
        created_by=by,
        form=form_in_use(call),
        title=title,
        contact_name=by.name[:150],
        contact_email=by.email,
        region=region,
        contact_area=region.contact_area if region else None,
        created_at=at,
        updated_at=at,
    )
    events.record(application, "start", by=by, at=at, label="Påbörjade ansökan", to_state=State.DRAFT, opens=True)
    start_sharing(application, by=by, at=at)
    return application


@whole
def submit(
    application: Application,
    *,
    by: Any,
    at: dt.datetime | None = None,
    token: Any = None,
    read_sha256: str | None = None,
) -> Application:
    """Send in a draft. ``at``: when it arrived; at or after the closing it is received and marked late (FL 22 §), unless
    the call is open again for the applicant. In a call with cut-offs it belongs to the first one that it came before.

    A second press gets the first one's result: same row, same number, no new event or mail (INV-14). ``read_sha256``: of the
    content that the signatory read; raises Stale when the draft says something else by now.
    """
    at = at or now()
    held = lock(application)
    if not rules.may_submit(held, by):
        raise PermissionDenied("Skicka in ansökan: du har inte behörighet.")
    if held.state != State.DRAFT:
        return held
    if held.is_test:
        raise Blocked("En provansökan skickas aldrig in. Prova att skicka in den från granskningen.")
    # Read after the lock, not with it: PostgreSQL gives a waiting SELECT … FOR UPDATE the new row but old joined ones.
    held = Application.objects.select_related(*ONE).get(pk=held.pk)
    use_token(token, held)
    hold(held)
    content = frozen(content_of_loaded(held))
    same_content(content, read_sha256)
    # From the relations that were read just now: what is checked is what is frozen, and nothing is read twice.
    parties = [held.applicant, *(party.organisation for party in held.parties.all() if party.organisation)]
    case = open_case(
        authority=held.call.authority, title=f"Ansökan om stöd: {held}", parties=parties, at=at, pk=held.pk
    )
    deadline = applying.deadline_for(held.call, held.applicant_id, at)
    is_late = deadline is not None and at >= deadline
    cutoff = None if is_late else applying.cutoff_for(held.call, at)
    sha256 = checksum(content)
    row = perform(
        held,
        "submit",
        by=by,
        at=at,
        facts={
            "register_number": case.register_number,
            "closes_at": deadline.isoformat() if deadline else None,
            "is_late": is_late,
            "cutoff": cutoff.number if cutoff else None,
        },
        as_held=True,
        case=case,
        is_late=is_late,
        cutoff=cutoff,
        content_sha256=sha256,
        search_words=words_for(held, case.register_number),
    )
    file_document(
        case,
        kind=DocumentKind.APPLICATION,
        direction=Direction.RECEIVED,
        title=f"Ansökan: {row}",
        content=content,
        by=by,
        at=at,
    )
    file_document(
        case,
        kind=DocumentKind.RECEIPT,
        direction=Direction.DISPATCHED,
        title=f"Mottagningsbevis: {row}",
        content=receipt_content(row, at=at, by=by, sha256=sha256, number=case.register_number),
        by=by,
        at=at,
    )
    mail.queue("applications/receipt", to=receivers(row, by), about=row, by=by)
    application_submitted.send(Application, application=row, by=by)
    return row


def use_token(token: Any, application: Application) -> None:
    """Mark the form's token as used for this application. Raises Blocked when it served something else before."""
    if not token:
        return
    mine = UsedToken(token=uuid.UUID(str(token)), result=str(application.pk))
    UsedToken.objects.bulk_create([mine], ignore_conflicts=True)
    if UsedToken.objects.values_list("result", flat=True).get(pk=mine.pk) != mine.result:
        raise Blocked("Formuläret är redan använt. Ladda om sidan och försök igen.")


@whole
def withdraw(application: Application, *, by: Any, reason: str, version: int | None = None) -> Application:
    """Take the application back, with a reason. The case stays; the authority writes it off."""
    reason = clean_text(reason).strip()
    stop_if([*too_long("Skälet", reason, MAX_REASON, "reason")])
    at = now()
    row = perform(application, "withdraw", by=by, at=at, reason=reason, version=version, why=reason)
    file_document(
        row.case,
        kind=DocumentKind.WITHDRAWAL,
        direction=Direction.RECEIVED,
        title=f"Återtagande: {row}",
        content={
            "kind": "Återtagande",
            "title": f"Ansökan återtas: {row}",
            "facts": [["Sökande", row.applicant.name], ["Återtagen av", str(by)], ["Tidpunkt", format_instant(at)]],
            "blocks": [{"heading": "Skäl", "paragraphs": [reason]}],
        },
        by=by,
        at=at,
    )
    mail.queue("applications/withdrawn", to=receivers(row, by), about=row, by=by)
    return row


@whole
def request_supplement(
    application: Application,
    *,
    by: Any,
    question: str,
    sections: list[str],
    due_on: dt.date,
    consequence: str = "",
) -> SupplementRequest:
    """Ask the applicant to complete the application (FL 20 §): what, by when, and what happens otherwise."""
    question = clean_text(question).strip()
    consequence = clean_text(consequence).strip() or DEFAULT_CONSEQUENCE
    opened = [str(section) for section in Section if section in sections]
    reasons: list[str] = [
        *too_long("Frågan", question, MAX_QUESTION, "question"),
        *too_long("Texten", consequence, MAX_REASON, "consequence"),
    ]
    if not question:
        reasons.append(Reason("Skriv vad sökanden ska komplettera.", "question"))
    if set(sections) - set(opened):
        reasons.append(Reason("Välj delar som finns i ansökan.", "sections"))
    if due_on <= today():
        reasons.append(Reason("Välj en svarsdag som ligger framåt i tiden.", "due_on"))
    stop_if(reasons)
    at = now()
    row = perform(
        application,
        "request_supplement",
        by=by,
        at=at,
        facts={"sections": opened, "due_on": due_on.isoformat()},
    )
    asked = SupplementRequest.objects.create(
        application=row,
        question=question,
        sections=opened,
        due_on=due_on,
        consequence=consequence,
        asked_by=by,
        asked_at=at,
    )
    labels = [Section(section).label for section in opened]
    file_document(
        row.case,
        kind=DocumentKind.SUPPLEMENT_REQUEST,
        direction=Direction.DISPATCHED,
        title=f"Begäran om komplettering: {row}",
        content={
            "kind": "Begäran om komplettering",
            "title": f"Komplettera ansökan {row}",
            "facts": [
                ["Sökande", row.applicant.name],
                ["Svara senast", format_long_day(due_on)],
                ["Delar ni kan ändra", ", ".join(labels) or "Inga, skriv svaret i rutan"],
            ],
            "blocks": [
                {"heading": "Det här behöver vi", "paragraphs": [question]},
                {"heading": "Om ni inte svarar", "paragraphs": [consequence]},
            ],
        },
        by=by,
        at=at,
    )
    mail.queue("applications/supplement_requested", to=receivers(row), about=row, asked=asked)
    return asked


@whole
def answer_supplement(
    application: Application, *, by: Any, answer: str, token: Any = None, read_sha256: str | None = None
) -> Application:
    """Send in the completed application as its next version. A second press gets the first one's result.

    ``read_sha256``: of the content that was complete when the page was shown; raises Stale when it has changed.
    """
    answer = clean_text(answer).strip()
    held = lock(application)
    if not rules.may_answer(held, by):
        raise PermissionDenied("Skicka in kompletteringen: du har inte behörighet.")
    asked = held.supplement_requests.filter(answered_at__isnull=True).first()
    if asked is None and held.supplement_requests.filter(answered_by=by).exists():
        return held
    reasons: list[str] = list(too_long("Svaret", answer, MAX_QUESTION, "answer"))
    if not answer:
        reasons.append(Reason("Skriv ett svar på frågan, även om ni har ändrat i ansökan.", "answer"))
    stop_if(reasons)
    content = content_of(held)
    same_content(content, read_sha256)
    use_token(token, held)
    at = now()
    row = perform(held, "answer_supplement", by=by, at=at, search_words=words_for(held))
    assert asked is not None  # the state says so, and perform has checked it
    content["kind"] = "Komplettering av ansökan om stöd"
    content["blocks"] = [
        {"heading": "Svar på begäran om komplettering", "paragraphs": [asked.question, answer]},
        *content["blocks"],
    ]
    document = file_document(
        row.case,
        kind=DocumentKind.SUPPLEMENT,
        direction=Direction.RECEIVED,
        title=f"Komplettering: {row}",
        content=content,
        by=by,
        at=at,
    )
    row.content_sha256 = document.sha256
    row.save(update_fields=["content_sha256"])
    asked.answer, asked.answered_by, asked.answered_at = answer, by, at
    asked.save()
    mail.queue("applications/supplement_received", to=receivers(row, by), about=row, sha256=document.sha256, at=at)
    return row


def begin_review(application: Application, *, by: Any) -> Application:
    """A handler takes up the application."""
    return perform(application, "begin_review", by=by)


def conclude(application: Application, *, by: Any, outcome: str) -> Application:
    """End the application as the decision says. ``outcome``: the value of the decision's outcome; KeyError for others."""
    return perform(application, OUTCOMES[str(outcome)], by=by, facts={"outcome": str(outcome)})
