"""More time for a supplement: the applicant asks with a reason, the handler gives a new day or says no with a reason (FL 20 §)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied

from applications import rules
from applications.drafting import stop_if
from applications.enums import State
from applications.models import Application, SupplementExtension, SupplementRequest
from applications.receivers import officers_of, receivers
from grants.core import events, mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.text import clean_text, too_long
from grants.core.time import format_long_day, now, today
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind

MAX_REASON = 2_000
LONGEST = 366
"""Days ahead that anybody may ask for or give: more is a slip of the pen."""


def open_extension(asked: SupplementRequest | None) -> SupplementExtension | None:
    """What waits for the handler's answer."""
    return asked.extensions.filter(answered_at__isnull=True).first() if asked is not None else None


@whole
def ask_for_time(application: Application, *, by: Any, reason: str, wanted_on: dt.date | None) -> SupplementExtension:
    """Ask for a later day to answer a request for supplement. A second press gets the first one's result."""
    row = lock(application)
    if not rules.may_answer(row, by):
        raise PermissionDenied("Be om mer tid: du har inte behörighet.")
    asked = _asked(row)
    reason = clean_text(reason).strip()
    waiting = open_extension(asked)
    if waiting is not None:
        if (waiting.asked_by_id, waiting.reason, waiting.wanted_on) == (by.pk, reason, wanted_on):
            return waiting
        raise Blocked("Ni har redan bett om mer tid. Vänta på besked från handläggaren.")
    reasons: list[Any] = list(too_long("Skälet", reason, MAX_REASON, "reason"))
    if not reason:
        reasons.append(Reason("Skriv varför ni behöver mer tid.", "reason"))
    reasons += day_reasons(wanted_on, max(asked.due_on, today()), "wanted_on")
    stop_if(reasons)
    assert wanted_on is not None
    at = now()
    extension = SupplementExtension.objects.create(
        request=asked, reason=reason, wanted_on=wanted_on, asked_by=by, asked_at=at
    )
    events.record(
        row,
        "ask_for_time",
        by=by,
        at=at,
        label="Begärde mer tid för kompletteringen",
        reason=reason,
        facts={"due_on": asked.due_on.isoformat(), "wanted_on": wanted_on.isoformat()},
    )
    file_document(
        row.case,
        kind=DocumentKind.EXTENSION_REQUEST,
        direction=Direction.RECEIVED,
        title=f"Begäran om längre svarstid: {row}",
        content={
            "kind": "Begäran om längre svarstid",
            "title": f"Mer tid att komplettera {row}",
            "facts": [
                ["Sökande", row.applicant.name],
                ["Svarsdag nu", format_long_day(asked.due_on)],
                ["Önskad svarsdag", format_long_day(wanted_on)],
                ["Begärd av", str(by)],
            ],
            "blocks": [{"heading": "Skäl", "paragraphs": [reason]}],
        },
        by=by,
        at=at,
    )
    mail.queue("applications/time_asked", to=[*receivers(row, by), *officers_of(row)], about=row, extension=extension)
    return extension


@whole
def answer_extension(
    extension: SupplementExtension, *, by: Any, granted_until: dt.date | None, answer: str = ""
) -> SupplementExtension:
    """Give a new day to answer, or say no with a reason (``granted_until`` None). A second press gets the first one's result."""
    row = lock(Application.objects.get(supplement_requests=extension.request_id))
    if not rules.may_handle(row, by):
        raise PermissionDenied("Svara om längre tid: du har inte behörighet.")
    held = SupplementExtension.objects.select_for_update(of=("self",)).select_related("request").get(pk=extension.pk)
    answer = clean_text(answer).strip()
    if held.answered_at is not None:
        if (held.answered_by_id, held.granted_until, held.answer) == (by.pk, granted_until, answer):
            return held
        raise Blocked("Begäran om mer tid är redan besvarad. Läs svaret på ärendets sida.")
    asked = _asked(row)
    reasons: list[Any] = list(too_long("Skälet", answer, MAX_REASON, "answer"))
    if granted_until is not None:
        reasons += day_reasons(granted_until, max(asked.due_on, today() - dt.timedelta(days=1)), "granted_until")
    elif not answer:
        reasons.append(Reason("Skriv varför sökanden inte får mer tid.", "answer"))
    stop_if(reasons)
    at, before = now(), asked.due_on
    held.granted_until, held.answer, held.answered_by, held.answered_at = granted_until, answer, by, at
    held.save()
    if granted_until is not None:
        held.request.due_on = granted_until
        held.request.save(update_fields=["due_on"])
    said = f"Ni har till och med {format_long_day(held.request.due_on)} på er att svara."
    events.record(
        row,
        "grant_time" if granted_until else "refuse_time",
        by=by,
        at=at,
        label="Gav mer tid för kompletteringen" if granted_until else "Gav inte mer tid för kompletteringen",
        reason=answer,
        facts={"due_on_before": before.isoformat(), "due_on": held.request.due_on.isoformat()},
    )
    file_document(
        row.case,
        kind=DocumentKind.EXTENSION_ANSWER,
        direction=Direction.DISPATCHED,
        title=f"Besked om svarstid: {row}",
        content={
            "kind": "Besked om svarstid",
            "title": f"{'Ni får mer tid' if granted_until else 'Ni får inte mer tid'} att komplettera {row}",
            "facts": [["Sökande", row.applicant.name], ["Svara senast", format_long_day(held.request.due_on)]],
            "blocks": [
                {"heading": "Besked", "paragraphs": [said]},
                *([{"heading": "Skäl", "paragraphs": [answer]}] if answer else []),
            ],
        },
        by=by,
        at=at,
    )
    mail.queue("applications/time_answered", to=[*receivers(row), *officers_of(row)], about=row, extension=held)
    return held


def _asked(row: Application) -> SupplementRequest:
    """The request that waits for its answer. Raises Blocked when there is none."""
    asked = row.supplement_requests.filter(answered_at__isnull=True).first()
    if asked is None or row.state != State.SUPPLEMENT_REQUESTED:
        raise Blocked("Det finns ingen begäran om komplettering att svara på längre.")
    return asked


def day_reasons(day: dt.date | None, after: dt.date, where: str) -> list[Reason]:
    """What is wrong with a new day to answer."""
    if day is None:
        return [Reason("Skriv den nya svarsdagen som ÅÅÅÅ-MM-DD.", where)]
    if day <= after:
        return [Reason(f"Välj en dag efter {format_long_day(after)}.", where)]
    if day > today() + dt.timedelta(days=LONGEST):
        return [Reason("Välj en dag inom ett år.", where)]
    return []
