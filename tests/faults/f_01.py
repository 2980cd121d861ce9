"""F-1: kill -9 of the worker's process group while it exports; started again, every export is finished, once."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from openpyxl import load_workbook

from benchmarks import data
from evaluation.models import Decision
from grants.core.models import Job, WorkState
from grants.exports import jobs as exports
from tests.builders import base
from tests.faults.figures import Figures
from tests.faults.servers import Program, running, worker

TOGETHER = 4
DONE_SECONDS = 60
SEEDED = 20


def run(rounds: int = 2, decisions: int = 3000) -> Figures:
    """Each round: four exports run in a worker each, each worker is killed at its own random moment, then one is started."""
    figures = Figures()
    base.authority()
    data.seed(SEEDED, "decided")
    data.multiply(max(1, decisions // max(1, Decision.objects.of_applications().in_force().count())))
    rows = Decision.objects.of_applications().in_force().count()
    figures["decisions"] = rows
    chance, killed, slowest, backwards = random.Random(1), 0, 0.0, 0
    reader = base.reader
    clean = seconds_of(one_export(reader()))
    figures["s of an export undisturbed"] = round(clean, 1)
    made: list[Job] = []
    for _ in range(rounds):
        jobs = [exports.ask(by=reader(), call=None) for _ in range(TOGETHER)]
        made += jobs
        watch = Watch(jobs)
        killed += kill_each(watch, jobs, chance, clean * TOGETHER / 2)
        with running(worker("after", beat=True)):
            slowest = max(slowest, watch.until_done(3 * DONE_SECONDS))
        backwards += watch.backwards
    figures["kills while it ran"] = killed
    figures.must(killed > 0, "no worker was killed while it exported")
    done = list(Job.objects.filter(pk__in=[job.pk for job in made]))
    figures.must_equal("finished", sum(job.state == WorkState.DONE for job in done), len(made))
    figures.must_not_exceed("s from start to the last finished", slowest, DONE_SECONDS + clean * TOGETHER)
    figures.must_not_exceed("most tries", max(job.attempts for job in done), Job.MAX_ATTEMPTS)
    figures.must_equal("files that are not whole or not one", sum(not is_one_whole_file(job, rows) for job in done), 0)
    figures.must_equal("progress gone backwards", backwards, 0)
    return figures


def one_export(by: Any) -> Job:
    return exports.ask(by=by, call=None)


def seconds_of(job: Job) -> float:
    """How long one export takes in a worker that nobody disturbs."""
    with running(worker("clean", beat=True)):
        wait_for(lambda: Job.objects.get(pk=job.pk).state == WorkState.DONE, 120)
    job = Job.objects.get(pk=job.pk)
    assert job.started_at and job.finished_at
    return (job.finished_at - job.started_at).total_seconds()


def wait_for(holds: Any, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def kill_each(watch: Watch, jobs: list[Job], chance: random.Random, longest: float) -> int:
    """Start a worker for each job, and kill each at a random moment of its export. Returns how many died at work."""
    workers: list[Program] = [worker(f"victim{number}") for number in range(len(jobs))]
    died = 0
    with running(*workers):
        wait_for(lambda: Job.objects.filter(pk__in=[j.pk for j in jobs], state=WorkState.RUNNING).count() > 0, 60)
        moments = sorted((chance.uniform(0, longest), number) for number in range(len(jobs)))
        start = time.monotonic()
        for moment, number in moments:
            while time.monotonic() < start + moment:
                watch.look()
                time.sleep(0.05)
            before = Job.objects.filter(state=WorkState.RUNNING).count()
            workers[number].kill()
            died += before > 0
    return died


class Watch:
    """What the person who waits sees: the state and the progress of each job, and whether a file is there too early."""

    def __init__(self, jobs: list[Job]):
        self.ids = [job.pk for job in jobs]
        self.reached: dict[Any, int] = {}
        self.backwards = 0

    def look(self) -> int:
        """Read every row once; how many are not done."""
        left = 0
        for job in Job.objects.filter(pk__in=self.ids):
            left += not job.is_finished
            self.backwards += job.done_count < self.reached.get(job.pk, 0)
            self.backwards += bool(job.file) and job.state != WorkState.DONE
            self.reached[job.pk] = max(job.done_count, self.reached.get(job.pk, 0))
        return left

    def until_done(self, seconds: float) -> float:
        """Wait until all are finished; how long it took."""
        start = time.monotonic()
        while self.look() and time.monotonic() < start + seconds:
            time.sleep(0.2)
        return time.monotonic() - start


def is_one_whole_file(job: Job, rows: int) -> bool:
    """One file in the job's folder, which opens and holds every decision."""
    folder = Path(settings.MEDIA_ROOT) / f"jobs/{job.pk}"
    files = [path for path in folder.rglob("*") if path.is_file()]
    if len(files) != 1 or files[0] != Path(settings.MEDIA_ROOT) / job.file:
        return False
    sheet = load_workbook(files[0], read_only=True).worksheets[0]
    return job.result["rows"] == rows and sum(1 for _ in sheet.iter_rows()) > rows
