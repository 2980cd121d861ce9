"""The life of a published call: what may still change, each change an event."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.enums import State
from calls.models import Call
from grants.core import events
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.time import format_instant, now
from grants.core.workflow import lock


@transaction.atomic
def extend_closing(call: Call, closes_at: dt.datetime, *, by: Any, version: int, at: dt.datetime | None = None) -> Call:
    """Move the deadline forward, never back; the only change after publishing. Raises PermissionDenied, Stale or Blocked."""
    row = lock(call)
    at = at or now()
    if not rules.may_manage(row, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan förlänga ansökningstiden.")
    if row.state not in (State.PUBLISHED, State.OPEN) or row.closes_at <= at:
        raise Blocked([Reason("Ansökningstiden går bara att förlänga innan utlysningen har stängt.", "closes_at")])
    if row.version != version:
        raise Stale
    if closes_at <= row.closes_at:
        raise Blocked(
            [
                Reason(
                    f"Skriv en tid efter {format_instant(row.closes_at)}. Ansökningstiden går bara att förlänga.",
                    "closes_at",
                )
            ]
        )
    before, row.closes_at = row.closes_at, closes_at
    row.save()
    events.record(
        row,
        "extended",
        by=by,
        at=at,
        label="Ansökningstiden förlängdes",
        reason=f"Från {format_instant(before)} till {format_instant(closes_at)}.",
        facts={"closes_at_before": before, "closes_at": closes_at},
    )
    return row
