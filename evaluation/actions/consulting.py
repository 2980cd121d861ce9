"""Consulting others before a decision: whom to ask, asking, the answer, waiving, and telling the applicant of it."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from applications.models import Application
from applications.receivers import receivers
from calls.enums import ConsultedBody
from evaluation import rules
from evaluation.actions.reviewing import refuse
from evaluation.enums import OpinionState, ReviewState
from evaluation.models import Opinion, Review
from grants.core import events, mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.known import Known
from grants.core.locks import lock
from grants.core.people import SYSTEM
from grants.core.prose import for_letter_by_line
from grants.core.seen import same_version
from grants.core.text import clean_text, too_long
from grants.core.time import format_long_day, now, today
from grants.core.workflow import perform
from grants.documents import attachments
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind

log = logging.getLogger(__name__)
QUESTION_LIMIT, ANSWER_LIMIT, REASON_LIMIT = 4_000, 20_000, 4_000
OTHER_REGIONS = Known(
    lambda review, applicant: (
        Opinion.objects.filter(review=review, body=ConsultedBody.REGION)
        .exclude(organisation=applicant)
        .select_related("organisation")
    )
)


def locked(opinion: Any) -> Opinion:
    """The opinion, locked after its application and review, all as they are now."""
    review_id = opinion.review_id
    application = lock(Application(pk=opinion.review.application_id))
    review = lock(Review(pk=review_id))
    review.application = application
    row: Opinion = lock(opinion)
    row.review = review
    return row


# Asking and answering ------------------------------------------------------------------------------------------------


@whole
def ask_opinion(opinion: Any, *, by: Any, question: str, due_on: dt.date, version: int | None = None) -> Opinion:
    """Send the request with its question and last day (26 § förvaltningslagen): a document that goes out, and a mail.

    Raises PermissionDenied, Stale or Blocked; then nothing is written.
    """
    row = locked(opinion)
    refuse(rules.may_handle_opinion(row, by), "Begär yttrande")
    question = clean_text(question).strip()
    said: list[str] = list(too_long("Frågan", question, QUESTION_LIMIT, "question"))
    if not question:
        said.append(Reason("Skriv vad ni vill att de svarar på.", "question"))
    if due_on <= today():
        said.append(Reason("Välj en sista dag som ligger framåt i tiden.", "due_on"))
    if row.review.state == ReviewState.DECIDED:
        said.append(Reason("Ärendet är beslutat. Det går inte att begära fler yttranden."))
    if said:
        raise Blocked(said)
    at = now()
    application: Any = row.review.application
    facts = {"to": row.name, "due_on": due_on}
    row = _with(perform(row, "ask", by=by, at=at, version=version, facts=facts, question=question, due_on=due_on), row)
    row.request = file_document(
        application.case,
        kind=DocumentKind.OPINION_REQUEST,
        direction=Direction.DISPATCHED,
        title=f"Begäran om yttrande från {row}",
        content={
            "kind": "Begäran om yttrande",
            "title": f"Yttrande över ansökan {application}",
            "facts": [
                ["Till", row.name],
                ["Sökande", application.applicant.name],
                ["Svara senast", format_long_day(due_on)],
            ],
            "blocks": [{"heading": "Det här vill vi att ni svarar på", "paragraphs": for_letter_by_line(question)}],
        },
        by=by,
        at=at,
    )
    row.save(update_fields=["request"])
    mail.queue("evaluation/opinion_requested", to=addresses(row), about=row, application=application)
    return row


def _with(row: Any, held: Any) -> Any:
    """The fresh row with the review and application that are locked already."""
    row.review = held.review
    return row


def addresses(opinion: Any) -> list[str]:
    """Where mail to the consulted organisation goes; nowhere when it has no address here."""
    return [opinion.organisation.email] if opinion.organisation and opinion.organisation.email else []


@whole
def take_in_opinion(
    opinion: Any,
    *,
    by: Any,
    answer: str,
    answered_on: dt.date | None = None,
    upload: Any = None,
    version: int | None = None,
) -> Opinion:
    """Keep the answer, by the consulted organisation's own people or recorded by a handler: text, day and a file if there is one.

    A document comes in to the case file. A second press by the same person gets the first one's result. Raises PermissionDenied,
    Stale or Blocked; then nothing is written.
    """
    row = locked(opinion)
    refuse(rules.may_answer_opinion(row, by), "Lämna yttrande")
    answer = clean_text(answer).strip()
    if row.state == OpinionState.ANSWERED and row.answered_by_id == by.pk and row.answer == answer:
        return row
    at = now()
    application: Any = row.review.application
    answered_on = answered_on or today()
    said: list[str] = list(too_long("Svaret", answer, ANSWER_LIMIT, "answer"))
    if not answer:
        said.append(Reason("Skriv svaret, eller vad den bifogade filen säger i korthet.", "answer"))
    if answered_on > today():
        said.append(Reason("Svarets dag kan inte ligga framåt i tiden.", "answered_on"))
    if row.state == OpinionState.TO_ASK and not rules.may_handle_opinion(row, by):
        said.append(Reason("Yttrandet är inte begärt än. Vänta tills myndigheten frågar er."))
    if said:
        raise Blocked(said)
    file = attachments.accept(upload, by=by) if upload else None
    facts = {"from": row.name, "answered_on": answered_on, "file": file.sha256 if file else ""}
    row = _with(
        perform(
            row,
            "take_in",
            by=by,
            at=at,
            version=version,
            facts=facts,
            answer=answer,
            answered_on=answered_on,
            file=file,
        ),
        row,
    )
    file_document(
        application.case,
        kind=DocumentKind.OPINION,
        direction=Direction.RECEIVED,
        title=f"Yttrande från {row}",
        content={
            "kind": "Yttrande",
            "title": f"Yttrande över ansökan {application}",
            "facts": [
                ["Från", row.name],
                ["Svarets dag", format_long_day(answered_on)],
                ["Registrerat av", str(by)],
                *([["Fil", file.name], ["Filens kontrollsumma", file.sha256]] if file else []),
            ],
            "blocks": [
                {"heading": "Fråga", "paragraphs": for_letter_by_line(row.question)},
                {"heading": "Svar", "paragraphs": for_letter_by_line(answer)},
            ],
        },
        by=by,
        at=at,
    )
    return row


@whole
def waive_opinion(opinion: Any, *, by: Any, reason: str, version: int | None = None) -> Opinion:
    """Go on without the opinion, for a reason that the case keeps. Raises PermissionDenied, Stale or Blocked."""
    row = locked(opinion)
    reason = clean_text(reason).strip()
    said: list[str] = list(too_long("Skälet", reason, REASON_LIMIT, "reason"))
    if said:
        raise Blocked(said)
    return _with(perform(row, "waive", by=by, reason=reason, version=version, facts={"of": row.name}, why=reason), row)


# Telling the applicant -----------------------------------------------------------------------------------------------


@whole
def communicate_opinion(opinion: Any, *, by: Any, due_on: dt.date, version: int | None = None) -> Opinion:
    """Send the opinion to the applicant with days to answer (25 § förvaltningslagen): a document that goes out, and a mail.

    Raises PermissionDenied, Stale or Blocked; then nothing is written.
    """
    row = _answered(opinion, by, version)
    if due_on <= today():
        raise Blocked(Reason("Välj en sista dag som ligger framåt i tiden.", "due_on"))
    at = now()
    application: Any = row.review.application
    row.communicated_by, row.communicated_at, row.reply_due_on = by, at, due_on
    row.save(update_fields=["communicated_by", "communicated_at", "reply_due_on"])
    events.record(
        row, "communicate", by=by, at=at, label="Kommunicerade yttrandet till sökanden", facts={"due_on": due_on}
    )
    file_document(
        application.case,
        kind=DocumentKind.COMMUNICATION,
        direction=Direction.DISPATCHED,
        title=f"Kommunicering av yttrande från {row}",
        content={
            "kind": "Kommunicering",
            "title": f"Yttrande över er ansökan {application}",
            "facts": [["Till", application.applicant.name], ["Svara senast", format_long_day(due_on)]],
            "blocks": [
                {
                    "heading": "Ni kan lämna synpunkter",
                    "paragraphs": [
                        "Vi kan komma att ta hänsyn till yttrandet i beslutet. Ni får lämna synpunkter på det innan vi "
                        "beslutar (25 § förvaltningslagen). Vill ni inte lämna några behöver ni inte svara."
                    ],
                },
                {"heading": f"Yttrande från {row}", "paragraphs": for_letter_by_line(row.answer)},
            ],
        },
        by=by,
        at=at,
    )
    mail.queue("evaluation/opinion_communicated", to=receivers(application), about=row, application=application)
    return row


@whole
def leave_uncommunicated(opinion: Any, *, by: Any, reason: str, version: int | None = None) -> Opinion:
    """Say why the opinion need not be communicated, as when it is of no weight. Raises PermissionDenied, Stale or Blocked."""
    row = _answered(opinion, by, version)
    reason = clean_text(reason).strip()
    said: list[str] = list(too_long("Skälet", reason, REASON_LIMIT, "reason"))
    if not reason:
        said.append(Reason("Skriv varför yttrandet inte behöver kommuniceras.", "reason"))
    if said:
        raise Blocked(said)
    row.not_communicated_reason = reason
    row.save(update_fields=["not_communicated_reason"])
    events.record(row, "not_communicated", by=by, label="Kommunicerade inte yttrandet", reason=reason)
    return row


def _answered(opinion: Any, by: Any, version: int | None) -> Opinion:
    """The locked opinion, if it is answered and nothing has been said of telling the applicant."""
    row = locked(opinion)
    refuse(rules.may_handle_opinion(row, by), "Kommunicera yttrandet")
    same_version(row, version)
    if row.state != OpinionState.ANSWERED:
        raise Blocked("Yttrandet har inte kommit in än. Kommunicera det när det är besvarat.")
    if row.communicated_at is not None or row.not_communicated_reason:
        raise Blocked("Det är redan bestämt hur yttrandet kommuniceras. Ladda om sidan.")
    return row


@whole
def reply_to_opinion(opinion: Any, *, by: Any, text: str, version: int | None = None) -> Opinion:
    """The applicant's view of an opinion that was communicated; once. A late one is taken in too (22 § förvaltningslagen).

    Raises PermissionDenied, Stale or Blocked; then nothing is written.
    """
    row = locked(opinion)
    refuse(rules.may_reply_to_opinion(row, by), "Lämna synpunkter")
    text = clean_text(text).strip()
    if row.replied_by_id == by.pk and row.reply == text:
        return row
    same_version(row, version)
    said: list[str] = list(too_long("Synpunkterna", text, ANSWER_LIMIT, "text"))
    if not text:
        said.append(Reason("Skriv era synpunkter på yttrandet.", "text"))
    if row.communicated_at is None:
        said.append(Reason("Yttrandet är inte skickat till er än."))
    if row.replied_at is not None:
        said.append(
            Reason("Ni har redan lämnat synpunkter på yttrandet. Skriv till handläggaren om ni vill lägga till något.")
        )
    if said:
        raise Blocked(said)
    at = now()
    application: Any = row.review.application
    row.reply, row.replied_by, row.replied_at = text, by, at
    row.save(update_fields=["reply", "replied_by", "replied_at"])
    events.record(row, "reply", by=by, at=at, label="Lämnade synpunkter på ett yttrande")
    file_document(
        application.case,
        kind=DocumentKind.OPINION,
        direction=Direction.RECEIVED,
        title=f"Synpunkter på yttrandet från {row}",
        content={
            "kind": "Synpunkter",
            "title": f"Synpunkter på yttrandet från {row}",
            "facts": [["Från", application.applicant.name], ["Lämnade av", str(by)]],
            "blocks": [{"heading": "Synpunkter", "paragraphs": for_letter_by_line(text)}],
        },
        by=by,
        at=at,
    )
    return row


# The clock, and after the decision -----------------------------------------------------------------------------------


def remind_of_opinions(day: dt.date | None = None) -> int:
    """Remind of every opinion whose last day has passed, once each; returns how many. Harmless to repeat or run twice at once."""
    due = Opinion.objects.filter(state=OpinionState.REQUESTED, due_on__lt=day or today(), reminded_at__isnull=True)
    reminded = 0
    for opinion in list(due.select_related("review")):
        try:
            reminded += remind_of_opinion(opinion)
        except Exception:
            log.exception("The clock could not remind of opinion %s", opinion.pk)
    return reminded


@whole
def remind_of_opinion(opinion: Any) -> bool:
    """Mail the consulted organisation and the handler that the last day has passed. False when that has been done."""
    row = locked(opinion)
    if row.state != OpinionState.REQUESTED or row.reminded_at is not None or row.review.state == ReviewState.DECIDED:
        return False
    row.reminded_at = now()
    row.save(update_fields=["reminded_at"])
    events.record(row, "remind", by=SYSTEM, at=row.reminded_at, label="Påminnelse om yttrande skickades")
    handler = [row.review.handler.email] if row.review.handler else []
    mail.queue(
        "evaluation/opinion_overdue", to=[*addresses(row), *handler], about=row, application=row.review.application
    )
    return True


def inform_regions(decision: Any, review: Any, application: Any) -> None:
    """Tell the regions concerned of the decision (3 § förordning 2003:596). The applicant itself gets the decision."""
    to = [
        address for opinion in OTHER_REGIONS.rows(review.pk, application.applicant_id) for address in addresses(opinion)
    ]
    mail.queue("evaluation/decision_informed", to=to, about=decision, decision=decision, application=application)
