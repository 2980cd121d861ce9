"""The public page of a call for visitors, kept in the process from one visit to the next.

The page tells every rule of its call, from some twenty small tables. All visitors get the same, until the call's history goes
on: whatever is done with a call is an event of its (grants.core.events), and the hash at the end of the chain names the state
of things. The minute is part of the name too, so that days and hours that are left, and reference data, are never older.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.core.cache import caches
from django.utils.safestring import SafeString

from calls.models import Call
from grants.core import events

MINUTE = 60


def page_for_visitors(call: Call, at: dt.datetime, written: Callable[[], SafeString]) -> SafeString:
    """What ``written`` gave in this minute since the call's last event, else what it gives now."""
    end = events.end_hash(call)
    if not end:  # nothing tells one state of it from another
        return written()
    phase = f"{call.state}-{call.is_open(at)}-{call.is_late(at)}"  # the clock may pass a deadline within the minute
    name = f"call-{call.pk}-{end}-{phase}-{int(at.timestamp()) // MINUTE}"
    cache = caches["process"]
    page = cache.get(name)
    if page is None:
        page = written()
        cache.set(name, page, MINUTE)
    return page
