"""Asking those who may sign: whoever writes without a mandate asks, and the authorised signatory finds what waits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied

from applications import rules
from applications.blockers import before_submit
from applications.drafting import stop_if
from applications.enums import State
from applications.models import Application, SignatureRequest
from applications.progress import signatories
from grants.core import mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.text import clean_text, too_long
from grants.core.time import format_clock, now

MAX_NOTE = 1_000
BETWEEN = dt.timedelta(hours=1)
SAME_PRESS = dt.timedelta(minutes=1)


@whole
def ask(application: Application, *, by: Any, note: str = "") -> SignatureRequest:
    """Ask everybody with a mandate to read the complete draft and send it in; at most once an hour. A second press asks once.

    No event and no mail of the case: what the applicant's people ask of each other is their own space (TRUST INV-12).
    """
    row = lock(application)
    if row.is_test or not rules.may_edit(row, by):
        raise PermissionDenied("Du får läsa ansökan men inte be om underskrift.")
    if row.state != State.DRAFT:
        raise Blocked("Ansökan är redan inskickad. Ladda om sidan.")
    note = clean_text(note).strip()
    stop_if(list(too_long("Hälsningen", note, MAX_NOTE, "note")))
    at = now()
    last = row.signature_requests.last()
    if last is not None and at - last.asked_at < SAME_PRESS and (last.asked_by_id, last.note) == (by.pk, note):
        return last
    row = Application.objects.select_related("call", "applicant").get(pk=row.pk)
    stop_if(before_submit(row))
    people = signatories(row)
    if not people:
        raise Blocked(f"Ingen är registrerad som behörig för {row.applicant}. Kontakta oss så hjälper vi er.")
    if last is not None and at - last.asked_at < BETWEEN:
        raise Blocked(
            [
                Reason(
                    f"Ni bad om underskrift {format_clock(last.asked_at)}. "
                    f"Vänta till {format_clock(last.asked_at + BETWEEN)} innan ni påminner.",
                    "note",
                )
            ]
        )
    made = SignatureRequest.objects.create(application=row, asked_by=by, asked_at=at, note=note)
    mail.queue("applications/signature_asked", to=people, application=row, by=by, note=note)
    return made
