"""F-14: submitters who press twice in the last minute before closing, and some just after it; or all within seconds of it."""

from __future__ import annotations

import datetime as dt
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

from applications.models import Application
from benchmarks.client import Visitor
from calls import actions as call_actions
from calls.models import Call
from grants.core.models import OutgoingMessage
from grants.core.time import now
from tests.builders import calls
from tests.faults.figures import Figures, percentile
from tests.faults.people import LOST, Submitter, submitters
from tests.faults.servers import web
from tests.faults.world import invariants_hold

P99 = {"spread": 2, "burst": 10}
"""Seconds within which 99 of 100 presses are answered."""
BURST_MS = 5_000
"""A window as short as this is a burst: half of it lies after closing."""
AFTER_MS = 1_000
"""How long after closing the last of a spread crowd press."""
CLOCK_STEP = dt.timedelta(milliseconds=10)
"""The kernel counts in steps of its own clock, a few milliseconds; presses this near to closing may go either way."""


@dataclass(frozen=True)
class Press:
    """One press as the person lived it."""

    submitter: Submitter
    sent: dt.datetime
    handed_over: dt.datetime
    answered: dt.datetime
    status: int
    where: str


def run(pressers: int = 500, window_ms: int = 60_000) -> Figures:
    """Everyone presses at a random moment of the window that ends with closing, and once more a moment later.

    ``window_ms`` of a few seconds is a burst around closing.
    """
    figures = Figures()
    call = calls.open_call()
    chance = random.Random(14)
    with web(workers=2, threads=2) as server:  # as ``manage.py serve`` starts it, and docs/operations.md for each core
        found = submitters(server.port, pressers, call=call)
        is_burst = window_ms <= BURST_MS
        first, last = (-window_ms / 2, window_ms / 2) if is_burst else (-window_ms, AFTER_MS)
        end = now() + dt.timedelta(milliseconds=2000 - first)
        # The deadline of the test comes when the drafts are ready; an action never moves one backwards.
        Call.objects.filter(pk=call.pk).update(closes_at=end)
        moments = [chance.uniform(first, last) / 1000 for _ in found]
        if not is_burst:
            # In the last minute, evenly spread, but for one in fifty, who presses as it ends.
            moments[::50] = [chance.uniform(-last, last) / 1000 for _ in found[::50]]
        with ThreadPoolExecutor(2 * pressers + 1) as pool:
            told = [
                pool.submit(press_at, submitter, end + dt.timedelta(seconds=moment + later))
                for submitter, moment in zip(found, moments, strict=True)
                for later in (0.0, chance.uniform(0.0, 0.3))
            ]
            clock = pool.submit(close_at, call, end)
            presses = [future.result() for future in told]
            clock.result()
    judge(figures, presses, end, pressers, P99["burst" if is_burst else "spread"])
    invariants_hold(figures)
    return figures


def press_at(submitter: Submitter, moment: dt.datetime) -> Press:
    time.sleep(max(0.0, (moment - now()).total_seconds()))
    sent = handed_over = now()
    visitor = Visitor(submitter.port, submitter.session)
    headers = {**visitor.headers, "X-CSRFToken": visitor.CSRF, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        visitor.link.request("POST", submitter.path, urlencode(submitter.read), headers)
        handed_over = now()  # the last byte is in the kernel of the machine, which is both ends of the line here
        answer = visitor.link.getresponse()
        where, status = answer.headers.get("Location") or answer.read().decode("utf-8", "replace"), answer.status
    except LOST as fault:
        status, where = 599, type(fault).__name__
    finally:
        visitor.link.close()
    return Press(submitter, sent, handed_over, now(), status, where)


def close_at(call: Call, end: dt.datetime) -> None:
    """The clock closes the call in the middle of it all."""
    time.sleep(max(0.0, (end - now()).total_seconds()))
    call_actions.run_clock()


def judge(figures: Figures, presses: list[Press], end: dt.datetime, pressers: int, p99: float) -> None:
    rows = {row.pk: row for row in Application.objects.filter(pk__in=[press.submitter.pk for press in presses])}
    figures["presses"] = len(presses)
    figures.must_equal("in", sum(row.state != "draft" for row in rows.values()), pressers)
    wrong = [p for p in presses if (p.status, p.where) != (302, p.submitter.receipt)]
    figures.must_equal("5xx or no answer", sum(p.status >= 500 for p in presses), 0)
    figures.must(not wrong, f"other answers than the receipt: {[(p.status, p.where[:60]) for p in wrong[:3]]}")
    first = {}
    for press in sorted(presses, key=lambda p: p.sent):
        first.setdefault(press.submitter.pk, press)
    in_time = {pk for pk, press in first.items() if press.handed_over < end - CLOCK_STEP}
    after = {pk for pk in first if all(p.sent >= end + CLOCK_STEP for p in presses if p.submitter.pk == pk)}
    late = {pk for pk, row in rows.items() if row.is_late}
    figures["pressed before closing"] = len(in_time)
    figures.must_equal("pressed before, judged late", len(in_time & late), 0)
    figures.must_equal("pressed after, judged on time", len(after - late), 0)
    answered_late = sum(first[pk].answered >= end for pk in in_time)
    figures["of them answered after it"] = answered_late
    seconds = [(p.answered - p.sent).total_seconds() for p in presses]
    figures["p50 s"] = round(percentile(seconds, 0.5), 2)
    figures.must_not_exceed("p99 s", percentile(seconds, 0.99), p99)
    slowest = sorted(presses, key=lambda p: p.answered - p.sent)[-max(1, len(presses) // 100) :]
    figures["the slowest in 100 pressed, s from closing"] = " ".join(
        f"{(p.sent - end).total_seconds():+.1f}" for p in sorted(slowest, key=lambda p: p.sent)
    )
    receipts = OutgoingMessage.objects.filter(template="applications/receipt")
    figures.must_equal("with receipts queued", receipts.values("stream").distinct().count(), pressers)
