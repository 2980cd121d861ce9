"""F-7: every task is delivered 2 to 5 times, out of order, to several workers: the end is the same as once."""

from __future__ import annotations

import datetime as dt
import random
import time
from pathlib import Path

from django.conf import settings

from calls.models import Call
from calls.tasks import run_clock
from evaluation.models import Decision
from grants.core.models import Event, Job, MessageState, OutgoingMessage, WorkState
from grants.core.tasks import run_job, send_message, sweep_jobs, sweep_messages
from grants.core.time import now
from grants.exports import jobs as exports
from tests.builders import base, calls, evaluation, projects
from tests.faults.figures import Figures
from tests.faults.servers import running, worker
from tests.faults.world import invariants_hold, sent_mails

DONE_SECONDS = 180


def run(workers: int = 3, exported: int = 6) -> Figures:
    """A whole case with its mails and renderings, workbooks, and calls that open and close, each told again and again."""
    figures = Figures()
    projects.paid_payment(projects.running_project())
    evaluation.dispatched_decision()
    readers = [base.reader() for _ in range(exported)]
    for reader in readers:
        exports.ask(by=reader, call=None)
    opening = calls.published_call(opens_at=now())
    closing = calls.open_call(closes_at=now() + dt.timedelta(seconds=3))
    time.sleep(3.5)
    deliveries = every_task(random.Random(7))
    figures["tasks"], figures["deliveries"] = len({str(d) for d in deliveries}), len(deliveries)
    with running(*(worker(f"worker{number}", concurrency=2) for number in range(workers))):
        for task, arguments in deliveries:
            task.apply_async(args=arguments)
        end = time.monotonic() + DONE_SECONDS
        while (left := unfinished()) and time.monotonic() < end:
            time.sleep(0.5)
        time.sleep(5)  # the last doubles
    figures.must_equal("not done", left, 0)
    figures.must_equal("jobs run more than once", Job.objects.exclude(attempts=1).count(), 0)
    mails = sent_mails()
    figures["mails"] = OutgoingMessage.objects.count()
    figures.must_equal("mails that went other than once", sum(n != 1 for n in mails.values()), 0)
    figures.must(len(mails) == OutgoingMessage.objects.count(), f"{len(mails)} mails went")
    folders = [Path(settings.MEDIA_ROOT) / f"jobs/{job.pk}" for job in Job.objects.filter(kind=exports.KIND)]
    figures.must_equal("workbooks", sum(len(list(folder.iterdir())) for folder in folders), exported)
    for call, name in ((opening, "open"), (closing, "close")):
        told = Event.objects.filter(object_id=str(call.pk), name=name).count()
        figures.must(told == 1, f"a call has {told} events {name}")
    figures.must(Call.objects.get(pk=closing.pk).state == "closed", "the call is not closed")
    figures["decisions"] = Decision.objects.count()
    invariants_hold(figures)
    return figures


def every_task(chance: random.Random) -> list:
    """Each task of the service with its arguments, 2 to 5 times, shuffled."""
    once = [(run_job, [str(pk)]) for pk in Job.objects.values_list("pk", flat=True)]
    once += [(send_message, [str(pk)]) for pk in OutgoingMessage.objects.values_list("pk", flat=True)]
    once += [(sweep_jobs, []), (sweep_messages, []), (run_clock, [])]
    told = [one for one in once for _ in range(chance.randint(2, 5))]
    chance.shuffle(told)
    return told


def unfinished() -> int:
    jobs = Job.objects.exclude(state=WorkState.DONE).count()
    calls_due = Call.objects.filter(state="open", closes_at__lte=now()).count()
    return jobs + calls_due + OutgoingMessage.objects.exclude(state=MessageState.SENT).count()
