"""What a call's settings mean for its own machine, for the drawing of its process."""

from __future__ import annotations

from typing import Any

from calls.diagram import Notes, Stage, register
from calls.enums import State
from calls.models import Call
from calls.words import last_moment
from grants.core.time import format_clock, format_day, stockholm


def notes(call: Any) -> Notes:
    """The days: of opening, and of each cut-off or the end."""
    said: dict[str, list[str]] = {}
    if call.opens_at:
        said[State.PUBLISHED] = [f"Öppnar {format_day(stockholm(call.opens_at).date())} {format_clock(call.opens_at)}"]
    ends = [(f"Omgång {row.number} till", row.closes_at) for row in call.cutoffs.all()]
    if not ends and call.closes_at:
        ends = [("Till", call.closes_at)]
    said[State.OPEN] = [f"{label} {format_day(last_moment(end).date())}" for label, end in ends]
    return said


def where(subject: Any, user: Any) -> str:
    """The call's own state; of an application that of its call."""
    call = subject if isinstance(subject, Call) else subject.call
    return str(call.state)


register(Stage("Utlysningen", Call, 10, notes, where))
