"""Days of calls as a calendar that people subscribe to (RFC 5545): opening, each cut-off, closing.

An entry keeps its UID for ever and says by DTSTAMP and SEQUENCE when it changed, so that a moved deadline moves in the
subscriber's calendar and a cancelled call shows as cancelled there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Max

from calls.enums import PUBLIC_STATES, CallKind, State
from calls.models import Call
from grants.core.models import Event
from grants.core.time import format_clock, format_long_day, stockholm

CONTENT_TYPE = "text/calendar; charset=utf-8"
LONGEST_LINE = 75
"""Octets, without the line break (RFC 5545 3.1)."""
KEPT = dt.timedelta(days=366)
"""How long a call stays in the calendar of all calls after its end, so that the calendar does not grow for ever."""
MINUTE = dt.timedelta(minutes=1)


def calls_in_calendar(at: dt.datetime) -> list[Call]:
    """The public calls that open, are open or ended in the last year, by their end."""
    found = Call.objects.filter(state__in=PUBLIC_STATES, closes_at__gt=at - KEPT)
    return list(found.prefetch_related("cutoffs").order_by("closes_at", "code"))


def calendar(calls: Iterable[Call], name: str) -> bytes:
    """The calendar as it is served. The same calls give the same bytes."""
    calls = list(calls)
    changed = dict(
        Event.objects.filter(stream__in=[call.pk for call in calls])
        .values("stream")
        .annotate(last=Max("at"))
        .values_list("stream", "last")
        .order_by()
    )
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Projektmedel//Utlysningar//SV",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for call in calls:
        stamp = changed.get(call.pk) or call.state_changed_at or call.created_at
        for entry in entries(call):
            lines += _event(call, stamp, **entry)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def entries(call: Call) -> Iterator[dict[str, Any]]:
    """Opening, each cut-off and closing, in order. The last cut-off is the closing when they are the same instant."""
    if call.opens_at:
        yield {"key": "oppnar", "at": call.opens_at, "what": "Utlysningen öppnar", "about": ""}
    cutoffs = list(call.cutoffs.all())
    for row in cutoffs:
        # The last keeps the key of the closing, which it has in the calendars of those who subscribe.
        key = "stanger" if row.closes_at == call.closes_at else f"omgang-{row.number}"
        decided = f" Beslut planeras senast {format_long_day(row.decided_by_on)}." if row.decided_by_on else ""
        what = f"Sista dag att söka, omgång {row.number}" if len(cutoffs) > 1 else "Sista dag att söka"
        yield {"key": key, "at": row.closes_at, "what": what, "about": f"{until(row.closes_at)}{decided}"}
    if call.closes_at and all(row.closes_at != call.closes_at for row in cutoffs):
        yield {
            "key": "stanger",
            "at": call.closes_at,
            "what": "Sista dag att söka",
            "about": until(call.closes_at),
        }


def until(end: dt.datetime) -> str:
    """The half-open end in words (INV-3)."""
    return f"Ansökan ska vara inskickad {before(end)}."


def before(end: dt.datetime) -> str:
    """ "före midnatt den 15 januari 2027", "den 15 januari 2027 före kl. 15.00"."""
    if stockholm(end).time() == dt.time.min:
        return f"före midnatt den {format_long_day(stockholm(end - MINUTE).date())}"
    return f"den {format_long_day(stockholm(end).date())} före {format_clock(end)}"


def _event(call: Call, stamp: dt.datetime, *, key: str, at: dt.datetime, what: str, about: str) -> list[str]:
    # Midnight belongs to the day before: an entry at 00.00 would stand on the wrong day in every calendar.
    shown = at - MINUTE if key != "oppnar" and stockholm(at).time() == dt.time.min else at
    cancelled = call.state == State.CANCELLED
    url = f"{settings.BASE_URL}{call.get_absolute_url()}"
    kind = "" if call.kind == CallKind.OPEN else f"{call.get_kind_display()}. "
    said = f"Utlysningen är inställd. {kind}" if cancelled else f"{about} {kind}".lstrip()
    return [
        "BEGIN:VEVENT",
        f"UID:{call.pk}-{key}@projektmedel",
        f"DTSTAMP:{instant(stamp)}",
        f"LAST-MODIFIED:{instant(stamp)}",
        f"SEQUENCE:{call.version}",
        f"DTSTART:{instant(shown)}",
        f"SUMMARY:{escaped(f'{what}: {call.title}')}",
        f"DESCRIPTION:{escaped(f'{said}{url}')}",
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def instant(at: dt.datetime) -> str:
    """UTC, which needs no description of time zones."""
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line breaks written out (RFC 5545 3.3.11)."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain, written)
    return text


def folded(line: str) -> bytes:
    """The line ended by CRLF, folded before its 76th octet and never inside a character: å is two octets."""
    pieces, piece, size = [], "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(piece)
            piece, size = "", 1  # the space that begins the next line counts
        piece += char
        size += octets
    return "\r\n ".join([*pieces, piece]).encode() + b"\r\n"
