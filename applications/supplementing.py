"""Completing an application that has come in (FL 20 §): asked by the authority, written in a copy, answered as the next version.

While the applicant writes, the application itself says what has come in, and that is what the authority's lists, sums and
pages show. The copy is a draft that only the applicant's people reach (eget utrymme, TF 2 kap. 13 §).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied

from applications import rules
from applications.cloning import bring_back, content_columns, copy_rows
from applications.content import content_of, same_content
from applications.drafting import stop_if
from applications.enums import Section, State
from applications.models import Application, SupplementRequest
from applications.receivers import receivers
from applications.search import words_for
from applications.tokens import use_token
from grants.core import mail
from grants.core.exceptions import Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.text import clean_text, too_long
from grants.core.time import format_long_day, now, today
from grants.core.workflow import perform
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind

MAX_QUESTION = 5_000
MAX_REASON = 2_000
DEFAULT_CONSEQUENCE = (
    "Om ni inte svarar i tid kan vi avgöra ärendet utifrån det som finns i det, eller avvisa ansökan om den är så "
    "ofullständig att den inte går att pröva."
)
SECTIONS_OF = {
    "Party": {Section.PARTIES},
    "ObjectiveLink": {Section.OBJECTIVES},
    "FurtherArea": {Section.OBJECTIVES},
    "CostLine": {Section.BUDGET, Section.PROJECT, Section.PARTIES},
    "FinancingLine": {Section.BUDGET},
    "ApplicationAttachment": {Section.ATTACHMENTS, Section.PROJECT},
}
"""Where the rows of a model are written; those of a section that was not asked for stay untouched. Others follow always."""


@whole
def request_supplement(
    application: Application,
    *,
    by: Any,
    question: str,
    sections: list[str],
    due_on: dt.date,
    consequence: str = "",
    reason: str = "",
) -> SupplementRequest:
    """Ask the applicant to complete the application (FL 20 §): what, why, by when, and what happens otherwise."""
    question, reason = clean_text(question).strip(), clean_text(reason).strip()
    consequence = clean_text(consequence).strip() or DEFAULT_CONSEQUENCE
    opened = [str(section) for section in Section if section in sections]
    reasons: list[str] = [
        *too_long("Frågan", question, MAX_QUESTION, "question"),
        *too_long("Skälet", reason, MAX_REASON, "reason"),
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
        reason=reason,
        sections=opened,
        due_on=due_on,
        consequence=consequence,
        asked_by=by,
        asked_at=at,
    )
    if opened:
        make_copy(row, asked, at)
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
                *([{"heading": "Varför vi frågar", "paragraphs": [reason]}] if reason else []),
                {"heading": "Om ni inte svarar", "paragraphs": [consequence]},
            ],
        },
        by=by,
        at=at,
    )
    mail.queue("applications/supplement_requested", to=receivers(row), about=row, asked=asked)
    return asked


def make_copy(row: Application, asked: SupplementRequest, at: dt.datetime) -> Application:
    """The draft in which the applicant changes what was asked for, with everything that the application says now."""
    copy = Application(
        call_id=row.call_id,
        applicant_id=row.applicant_id,
        created_by_id=row.created_by_id,
        form_id=row.form_id,
        supplement=asked,
        created_at=at,
        updated_at=at,
        **{field.attname: getattr(row, field.attname) for field in content_columns()},
    )
    copy.save(force_insert=True)
    asked.copied_rows = {}
    for (model, old), made in copy_rows(row, copy, only=stands).items():
        asked.copied_rows.setdefault(model, {})[str(made.pk)] = old
    asked.save(update_fields=["copied_rows"])
    return copy


def stands(row: Any) -> bool:
    """Whether a row is part of the application now: files that were taken away are not."""
    return getattr(row, "removed_at", None) is None


def open_request(application: Application) -> SupplementRequest | None:
    """The request that waits for its answer; of a working copy the one that it is written for, as long as it waits."""
    if application.supplement_id:
        asked = SupplementRequest.objects.select_related("application").get(pk=application.supplement_id)
        is_open = asked.answered_at is None and asked.application.state == State.SUPPLEMENT_REQUESTED
        return asked if is_open else None
    if application.state != State.SUPPLEMENT_REQUESTED:
        return None
    return application.supplement_requests.filter(answered_at__isnull=True).first()


@whole
def ensure_copy(application: Application, asked: SupplementRequest) -> None:
    """Make the copy of a request that was sent before there were copies. Nothing happens when it has one or is answered."""
    if copy_of(asked) is not None:
        return
    row = lock(application)
    held = open_request(row)
    if held is not None and held.pk == asked.pk and copy_of(held) is None:
        make_copy(row, held, now())


def copy_of(asked: SupplementRequest | None) -> Application | None:
    """The working copy of a request; None when it asks for an answer in words alone."""
    return Application.objects.filter(supplement=asked).first() if asked is not None else None


def content_to_send(application: Application, asked: SupplementRequest | None) -> dict[str, Any]:
    """What the application will say once the answer is sent in."""
    copy = copy_of(asked)
    if copy is None:
        return content_of(application)
    content = content_of(copy)
    content["data"]["application"] = str(application.pk)
    return content


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
    same_content(content_to_send(held, asked), read_sha256)
    use_token(token, held)
    at = now()
    if asked is not None:
        take_back(held, asked)
    row = perform(held, "answer_supplement", by=by, at=at, search_words=words_for(held))
    assert asked is not None  # the state says so, and perform has checked it
    content = content_of(row)
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


def take_back(row: Application, asked: SupplementRequest) -> None:
    """Write what was changed in the working copy into the locked application; a refusal later undoes it with the rest."""
    copy = copy_of(asked)
    if copy is None:
        return
    copy = lock(copy)
    for field in content_columns():
        setattr(row, field.attname, getattr(copy, field.attname))
    row.save()
    opened = {Section(section) for section in asked.sections}
    skipped = frozenset(name for name, sections in SECTIONS_OF.items() if not sections & opened)
    bring_back(copy, row, asked.copied_rows, skipped=skipped)
