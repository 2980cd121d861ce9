"""Reminding those who write a draft that a deadline is near: 7 days and 1 day before each, in Swedish time, once each.

Run by the clock and harmless to repeat: the row of the reminder is written with its mail, in a transaction that holds the draft.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from applications import confirming
from applications.enums import State
from applications.models import Application, DeadlineReminder
from applications.receivers import receivers
from calls.applying import deadlines_of
from calls.enums import State as CallState
from calls.models import Call
from grants.core import mail
from grants.core.locks import lock
from grants.core.time import now, stockholm

log = logging.getLogger(__name__)

DAYS_BEFORE = (7, 1)


def moment_of(deadline: dt.datetime, days: int) -> dt.datetime:
    """The instant of the reminder: the same clock in Sweden that many days before, also when clocks change in between."""
    return (stockholm(deadline) - dt.timedelta(days=days)).astimezone(dt.UTC)


def run(at: dt.datetime | None = None) -> int:
    """Queue the reminders that are due; returns how many drafts were reminded. A draft at fault never holds up the others."""
    at = at or now()
    reminded = 0
    for call in Call.objects.filter(state=CallState.OPEN, closes_at__gt=at).prefetch_related("cutoffs"):
        for deadline in deadlines_of(call):
            days = days_due(deadline, at)
            if days is None:
                continue
            for pk in list(drafts_to_remind(call, deadline, days)):
                try:
                    reminded += remind(pk, deadline, days, at=at)
                except Exception:
                    log.exception("Draft %s could not be reminded of its deadline", pk)
    return reminded


def days_due(deadline: dt.datetime, at: dt.datetime) -> int | None:
    """The nearest reminder whose moment has come, while the deadline is still ahead. One that was missed is not sent late."""
    if at >= deadline:
        return None
    return min((days for days in DAYS_BEFORE if moment_of(deadline, days) <= at), default=None)


def drafts_to_remind(call: Call, deadline: dt.datetime, days: int) -> Any:
    """Primary keys of the drafts that were there at the reminder's moment and have not had it. One begun later knows the date."""
    had = DeadlineReminder.objects.filter(application=OuterRef("pk"), closes_at=deadline, days_before=days)
    rows = Application.objects.filter(
        ~Exists(had),
        call=call,
        state=State.DRAFT,
        is_test=False,
        supplement=None,
        created_at__lte=moment_of(deadline, days),
    )
    return rows.order_by("created_at").values_list("pk", flat=True)


@transaction.atomic
def remind(pk: Any, deadline: dt.datetime, days: int, *, at: dt.datetime) -> bool:
    """Queue one draft's reminder; False when it was sent in, thrown away or reminded meanwhile, or the deadline was moved."""
    try:
        row = lock(Application(pk=pk))
    except Application.DoesNotExist:
        return False
    if row.state != State.DRAFT or deadline not in deadlines_of(row.call):
        return False
    _, is_new = DeadlineReminder.objects.get_or_create(
        application=row, closes_at=deadline, days_before=days, defaults={"queued_at": at}
    )
    if is_new:  # not about the draft's case: the authority's log of messages shows nothing of drafts
        mail.queue("applications/deadline", to=receivers(row), application=row, call=row.call, deadline=deadline)
        confirming.remind_all(pk)
    return is_new
