"""F-14: submitters who press twice around closing time, all within seconds."""

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

BURST_P99 = 10
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


def run(pressers: int = 100, window_ms: int = 2000) -> Figures:
    """Everyone presses at a random moment of the window around closing, and once more a moment later."""
    figures = Figures()
    call = calls.open_call()
    chance = random.Random(14)
    with web(workers=2, threads=4) as server:
        found = submitters(server.port, pressers, call=call)
        end = now() + dt.timedelta(milliseconds=window_ms / 2 + 2000)
        # The deadline of the test comes when the drafts are ready; an action never moves one backwards.
        Call.objects.filter(pk=call.pk).update(closes_at=end)
        half = window_ms / 2000
        moments = [chance.uniform(-half, half) for _ in found]
        with ThreadPoolExecutor(2 * pressers + 1) as pool:
            told = [
                pool.submit(press_at, submitter, end + dt.timedelta(seconds=moment + later))
                for submitter, moment in zip(found, moments, strict=True)
                for later in (0.0, chance.uniform(0.0, 0.3))
            ]
            clock = pool.submit(close_at, call, end)
            presses = [future.result() for future in told]
            clock.result()
    judge(figures, presses, end, pressers)
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


def judge(figures: Figures, presses: list[Press], end: dt.datetime, pressers: int) -> None:
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
    figures.must_not_exceed("p99 s", percentile(seconds, 0.99), BURST_P99)
    receipts = OutgoingMessage.objects.filter(template="applications/receipt")
    figures.must_equal("with receipts queued", receipts.values("stream").distinct().count(), pressers)
