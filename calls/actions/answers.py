"""Questions about a call and the authority's answers, published so that all applicants know as much (5 § förvaltningslagen).

What has been published stays in the history word by word: each change and withdrawal is an event with the text before.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.enums import PUBLIC_STATES, AnswerSubject, State
from calls.models import Call, PublicAnswer
from calls.notices import notify_drafts
from grants.core import events
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.locks import lock
from grants.core.text import clean_text, too_long
from grants.core.time import now

LONGEST_QUESTION, LONGEST_ANSWER = 1_000, 5_000
NOT_PUBLIC = "Utlysningen är inte publicerad. Spara svaret som utkast och publicera det när utlysningen är publicerad."


@transaction.atomic
def write_answer(
    call: Call,
    question: str,
    answer: str,
    subject: str = "",
    *,
    by: Any,
    publish: bool = False,
    at: dt.datetime | None = None,
) -> PublicAnswer:
    """A new question and answer, as a draft or published at once under its subject. Raises PermissionDenied or Blocked."""
    at = at or now()
    row = _may_answer(call, by)
    faults: list[str] = [*_faults(question, answer), *_subject_faults(subject, publish), *_not_public(row, publish)]
    if faults:
        raise Blocked(faults)
    made = PublicAnswer(
        call=row,
        subject=subject,
        question=clean_text(question).strip(),
        answer=clean_text(answer).strip(),
        created_by=by,
        created_at=at,
    )
    if publish:
        made.published_at = at
    made.save(force_insert=True)
    if publish:
        _record(row, made, "answer_published", "Ett svar publicerades", by, at)
        _tell(row, made, "Vi har svarat på en fråga.")
    else:
        _record(row, made, "answer_written", "Ett svar skrevs som utkast", by, at)
    return made


@transaction.atomic
def change_answer(
    found: PublicAnswer,
    question: str,
    answer: str,
    subject: str | None = None,
    *,
    by: Any,
    version: int,
    publish: bool = False,
    at: dt.datetime | None = None,
) -> PublicAnswer:
    """Change the text, or move it to another subject; None: it keeps its own. A draft is published if asked.

    A published text is marked as changed and told to those with a draft; a new subject alone is neither. Raises
    PermissionDenied, Stale or Blocked.
    """
    at = at or now()
    call = _may_answer(found.call, by)
    row = _fresh(found, version)
    publish = publish and row.published_at is None
    subject = row.subject if subject is None else subject
    is_read = publish or row.published_at is not None
    faults: list[str] = [*_faults(question, answer), *_subject_faults(subject, is_read), *_not_public(call, publish)]
    if faults:
        raise Blocked(faults)
    before = {"question_before": row.question, "answer_before": row.answer, "subject_before": row.subject}
    row.question, row.answer = clean_text(question).strip(), clean_text(answer).strip()
    is_same = (row.question, row.answer) == (before["question_before"], before["answer_before"])
    if is_same and not publish and row.subject == subject:
        return row
    row.subject = subject
    if publish:
        row.published_at = at
    elif row.published_at is not None and not is_same:
        row.changed_at = at
    _save(row)
    if publish:
        _record(call, row, "answer_published", "Ett svar publicerades", by, at)
        _tell(call, row, "Vi har svarat på en fråga.")
    elif row.published_at is not None and is_same:
        _record(call, row, "answer_moved", "Ett publicerat svar flyttades till ett annat ämne", by, at, **before)
    elif row.published_at is not None:
        _record(call, row, "answer_changed", "Ett publicerat svar ändrades", by, at, **before)
        _tell(call, row, "Vi har ändrat ett svar. Så här står det nu.")
    else:
        _record(call, row, "answer_written", "Ett utkast till svar ändrades", by, at)
    return row


@transaction.atomic
def withdraw_answer(
    found: PublicAnswer, *, by: Any, version: int, reason: str, at: dt.datetime | None = None
) -> PublicAnswer:
    """Take a published answer away from the call's page, with the reason. Raises PermissionDenied, Stale or Blocked."""
    at = at or now()
    call = _may_answer(found.call, by)
    row = _fresh(found, version)
    if row.published_at is None:
        raise Blocked([Reason("Svaret är inte publicerat, så det finns inget att ta bort från utlysningens sida.")])
    if not clean_text(reason).strip():
        raise Blocked([Reason("Skriv varför svaret tas bort.", "reason")])
    row.withdrawn_at = at
    _save(row)
    _record(call, row, "answer_withdrawn", "Ett publicerat svar togs bort", by, at, reason=clean_text(reason).strip())
    _tell(call, row, "Vi har tagit bort ett svar. Det gäller inte längre.")
    return row


@transaction.atomic
def discard_answer(found: PublicAnswer, *, by: Any, version: int, at: dt.datetime | None = None) -> None:
    """Throw away a draft that nobody outside has seen. Raises PermissionDenied, Stale or Blocked."""
    call = _may_answer(found.call, by)
    row = _fresh(found, version)
    if row.published_at is not None:
        raise Blocked([Reason("Svaret är publicerat. Ta bort det från utlysningens sida med ett skäl i stället.")])
    _record(call, row, "answer_discarded", "Ett utkast till svar kastades", by, at or now())
    row.delete()


def _may_answer(call: Call, by: Any) -> Call:
    """The call, locked: its answers change one at a time."""
    row: Call = lock(call)
    if not rules.may_answer(row, by):
        raise PermissionDenied("Bara handläggare och utlysningsansvariga på myndigheten skriver svar.")
    if row.state == State.ARCHIVED:
        raise Blocked([Reason("Utlysningen är arkiverad. Svaren går inte längre att ändra.")])
    return row


def _fresh(found: PublicAnswer, version: int) -> PublicAnswer:
    row = PublicAnswer.objects.filter(pk=found.pk, withdrawn_at__isnull=True).first()
    if row is None or row.version != version:
        raise Stale
    return row


def _save(row: PublicAnswer) -> None:
    row.version += 1
    row.save()


def _not_public(call: Call, publish: bool) -> list[Reason]:
    return [Reason(NOT_PUBLIC)] if publish and call.state not in PUBLIC_STATES else []


def _faults(question: str, answer: str) -> list[Reason]:
    found = [] if clean_text(question).strip() else [Reason("Skriv frågan.", "question")]
    found += [] if clean_text(answer).strip() else [Reason("Skriv svaret.", "answer")]
    return [
        *found,
        *too_long("Frågan", question, LONGEST_QUESTION, "question"),
        *too_long("Svaret", answer, LONGEST_ANSWER, "answer"),
    ]


def _subject_faults(subject: str, is_published: bool) -> list[Reason]:
    if subject in AnswerSubject.values or (subject == "" and not is_published):
        return []
    return [Reason("Välj ämne, så att de som söker hittar svaret.", "subject")]


def _tell(call: Call, row: PublicAnswer, what: str) -> None:
    """Everyone who writes an application gets to know what the others can read."""
    said = f"{what}\n\nFråga: {row.question}\n\nSvar: {row.answer}"
    notify_drafts(call, said, template="calls/answered")


def _record(
    call: Call, row: PublicAnswer, name: str, label: str, by: Any, at: dt.datetime, reason: str = "", **facts: Any
) -> None:
    said = {"public_answer": row.pk, "subject": row.subject, "question": row.question, "answer": row.answer, **facts}
    events.record(call, name, by=by, at=at, label=label, reason=reason, facts=said)
