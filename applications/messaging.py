"""Messages between the applicant and the authority in a case that has come in.

Each is an allmän handling: what the applicant writes comes in, what the authority writes goes out, and both are documents in
the case file with their text and the checksums of their files (TF 2 kap. 9–10 §§, OSL 5 kap. 1 §). Mails only say that there is one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied

from applications import rules
from applications.drafting import stop_if
from applications.models import Application
from applications.receivers import officers_of, receivers
from grants.core import events, mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.models import UsedToken
from grants.core.text import clean_text, too_long
from grants.core.time import format_instant, now
from grants.documents import attachments
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind
from grants.documents.models import CaseMessage, CaseMessageFile, MessageReading

MAX_TEXT = 10_000
MAX_FILES = 10


@whole
def send_message(
    application: Application, *, by: Any, text: str, uploads: Iterable[Any] = (), as_officer: bool, token: Any = None
) -> CaseMessage:
    """Send a message to the other side. ``as_officer``: the authority writes. A second press with the token gets the first one's.

    Raises PermissionDenied, or Blocked with every reason; then nothing is sent and nothing filed.
    """
    row = lock(application)
    may = rules.may_handle if as_officer else rules.may_answer
    if row.case_id is None or not may(row, by):
        raise PermissionDenied("Skriva meddelanden i ärendet: du har inte behörighet.")
    used, first = (None, True) if token is None else UsedToken.objects.get_or_create(token=uuid.UUID(str(token)))
    if not first:
        return _sent_before(row, used)
    text = clean_text(text).strip()
    files = list(uploads)
    reasons: list[Any] = list(too_long("Meddelandet", text, MAX_TEXT, "text"))
    if not text:
        reasons.append(Reason("Skriv ett meddelande.", "text"))
    if len(files) > MAX_FILES:
        reasons.append(Reason(f"Skicka högst {MAX_FILES} filer med ett meddelande.", "uploads"))
    stop_if(reasons)
    kept = [_accepted(upload, by) for upload in files]
    at = now()
    direction = Direction.DISPATCHED if as_officer else Direction.RECEIVED
    sender = row.call.authority if as_officer else row.applicant
    document = file_document(
        row.case,
        kind=DocumentKind.MESSAGE,
        direction=direction,
        title=f"Meddelande {'till' if as_officer else 'från'} {row.applicant.name}",
        content={
            "kind": "Meddelande",
            "title": f"Meddelande i ärende {row.register_number}",
            "facts": [["Från", f"{by}, {sender.name}"], ["Skickat", format_instant(at)], ["Ärende", str(row)]],
            "blocks": [
                {"heading": "Meddelande", "paragraphs": [text]},
                *(
                    [
                        {
                            "heading": "Filer",
                            "table": {
                                "caption": "Filer med kontrollsumma (sha256)",
                                "head": ["Fil", "Kontrollsumma"],
                                "rows": [[attachment.name, attachment.sha256] for attachment in kept],
                            },
                        }
                    ]
                    if kept
                    else []
                ),
            ],
        },
        by=by,
        at=at,
    )
    message = CaseMessage.objects.create(document=document, text=text)
    CaseMessageFile.objects.bulk_create([CaseMessageFile(message=message, attachment=one) for one in kept])
    if used is not None:
        UsedToken.objects.filter(pk=used.pk).update(result=f"message {message.pk}")
    events.record(
        row,
        "message",
        by=by,
        at=at,
        label="Skickade ett meddelande till sökanden" if as_officer else "Skickade ett meddelande till myndigheten",
        facts={"document": document.number, "files": len(kept)},
    )
    if as_officer:
        mail.queue("applications/message_sent", to=receivers(row), about=row)
    else:
        mail.queue("applications/message_received", to=officers_of(row), about=row)
    return message


def _sent_before(row: Application, used: UsedToken | None) -> CaseMessage:
    """The message of the first press. Raises Blocked when the token served something else."""
    number = used.result.removeprefix("message ") if used is not None else ""
    found = CaseMessage.objects.filter(document__case=row.case_id, pk=int(number)) if number.isdigit() else None
    message = found.first() if found is not None else None
    if message is None:
        raise Blocked("Formuläret är redan använt. Ladda om sidan och försök igen.")
    return message


def _accepted(upload: Any, by: Any) -> Any:
    try:
        return attachments.accept(upload, by=by)
    except Blocked as stop:
        raise Blocked([Reason(str(reason), "uploads") for reason in stop.reasons]) from stop


def messages_for(application: Application, user: Any) -> list[dict[str, Any]]:
    """The messages of the case, newest first, as pages show them: who wrote, which way, whether it is new to the person."""
    rows = CaseMessage.objects.visible_to(user).filter(document__case=application.case_id)
    rows = rows.select_related("document__created_by").prefetch_related("files__attachment", "readings")
    own = Direction.DISPATCHED if application.call.authority_id in user.authority_ids else Direction.RECEIVED
    sides = {Direction.DISPATCHED: application.call.authority, Direction.RECEIVED: application.applicant}
    found = []
    for message in rows.order_by("-pk"):
        document, readings = message.document, message.readings.all()
        is_own = document.direction == own
        found.append(
            {
                "message": message,
                "document": document,
                "is_own": is_own,
                "is_unread": not is_own and all(reading.user_id != user.pk for reading in readings),
                "from": sides[Direction(document.direction)],
                "files": message.files.all(),
                "read_at": min((reading.at for reading in readings), default=None),
            }
        )
    return found


def mark_read(talk: list[dict[str, Any]], *, by: Any) -> None:
    """The person has the messages before them: those from the other side count as read by them from now on."""
    unread = [one["message"] for one in talk if one["is_unread"]]
    if unread:
        MessageReading.objects.bulk_create(
            [MessageReading(message=message, user=by, at=now()) for message in unread], ignore_conflicts=True
        )


def unread_count(application: Application, user: Any) -> int:
    """How many messages of the case are new to the person."""
    if application.case_id is None:
        return 0
    return int(CaseMessage.objects.unread_by(user).filter(document__case=application.case_id).count())
