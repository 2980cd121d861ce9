"""The virus scanner: nothing is served before it is clean, and what cannot be told stays closed (TRUST T7)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from grants.core import jobs
from grants.core.models import Job
from grants.core.time import now
from grants.documents import scanning
from grants.documents.attachments import accept, serve
from grants.documents.enums import Scan
from grants.documents.models import Attachment
from tests.builders.base import fresh, person
from tests.documents.clamd import EICAR, clamd

pytestmark = pytest.mark.django_db
NOBODY = "127.0.0.1:1"


def taken_in(content=b"%PDF-1.7 plan", name="plan.pdf"):
    return accept(SimpleUploadedFile(name, content), by=person())


def is_served(attachment):
    try:
        serve(attachment).file_to_stream.close()
    except PermissionDenied:
        return False
    return True


def run_jobs():
    for job in Job.objects.filter(kind=scanning.KIND):
        jobs.run(job.pk)


@pytest.mark.parametrize(("content", "found"), [(b"%PDF-1.7 plan", Scan.CLEAN), (b"%PDF-1.7 " + EICAR, Scan.INFECTED)])
def test_a_file_waits_until_the_job_has_asked_and_is_served_only_when_it_is_clean(settings, content, found):
    with clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        held = taken_in(content)
        assert (held.scan, is_served(held)) == (Scan.PENDING, False)

        run_jobs()

    held = fresh(held)
    assert (held.scan, is_served(held)) == (found, found == Scan.CLEAN)
    assert scanner.asked == 1


def test_a_file_in_several_chunks_is_sent_whole(settings):
    with clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        held = taken_in(b"%PDF-1.7 " + b"0" * (3 * scanning.CHUNK - len(EICAR) // 2) + EICAR)
        run_jobs()

    assert fresh(held).scan == Scan.INFECTED


def test_those_who_hold_the_file_are_told_once_and_only_of_stopped_ones(settings, monkeypatch):
    told = []
    monkeypatch.setattr(scanning, "_listeners", [told.append])
    with clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        stopped, clean = taken_in(b"%PDF-1.7 " + EICAR), taken_in()
        run_jobs()
        run_jobs()
        scanning.check([Attachment.objects.get(pk=stopped.pk)])

    assert told == [stopped]
    assert fresh(clean).scan == Scan.CLEAN


def test_a_verdict_is_never_changed_by_a_later_one(settings):
    with clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        held = taken_in(b"%PDF-1.7 " + EICAR)
        run_jobs()

    assert scanning.keep(held, Scan.CLEAN) == 0
    assert fresh(held).scan == Scan.INFECTED


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"\0",
        b"stream: \0",
        b"UNKNOWN COMMAND\0",
        b"stream: OK and more\0",
        b"FOUND\0",
        b"\xff" * 5000,
        b"stream: ERROR\0",
    ],
)
def test_an_answer_that_says_neither_leaves_the_file_closed(settings, says):
    with clamd(says=says) as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        held = taken_in()
        run_jobs()

    assert (fresh(held).scan, is_served(fresh(held))) == (Scan.PENDING, False)


def test_a_file_larger_than_the_scanner_takes_stays_closed_and_keeps_no_other_waiting(settings):
    with clamd(most=1000) as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        large, small = taken_in(b"%PDF-1.7 " + b"0" * 500_000), taken_in()
        Attachment.objects.update(uploaded_at=now() - dt.timedelta(minutes=5))

        assert scanning.sweep() == 1

    assert (fresh(large).scan, fresh(small).scan) == (Scan.PENDING, Scan.CLEAN)


@pytest.mark.parametrize("address", [NOBODY, "unix:/finns/inte.sock", "/finns/inte.sock", "utan-port", "127.0.0.1:x"])
def test_a_scanner_that_is_gone_keeps_files_closed_until_it_is_back(settings, address):
    settings.CLAMD_ADDRESS = address
    held = taken_in()
    run_jobs()
    Attachment.objects.update(uploaded_at=now() - dt.timedelta(minutes=5))
    assert scanning.sweep() == 0
    assert (fresh(held).scan, is_served(fresh(held))) == (Scan.PENDING, False)

    with clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        assert scanning.sweep() == 1

    assert is_served(fresh(held))
    assert [job.state for job in Job.objects.filter(kind=scanning.KIND)] == ["done"]


def test_the_periodic_task_leaves_a_new_file_to_its_job(settings):
    with clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        taken_in()
        assert scanning.sweep() == 0
        assert scanner.asked == 0


@pytest.mark.parametrize(
    ("demo", "unscanned", "state", "served"),
    [
        (True, False, Scan.SKIPPED, True),
        (False, False, Scan.PENDING, False),
        (False, True, Scan.SKIPPED, True),
    ],
)
def test_without_a_scanner_files_stay_closed_unless_the_operator_says_otherwise(
    settings, demo, unscanned, state, served
):
    settings.DEMO, settings.ATTACHMENTS_UNSCANNED, settings.CLAMD_ADDRESS = demo, unscanned, ""

    held = taken_in()

    assert (held.scan, is_served(held), Job.objects.count()) == (state, served, 0)


def test_the_operators_word_does_not_open_what_a_scanner_has_not_seen(settings):
    settings.ATTACHMENTS_UNSCANNED, settings.CLAMD_ADDRESS = True, NOBODY

    held = taken_in()

    assert (held.scan, is_served(held)) == (Scan.PENDING, False)
