"""Jobs that survive: the row decides, the broker only hints (mechanism 5)."""

import datetime as dt

import pytest
import time_machine

from grants.core import jobs
from grants.core.models import Job, WorkState
from grants.core.time import now
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
ran: list = []


@jobs.job_kind("test_counts", "Prov")
def counts(job, progress):
    ran.append(job.pk)
    for done in range(1, 4):
        progress(done, 3)
    job.result = {"rows": 3}


@jobs.job_kind("test_fails", "Prov som går fel")
def fails(job, progress):
    raise RuntimeError("skrivaren är slut")


@pytest.fixture(autouse=True)
def nothing_ran():
    ran.clear()


def test_a_job_runs_once_and_its_row_tells_the_outcome():
    job = jobs.enqueue("test_counts", {})

    assert jobs.run(job.pk).state == WorkState.DONE
    assert jobs.run(job.pk) is None
    done = fresh(job)
    assert (done.result, done.done_count, done.total_count, done.attempts) == ({"rows": 3}, 3, 3, 1)
    assert ran == [job.pk]


def test_an_unknown_kind_is_refused_before_a_row_is_written():
    with pytest.raises(KeyError):
        jobs.enqueue("finns inte", {})

    assert Job.objects.count() == 0


def test_a_failing_job_is_tried_three_times_and_then_says_so():
    job = jobs.enqueue("test_fails", {})

    states = [jobs.run(job.pk).state for _ in range(3)]

    assert states == [WorkState.QUEUED, WorkState.QUEUED, WorkState.FAILED]
    assert fresh(job).error == "RuntimeError: skrivaren är slut"
    assert jobs.run(job.pk) is None


def test_a_running_job_is_nobody_elses_until_its_lease_runs_out():
    job = jobs.enqueue("test_counts", {})
    assert jobs.claim(job.pk).attempts == 1

    assert jobs.claim(job.pk) is None
    with time_machine.travel(now() + jobs.LEASE + dt.timedelta(seconds=1)):
        assert jobs.claim(job.pk).attempts == 2


def test_a_worker_whose_lease_went_to_another_stops_and_writes_nothing():
    job = jobs.enqueue("test_counts", {})
    mine = jobs.claim(job.pk)
    lease = jobs.Lease(mine)
    with time_machine.travel(now() + jobs.LEASE + dt.timedelta(seconds=1)):
        jobs.claim(job.pk)

        with pytest.raises(jobs.LeaseLost):
            lease.progress(1, 1)

    assert fresh(job).done_count == 0


def test_a_job_whose_workers_died_three_times_is_failed_and_says_what_to_do():
    job = jobs.enqueue("test_counts", {})
    at = now()
    for turn in range(3):
        with time_machine.travel(at + turn * (jobs.LEASE + dt.timedelta(seconds=1))):
            assert jobs.claim(job.pk) is not None

    with time_machine.travel(at + 4 * jobs.LEASE):
        assert jobs.claim(job.pk) is None

    assert fresh(job).state == WorkState.FAILED
    assert "Starta det igen" in fresh(job).error


def test_the_sweep_finds_waiting_and_abandoned_jobs_only():
    jobs.enqueue("test_counts", {})
    done = jobs.enqueue("test_counts", {})
    jobs.run(done.pk)
    running = jobs.enqueue("test_counts", {})
    jobs.claim(running.pk)

    assert jobs.sweep() == 1
    with time_machine.travel(now() + jobs.LEASE + dt.timedelta(seconds=1)):
        assert jobs.sweep() == 2


@pytest.mark.django_db(transaction=True)
def test_nothing_is_queued_by_work_that_is_rolled_back():
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue("test_counts", {})
        raise RuntimeError

    assert Job.objects.count() == 0
