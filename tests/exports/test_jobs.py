"""The export as a job: rights when it runs and when it is fetched, a killed worker, one result."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import uuid

import pytest
from django.conf import settings
from django.db import connection

from grants.accounts.models import AuthorityRole
from grants.core import files
from grants.core import jobs as core_jobs
from grants.core.exceptions import Blocked
from grants.core.models import Job, WorkState
from grants.core.time import now, today
from grants.documents.actions import declare_conflict
from grants.exports import decisions, jobs
from tests.builders import base, evaluation
from tests.exports import worlds

WORKER = """
import sys, time
import django
from django.conf import settings
django.setup()
settings.MEDIA_ROOT = sys.argv[1]
from grants.core import jobs as core_jobs
from grants.exports import decisions
decisions.CHUNK = 1
read, stop_at, seen = decisions.for_export, int(sys.argv[3]), 0
def slowly(chosen):
    global seen
    if seen == stop_at:
        print("here", flush=True)
        time.sleep(120)
    seen += 1
    return read(chosen)
decisions.for_export = slowly
core_jobs.run(sys.argv[2])
"""


def asked_by(user, call=None):
    return jobs.ask(by=user, call=call)


def finished(user, call=None):
    job = core_jobs.run(asked_by(user, call).pk)
    assert job is not None and job.state == WorkState.DONE, job and job.error
    return job


@pytest.mark.django_db
def test_the_worker_makes_the_file_of_what_the_asker_sees():
    decision = evaluation.dispatched_decision()
    asker = base.handler()

    job = finished(asker, decision.application.call)

    path = files.path_of(job.file)
    assert [row["Dnr"] for row in worlds.rows(path)] == [decision.case.register_number]
    assert job.file_name == f"beslut-{decision.application.call.code}-{today().isoformat()}.xlsx"
    assert (job.result["rows"], job.result["amount_sek"]) == (1, decision.amount_sek)
    assert (job.done_count, job.total_count) == (1, 1)
    assert worlds.about(path)["Uttaget av"] == f"{asker.name}, {asker.email}"


@pytest.mark.django_db
def test_rights_are_read_when_the_job_runs_not_when_it_was_asked_for():
    decision = evaluation.dispatched_decision()
    asker = base.reader()
    job = asked_by(asker)

    declare_conflict(decision.case, by=asker, reason="Min syster leder projektet.")
    done = core_jobs.run(job.pk)

    assert (done.state, done.result["rows"]) == (WorkState.DONE, 0)
    assert worlds.rows(files.path_of(done.file)) == []


@pytest.mark.django_db
def test_a_person_who_has_lost_the_role_gets_no_file():
    evaluation.dispatched_decision()
    asker = base.reader()
    job = asked_by(asker)

    AuthorityRole.objects.filter(user=asker).update(ended_on=today())
    for _ in range(Job.MAX_ATTEMPTS):
        core_jobs.run(job.pk)

    failed = base.fresh(job)
    assert (failed.state, failed.file) == (WorkState.FAILED, "")
    assert "inte längre någon roll" in failed.error


@pytest.mark.django_db
def test_a_finished_file_is_theirs_only_while_they_may_see_what_it_holds():
    decision = evaluation.dispatched_decision()
    asker = base.reader()
    job = finished(asker)
    before = jobs.is_still_theirs(job, asker)

    declare_conflict(decision.case, by=asker, reason="Min syster leder projektet.")

    assert (before, jobs.is_still_theirs(job, base.fresh(asker))) == (True, False)


@pytest.mark.django_db
def test_a_later_decision_does_not_shut_the_file():
    decision = evaluation.dispatched_decision()
    asker = base.reader()
    job = finished(asker)

    evaluation.dispatched_decision(call=decision.application.call, applicant=base.region_organisation("01"))

    assert jobs.is_still_theirs(job, asker)


@pytest.mark.django_db
def test_a_second_press_of_the_same_button_gives_the_same_job():
    asker, token = base.reader(), uuid.uuid4()

    first = jobs.ask(by=asker, call=None, token=token)
    second = jobs.ask(by=asker, call=None, token=token)

    assert (first.pk, Job.objects.count()) == (second.pk, 1)


@pytest.mark.django_db
def test_a_fourth_waiting_export_is_refused_and_leaves_nothing():
    asker = base.reader()
    for _ in range(jobs.MOST_AT_ONCE):
        jobs.ask(by=asker, call=None)

    with pytest.raises(Blocked) as stop:
        jobs.ask(by=asker, call=None)

    assert stop.value.reasons == ["Du har redan 3 uttag som inte är klara. Vänta tills något av dem är klart."]
    assert Job.objects.count() == jobs.MOST_AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_progress_is_written_while_somebody_else_writes_between_the_chunks(monkeypatch):
    """An open cursor across chunks would make SQLite answer "database is locked" here."""
    call = evaluation.dispatched_decision().application.call
    evaluation.made_decision(call=call, applicant=base.region_organisation("01"))
    asker, read, names = base.reader(), decisions.for_export, iter("AB")

    def rename(name):
        try:
            type(call).objects.filter(pk=call.pk).update(title=name)
        finally:
            connection.close()

    def with_a_writer_beside(chosen):
        found = read(chosen)
        other = threading.Thread(target=rename, args=(next(names),))
        other.start()
        other.join()
        Job.objects.filter(asked_by=asker).update(lease_until=now() + core_jobs.LEASE)
        return found

    monkeypatch.setattr(decisions, "CHUNK", 1)
    monkeypatch.setattr(decisions, "for_export", with_a_writer_beside)

    job = finished(asker)

    assert job.result["rows"] == 2
    assert base.fresh(call).title == "B"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows_before_the_kill", [0, 1])
def test_a_killed_worker_leaves_no_file_and_the_next_one_finishes_with_one(rows_before_the_kill):
    """F-1 in small, with a real process and SIGKILL."""
    call = evaluation.dispatched_decision().application.call
    evaluation.made_decision(call=call, applicant=base.region_organisation("01"))
    job = asked_by(base.reader())

    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(settings.MEDIA_ROOT), str(job.pk), str(rows_before_the_kill)],
        env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "grants.settings.test"},
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert worker.stdout is not None
    try:
        assert worker.stdout.readline() == "here\n"
        claimed = base.fresh(job)
        left_alone = core_jobs.run(job.pk)  # the lease still holds
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stdout.close()

    place = files.path_of(f"jobs/{job.pk}")
    assert (claimed.state, claimed.attempts, left_alone) == (WorkState.RUNNING, 1, None)
    assert (base.fresh(job).file, list(place.glob("*.xlsx"))) == ("", [])

    Job.objects.filter(pk=job.pk).update(lease_until=now() - dt.timedelta(seconds=1))
    done = core_jobs.run(job.pk)

    assert (done.state, done.attempts, done.result["rows"]) == (WorkState.DONE, 2, 2)
    assert [path.name for path in place.iterdir()] == ["2.xlsx"]
    assert len(worlds.rows(files.path_of(done.file))) == 2


@pytest.mark.django_db
def test_progress_never_goes_backwards_when_another_worker_takes_over():
    evaluation.dispatched_decision()
    job = asked_by(base.reader())
    job.done_count, job.total_count = 1, 1
    told = []

    core_jobs.KINDS[jobs.KIND].run(job, lambda done, total: told.append((done, total)))

    assert told == [(1, 1)]


def database_url() -> str:
    """The database of the running test, for a process of its own."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    if held["HOST"].startswith("/"):  # the folder of a Unix socket
        return f"postgres://{held['USER']}@/{held['HOST']}/{held['NAME']}"
    return f"postgres://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT'] or 5432}/{held['NAME']}"
