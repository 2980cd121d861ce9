"""When an application came in, when one person's presses are handled in another order than they arrived (TRUST INV-3, INV-14).

A full house may take up the second of two presses first. The earliest press of the same content counts, and where that changes the
verdict, the arrival is corrected with an event and a new acknowledgement: the applicant is not late because we were busy.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from applications.content import receipt_content
from applications.enums import State
from applications.models import Application
from applications.receivers import receivers
from calls import applying
from calls.models import Cutoff
from grants.core import events, mail
from grants.core.edge import OLDEST
from grants.core.time import now
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind

CORRECTABLE = (State.SUBMITTED, State.IN_REVIEW)


def verdict(application: Application, at: dt.datetime) -> tuple[dt.datetime | None, bool, Cutoff | None]:
    """The deadline that counts at this instant, whether what arrives then is late, and the cut-off that it comes in for."""
    deadline = applying.deadline_for(application.call, application.applicant_id, at)
    is_late = deadline is not None and at >= deadline
    return deadline, is_late, None if is_late else applying.cutoff_for(application.call, at)


def came_earlier(application: Application, *, by: Any, at: dt.datetime, read_sha256: str | None) -> Application:
    """A press of what has come in already, by the same person, that arrived before the one that was taken first.

    The application is locked. Nothing changes unless the earlier arrival is judged otherwise. No press waits longer than
    ``edge.OLDEST``, so nothing that arrives later is taken for one.
    """
    is_same = application.submitted_by_id == by.pk and read_sha256 == application.content_sha256
    if application.state not in CORRECTABLE or not is_same or application.submitted_at is None:
        return application
    if not dt.timedelta(0) < application.submitted_at - at <= OLDEST:
        return application
    deadline, is_late, cutoff = verdict(application, at)
    if (is_late, cutoff) == (application.is_late, application.cutoff):
        return application
    facts = {
        "received_at": [application.submitted_at.isoformat(), at.isoformat()],
        "is_late": [application.is_late, is_late],
        "cutoff": [application.cutoff.number if application.cutoff else None, cutoff.number if cutoff else None],
        "closes_at": deadline.isoformat() if deadline else None,
    }
    application.submitted_at, application.is_late, application.cutoff = at, is_late, cutoff
    application.save(update_fields=["submitted_at", "is_late", "cutoff"])
    events.record(application, "correct_arrival", by=by, at=now(), label="Ankomsten rättades", facts=facts)
    case: Any = application.case
    file_document(
        case,
        kind=DocumentKind.RECEIPT,
        direction=Direction.DISPATCHED,
        title=f"Rättat mottagningsbevis: {application}",
        content=receipt_content(
            application, at=at, by=by, sha256=application.content_sha256, number=case.register_number
        ),
        by=by,
        at=now(),
    )
    mail.queue("applications/receipt", to=receivers(application, by), about=application, by=by)
    return application
