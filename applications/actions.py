"""What people do with applications. Every action is one transaction: lock, check, write, event, mail row.

All raise PermissionDenied (not you), Blocked (not now, with every reason) or Stale (somebody saved in between); then
nothing is written. Writing the sections is in ``drafting``; both are imported from here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied

from applications import rules
from applications.answering import follow_form, save_answers, save_files
from applications.arrival import came_earlier, verdict
from applications.content import WITH_ONE, content_of, content_of_loaded, hold, receipt_content, same_content
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
from applications.enums import State
from applications.models import Application
from applications.receivers import receivers
from applications.search import words_for
from applications.sharing import start_sharing
from applications.signals import application_submitted
from applications.supplementing import answer_supplement, request_supplement
from applications.tokens import use_token
from calls import applying
from calls.models import Call
from calls.questions import form_in_use
from calls.whole import call_with_rules
from grants.accounts.models import Organisation
from grants.core import events, mail
from grants.core.exceptions import Blocked
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.text import clean_name, clean_text, too_long
from grants.core.time import format_instant, now
from grants.core.workflow import perform
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

MAX_REASON = 2_000
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

    A second press gets the first one's result: same row, same number, no new event or mail (INV-14), unless it arrived before
    the one that was handled first. ``read_sha256``: of the content that the signatory read; raises Stale when the draft says
    something else by now.
    """
    at = at or now()
    held = lock(application)
    if not rules.may_submit(held, by):
        raise PermissionDenied("Skicka in ansökan: du har inte behörighet.")
    if held.state != State.DRAFT:
        return came_earlier(held, by=by, at=at, read_sha256=read_sha256)
    if held.is_test:
        raise Blocked("En provansökan skickas aldrig in. Prova att skicka in den från granskningen.")
    if held.supplement_id:
        raise Blocked("Kompletteringen skickas in från sidan om kompletteringen.")
    # Read after the lock, not with it: PostgreSQL gives a waiting SELECT … FOR UPDATE the new row but old joined ones.
    held = WITH_ONE.get(held.pk)
    use_token(token, held)
    hold(held)
    content = frozen(content_of_loaded(held))
    same_content(content, read_sha256)
    # From the relations that were read just now: what is checked is what is frozen, and nothing is read twice.
    parties = [held.applicant, *(party.organisation for party in held.parties.all() if party.organisation)]
    case = open_case(
        authority=held.call.authority, title=f"Ansökan om stöd: {held}", parties=parties, at=at, pk=held.pk
    )
    deadline, is_late, cutoff = verdict(held, at)
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


def begin_review(application: Application, *, by: Any) -> Application:
    """A handler takes up the application."""
    return perform(application, "begin_review", by=by)


def conclude(application: Application, *, by: Any, outcome: str) -> Application:
    """End the application as the decision says. ``outcome``: the value of the decision's outcome; KeyError for others."""
    return perform(application, OUTCOMES[str(outcome)], by=by, facts={"outcome": str(outcome)})
