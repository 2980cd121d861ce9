"""Jobs that survive (mechanism 5). The row is the truth; Celery only hints that there is one.

A kind of job is a function registered with ``@job_kind``: ``run(job, progress) -> None``. ``progress(done, total)`` renews the
lease and stops a worker whose lease went to another.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from grants.core import files
from grants.core.models import Job, WorkState
from grants.core.people import SYSTEM
from grants.core.time import now

log = logging.getLogger(__name__)
LEASE = dt.timedelta(seconds=30)
HEARTBEAT_SECONDS = 10.0

Progress = Callable[[int, int], None]


class LeaseLost(Exception):
    """Another worker took the job over."""


@dataclass(frozen=True)
class Kind:
    name: str
    label: str
    run: Callable[[Job, Progress], None]


KINDS: dict[str, Kind] = {}


def job_kind(name: str, label: str) -> Callable:
    """Register what runs a job of this kind."""

    def decorate(run: Callable[[Job, Progress], None]) -> Callable[[Job, Progress], None]:
        KINDS[name] = Kind(name, label, run)
        return run

    return decorate


def enqueue(kind: str, params: dict[str, Any], *, by: Any = SYSTEM) -> Job:
    """Write the job in the caller's transaction; the worker is told after commit."""
    if kind not in KINDS:
        raise KeyError(kind)
    job = Job.objects.create(kind=kind, params=params, asked_by=None if by is SYSTEM else by)
    transaction.on_commit(lambda: hint(job.pk))
    return job


def hint(job_id: Any) -> None:
    """Tell the broker. A broker that does not answer is no failure: the sweep finds the row."""
    from grants.core.tasks import run_job, send_hint

    send_hint(run_job, str(job_id))


def waiting(at: dt.datetime) -> Q:
    """Jobs that somebody should take: queued, or running with a lease that ran out."""
    return Q(state=WorkState.QUEUED) | Q(state=WorkState.RUNNING, lease_until__lt=at)


def claim(job_id: Any) -> Job | None:
    """Take the job by a conditional UPDATE; None when it is done, taken or out of tries."""
    at = now()
    tired = Job.objects.filter(waiting(at), pk=job_id, attempts__gte=Job.MAX_ATTEMPTS)
    if tired.update(
        state=WorkState.FAILED,
        finished_at=at,
        error="Arbetet avbröts tre gånger. Starta det igen eller kontakta förvaltningen.",
    ):
        log.error("job %s failed after %s tries", job_id, Job.MAX_ATTEMPTS)
        return None
    free = Job.objects.filter(waiting(at), pk=job_id)
    if not free.update(state=WorkState.RUNNING, attempts=F("attempts") + 1, lease_until=at + LEASE, started_at=at):
        return None
    return Job.objects.get(pk=job_id)


class Lease:
    """The hold on a claimed job: renewed by a heartbeat of its own and by progress, lost when another worker took over."""

    def __init__(self, job: Job):
        self.mine = Job.objects.filter(pk=job.pk, state=WorkState.RUNNING, attempts=job.attempts)
        self.lost = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._last = now() - LEASE

    def __enter__(self) -> Lease:
        if not connection.in_atomic_block:  # inside a test's transaction another connection would not see the row
            self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(HEARTBEAT_SECONDS):
                if not self.mine.update(lease_until=now() + LEASE):
                    self.lost.set()
                    return
        finally:
            connection.close()

    def progress(self, done: int, total: int) -> None:
        """Show how far it is; at most once a second reaches the database."""
        if self.lost.is_set():
            raise LeaseLost
        at = now()
        if done < total and at - self._last < dt.timedelta(seconds=1):
            return
        self._last = at
        if not self.mine.update(done_count=done, total_count=total, lease_until=at + LEASE):
            raise LeaseLost


def run(job_id: Any) -> Job | None:
    """Claim and run one job; the outcome stands in its row. Returns the job, or None when there was nothing to take."""
    job = claim(job_id)
    if job is None:
        return None
    with Lease(job) as lease:
        try:
            KINDS[job.kind].run(job, lease.progress)
        except LeaseLost:
            log.warning("job %s went to another worker", job.pk)
            return None
        except Exception as fault:
            log.exception("job %s failed", job.pk)
            again = job.attempts < Job.MAX_ATTEMPTS
            lease.mine.update(
                state=WorkState.QUEUED if again else WorkState.FAILED,
                error=f"{type(fault).__name__}: {fault}"[:2000],
                finished_at=None if again else now(),
            )
        else:
            lease.mine.update(
                state=WorkState.DONE,
                result=job.result,
                file=job.file,
                file_name=job.file_name,
                done_count=F("total_count"),
                error="",
                finished_at=now(),
                lease_until=None,
            )
    job.refresh_from_db()
    return job


def keep_file(job: Job, temp: Path, suffix: str, file_name: str) -> None:
    """Put the finished file in its place; the row names it only when the job is done, so no half file is ever seen."""
    name = f"jobs/{job.pk}/{job.attempts}{suffix}"
    files.keep(temp, name)
    job.file, job.file_name = name, file_name


def sweep() -> int:
    """Take up every waiting job that no worker was told of, or whose worker died. Returns how many were hinted."""
    ids = list(Job.objects.filter(waiting(now())).order_by("created_at").values_list("pk", flat=True)[:100])
    for job_id in ids:
        hint(job_id)
    return len(ids)
