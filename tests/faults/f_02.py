"""F-2: kill -9 of web workers while 8 people send in: nothing acknowledged is lost, nothing is half-written."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from applications.models import Application
from evaluation.models import Review
from grants.core.models import Event, Job, OutgoingMessage
from grants.documents.enums import DocumentKind
from grants.documents.models import Case, Document
from tests.faults.figures import Figures
from tests.faults.people import LOST, Submitter, submitters
from tests.faults.servers import Web, web
from tests.faults.world import invariants_hold

SUBMITTERS = 8
TRY_SECONDS = 60


def run(kills: int = 25, drafts: int = 120) -> Figures:
    """Workers are killed at random moments until everything is sent or ``kills`` is reached; who got no answer presses again."""
    figures = Figures()
    with web(workers=2, threads=4) as server:
        found = submitters(server.port, drafts)
        reaper = Reaper(server, kills)
        reaper.start()
        with ThreadPoolExecutor(SUBMITTERS) as pool:
            pressed = list(pool.map(press_until_answered, found))
        reaper.stop.set()
        reaper.join()
        time.sleep(1)
        again = [submitter.press()[:2] for submitter in found]
    figures.must_equal("kills", reaper.done, kills)
    figures["requests"] = sum(tries for tries, _ in pressed)
    figures["unanswered and pressed again"] = sum(tries - 1 for tries, _ in pressed)
    figures.must_equal("answered with an error", sum(status >= 400 for _, (status, _) in pressed), 0)
    acknowledged = {s.pk for s, (_, answer) in zip(found, pressed, strict=True) if answer == (302, s.receipt)}
    figures.must_equal("acknowledged", len(acknowledged), drafts)
    stored = set(Application.objects.filter(state="submitted").values_list("pk", flat=True))
    figures["stored"] = len(stored)
    figures.must_equal("acknowledged but lost", len(acknowledged - stored), 0)
    figures.must_equal("mixed", sum(not is_whole(submitter, submitter.pk in stored) for submitter in found), 0)
    figures.must_equal(
        "another receipt on retry", sum(a != (302, s.receipt) for s, a in zip(found, again, strict=True)), 0
    )
    invariants_hold(figures)
    return figures


class Reaper(threading.Thread):
    """Kills one worker of the web server at random moments, as long as there is somebody to disturb."""

    def __init__(self, server: Web, kills: int):
        super().__init__(daemon=True)
        self.server, self.kills, self.done, self.stop = server, kills, 0, threading.Event()
        self.chance = random.Random(2)

    def run(self) -> None:
        while self.done < self.kills and not self.stop.wait(self.chance.uniform(0.1, 0.5)):
            workers = self.server.children()
            if workers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.chance.choice(workers), signal.SIGKILL)
                    self.done += 1


def press_until_answered(submitter: Submitter) -> tuple[int, tuple[int, str]]:
    """(how many presses it took, the answer): a press that the server died under is made again."""
    tries, deadline = 0, time.monotonic() + TRY_SECONDS
    while True:
        tries += 1
        try:
            status, where, _ = submitter.press()
        except LOST:
            if time.monotonic() > deadline:
                return tries, (599, "never answered")
            time.sleep(0.05)
        else:
            return tries, (status, where)


def is_whole(submitter: Submitter, is_stored: bool) -> bool:
    """Everything of a submission is there exactly once, or nothing of it."""
    documents = Document.objects.filter(case=submitter.pk)
    kinds = sorted(documents.values_list("kind", flat=True))
    held = (
        Case.objects.filter(pk=submitter.pk).count(),
        kinds,
        Event.objects.filter(object_id=str(submitter.pk), name="submit").count(),
        Review.objects.filter(application=submitter.pk).count(),
        bool(OutgoingMessage.objects.filter(stream=submitter.pk, template="applications/receipt").exists()),
        Job.objects.filter(params__document__in=[str(pk) for pk in documents.values_list("pk", flat=True)]).count(),
    )
    whole = (1, sorted([DocumentKind.APPLICATION.value, DocumentKind.RECEIPT.value]), 1, 1, True, 2)
    return held == (whole if is_stored else (0, [], 0, 0, False, 0))
