"""The texts of a call: each save makes the next version, and an older one comes back as a new one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.enums import State
from calls.models import Call, TextTemplate
from calls.texts import LONGEST_BODY, LONGEST_SUBJECT, PURPOSES, faults
from grants.core import events
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.locks import lock
from grants.core.text import clean_name, clean_text, too_long
from grants.core.time import now

ENDED = (State.ARCHIVED, State.CANCELLED)


@transaction.atomic
def save_text(
    call: Call, key: str, body: str, *, by: Any, version: int, subject: str = "", at: dt.datetime | None = None
) -> TextTemplate | None:
    """Keep a text as the next version; an empty one means the standard text, or none, from now on. None when nothing was there or changed.

    ``version``: the number that the person's page showed, 0 when the call had none. Decisions that are made keep their text.
    Raises PermissionDenied, Stale or Blocked; then nothing is written.
    """
    row, newest = _locked(call, key, by)
    number = newest.version if newest else 0
    subject, body = clean_name(subject), clean_text(body).strip()
    if (newest and (newest.subject, newest.body) == (subject, body)) or (not newest and not body):
        return newest
    if version != number:
        raise Stale(
            "Någon annan har sparat texten sedan du öppnade sidan. Jämför din text med den som nu används, och spara igen."
        )
    purpose = PURPOSES[key]
    said: list[str] = [
        *too_long("Texten", body, LONGEST_BODY, "body"),
        *too_long("Ämnet", subject, LONGEST_SUBJECT, "subject"),
        *faults(purpose, body),
        *faults(purpose, subject, "subject", whole=False),
    ]
    if said:
        raise Blocked(said)
    return _add(row, key, number + 1, subject, body, by, at or now(), f"Mallen ”{purpose.label}” ändrades")


@transaction.atomic
def restore_text(
    call: Call, key: str, number: int, *, by: Any, version: int, at: dt.datetime | None = None
) -> TextTemplate:
    """Use an older version again, as a new one; number 0 is the standard text, or none. Raises PermissionDenied, Stale or Blocked."""
    row, newest = _locked(call, key, by)
    if newest is None:
        raise Blocked("Utlysningen har ingen egen text här att ta bort eller byta.")
    if version != newest.version:
        raise Stale("Någon annan har sparat texten sedan du öppnade sidan. Titta på den som nu används, och välj igen.")
    old = TextTemplate.objects.filter(call=row, purpose=key, version=number).first() if number else None
    if number and old is None:
        raise Blocked("Versionen finns inte. Ladda om sidan och välj en av dem som visas.")
    subject, body = (old.subject, old.body) if old else ("", "")
    if (subject, body) == (newest.subject, newest.body):
        return newest
    purpose = PURPOSES[key]
    said = f"Texten ”{purpose.label}” togs bort"
    if old:
        said = f"Version {number} av texten ”{purpose.label}” togs i bruk igen"
    elif purpose.standard:
        said = f"Standardtexten för ”{purpose.label}” togs i bruk"
    return _add(row, key, newest.version + 1, subject, body, by, at or now(), said)


def _locked(call: Call, key: str, by: Any) -> tuple[Call, TextTemplate | None]:
    """The locked call, which the versions of its texts follow one by one, and the newest version. Raises as the actions do."""
    row: Call = lock(call)
    if not rules.may_manage(row, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan ändra utlysningens texter.")
    if key not in PURPOSES:
        raise Blocked(Reason("Texten finns inte. Välj en av dem som visas.", "body"))
    if row.state in ENDED:
        raise Blocked("Utlysningen är avslutad. Dess texter går inte längre att ändra.")
    return row, TextTemplate.objects.filter(call=row, purpose=key).order_by("-version").first()


def _add(
    call: Call, key: str, number: int, subject: str, body: str, by: Any, at: dt.datetime, label: str
) -> TextTemplate:
    made = TextTemplate.objects.create(
        call=call, purpose=key, version=number, subject=subject, body=body, created_by=by, created_at=at
    )
    events.record(call, "text_saved", by=by, at=at, label=label[:200], facts={"purpose": key, "version": number})
    return made
