"""The steps of a call, taken by people and by the clock."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from typing import Any

from django.db import transaction

from calls import blockers, notices
from calls.enums import State
from calls.models import Call
from calls.questions.versions import freeze
from grants.core.exceptions import Blocked
from grants.core.locks import lock
from grants.core.people import SYSTEM
from grants.core.seen import same_version
from grants.core.text import clean_text, too_long
from grants.core.time import now
from grants.core.workflow import StepView, perform, steps_for

log = logging.getLogger(__name__)

TIMED = {"publish": blockers.at_publishing, "open": blockers.at_opening, "close": blockers.at_closing}
"""What the clock says about a step, for an instant that is given."""
AFTER = {"publish": notices.tell_invited, "cancel": notices.tell_of_cancelling}
"""What follows from a step, in its transaction: call and reason → mail."""
MAX_REASON = 2_000
OWN_PLACE = ("open", "close", "cancel")
"""Steps without a button among the others: the clock's, and the one with a page of its own."""
FREEZING = ("publish", "open")
"""Steps that freeze the questions. Publishing already does: applicants prepare their answers from the public page, so what it
asks changes only by a new version, with a note and a list of differences. Opening does so once more for calls from before.
"""


@transaction.atomic
def take_step(
    call: Call, name: str, *, by: Any, at: dt.datetime | None = None, reason: str = "", version: int | None = None
) -> Call:
    """Take one step at an instant, with the clock's reasons beside all others. Raises PermissionDenied, Stale or Blocked."""
    row = lock(call)
    at = at or now()
    step = Call.steps()[name]
    reason = clean_text(reason).strip()
    timed = _timed(row, name, at) if row.state in step.sources else []
    timed += too_long("Motiveringen", reason, MAX_REASON, "reason")
    if timed and step.may(row, by):
        same_version(row, version)
        raise Blocked([*step.reasons(row), *timed])
    row = perform(row, name, by=by, at=at, reason=reason, version=version)
    if name in AFTER:
        AFTER[name](row, reason)
    if name in FREEZING:
        freeze(row, at)
    return row


def steps_on_page(call: Call, user: Any, at: dt.datetime) -> list[StepView]:
    """The steps that a person may take, with the clock's reasons too, but those with a place of their own."""
    shown = [step for step in steps_for(call, user) if step.name not in OWN_PLACE]
    return [replace(step, reasons=(*step.reasons, *_timed(call, step.name, at))) for step in shown]


def _timed(call: Call, name: str, at: dt.datetime) -> list[str]:
    return TIMED[name](call, at) if name in TIMED else []


def publish(call: Call, *, by: Any, at: dt.datetime | None = None) -> Call:
    """Show the call to everyone. Blocked names all that is missing."""
    return take_step(call, "publish", by=by, at=at)


def open_call(call: Call, *, by: Any = SYSTEM, at: dt.datetime | None = None) -> Call:
    """Open for applications; Blocked before the opening instant."""
    return take_step(call, "open", by=by, at=at)


def close_call(call: Call, *, by: Any = SYSTEM, at: dt.datetime | None = None) -> Call:
    """Close; Blocked before the closing instant."""
    return take_step(call, "close", by=by, at=at)


def settle(call: Call, *, by: Any, at: dt.datetime | None = None) -> Call:
    """Every application has its decision."""
    return take_step(call, "settle", by=by, at=at)


def cancel(call: Call, *, by: Any, reason: str, at: dt.datetime | None = None, version: int | None = None) -> Call:
    """Call it off before it closes; everyone with a draft is told why, and what has come in stays."""
    return take_step(call, "cancel", by=by, at=at, reason=reason, version=version)


def archive(call: Call, *, by: Any, at: dt.datetime | None = None) -> Call:
    """Take the call away from the public pages."""
    return take_step(call, "archive", by=by, at=at)


def open_if_due(call: Call, at: dt.datetime | None = None) -> Call:
    """What is published after its opening opens with the press that published it, not at the clock's next round."""
    at = at or now()
    if call.state == State.PUBLISHED and call.opens_at is not None and call.opens_at <= at:
        try:
            return open_call(call, at=at)
        except Blocked:  # the clock was here first
            return Call.objects.get(pk=call.pk)
    return call


def run_clock(at: dt.datetime | None = None) -> int:
    """Open and close what is due, each in its own transaction; returns the number of steps taken. Harmless to repeat.

    A call that two clocks meet at is taken by one; a call at fault is logged and never holds up the others.
    """
    at = at or now()
    taken = 0
    for act, due in ((open_call, Call.objects.due_to_open(at)), (close_call, Call.objects.due_to_close(at))):
        for call in list(due):
            try:
                act(call, by=SYSTEM, at=at)
                taken += 1
            except Blocked as stop:
                log.info("The clock left call %s as it is: %s", call.code, stop)
            except Exception:
                log.exception("The clock could not take call %s", call.code)
    return taken


def load_history() -> int:
    """Load the calls that ended before this service existed; returns how many were new. Can run twice."""
    from calls.history import load

    return load()
