"""The open and upcoming calls summed up in English (DESIGN 7): days, amounts and how to read on. Titles stay as they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from calls.models import Call
from calls.words import last_moment
from grants.core.money import NBSP
from grants.core.time import format_day, stockholm

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def groups(at: dt.datetime) -> list[tuple[str, list[dict[str, Any]], str]]:
    """Heading, calls in the order of the public list, and what is said where there are none."""
    calls = Call.objects.public()
    return [
        (
            "Open calls",
            [_summed_up(call, call.next_close_at) for call in calls.open_at(at)],
            "No call is open just now.",
        ),
        (
            "Upcoming calls",
            [_summed_up(call, call.closes_at, opens=call.opens_at) for call in calls.coming_at(at)],
            "No upcoming call is published yet.",
        ),
    ]


def _summed_up(call: Call, end: dt.datetime | None, *, opens: dt.datetime | None = None) -> dict[str, Any]:
    return {
        "call": call,
        "opens": moment(opens) if opens else "",
        "closes": moment(last_moment(end), whole_day=stockholm(end).time() == dt.time.min) if end else "",
        "closes_on": format_day(last_moment(end).date()) if end else "",
        "is_last": end == call.closes_at,
        "budget": amount(call.budget_sek) if call.budget_sek else "",
        "support": support(call),
        "by_invitation": call.is_by_invitation,
    }


def moment(at: dt.datetime, *, whole_day: bool = False) -> str:
    """15 January 2027 at 15:00; without the time where the whole day counts."""
    shown = stockholm(at)
    day = f"{shown.day}{NBSP}{MONTHS[shown.month - 1]} {shown.year}"
    return day if whole_day else f"{day} at {shown:%H:%M}"


def amount(sek: int) -> str:
    """SEK 24,000,000."""
    return f"SEK{NBSP}{sek:,}"


def support(call: Call) -> str:
    """What one project can get; "" when the call sets no limits."""
    least, most, share = call.smallest_amount_sek, call.largest_amount_sek, call.largest_share_percent
    limits = f"{amount(least)}–{most:,}" if least and most else f"up to {amount(most)}" if most else ""
    part = f"at most {share}{NBSP}% of the eligible costs" if share else ""
    return ", ".join(words for words in (limits, part) if words)
