"""SQLite's writers take turns: the threads of a process one after the other, and nobody keeps a turn that is over."""

import itertools
import os
import sqlite3
import threading
import time
import uuid

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.sqlite3 import base as sqlite

from grants.core.models import Event
from grants.core.sqlite import base
from grants.core.time import now
from grants.strategy.models import Region
from tests.builders import base as builders

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def reference():
    builders.reference_data()


def is_taken():
    return base.turns[str(connection.settings_dict["NAME"])].locked()


def in_threads(number, work):
    """Run ``work(index)`` in so many threads at once; what they returned or raised, in order."""
    told = [None] * number

    def run(index):
        try:
            told[index] = work(index)
        except Exception as fault:
            told[index] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_the_threads_of_a_process_write_one_after_the_other():
    spans = []

    def write(index):
        with transaction.atomic():
            began = time.monotonic()
            Region.objects.filter(county_code="24").update(note=f"Län {index}")
            time.sleep(0.02)
            spans.append((began, time.monotonic()))

    assert in_threads(8, write) == [None] * 8

    spans.sort()
    assert all(end <= began for (_, end), (began, _) in itertools.pairwise(spans))
    assert not is_taken()


def test_who_waits_longer_than_the_timeout_is_told_that_the_database_is_locked(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)
    began = time.monotonic()

    def wait(index):
        with transaction.atomic():
            raise AssertionError("There is no turn to be had.")

    with transaction.atomic():
        told = in_threads(2, wait)

    assert [(type(fault), str(fault)) for fault in told] == [(OperationalError, "database is locked")] * 2
    assert 0.2 <= time.monotonic() - began < 5
    assert not is_taken()


def test_another_process_that_writes_is_waited_for_until_the_timeout(monkeypatch):
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)

    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        raise AssertionError("The other process has the turn.")
    assert not is_taken()

    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 20)
    threading.Timer(0.1, other.rollback).start()
    with transaction.atomic():
        assert Region.objects.filter(county_code="24").update(note="Efter") == 1
    other.close()


@pytest.mark.parametrize("how", ["commit", "rollback", "fault", "close"])
def test_the_turn_ends_with_the_transaction_however_it_ends(how):
    if how == "close":
        with transaction.atomic():
            assert is_taken()
            connection.close()
    elif how == "fault":
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert is_taken()
            1 / 0
    else:
        with transaction.atomic():
            assert is_taken()
            transaction.set_rollback(how == "rollback")

    assert not is_taken()
    with transaction.atomic():
        pass


def test_other_statements_wait_in_sqlite_as_the_settings_say():
    with transaction.atomic():
        Region.objects.filter(county_code="24").update(note="Län")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (20_000,)


def test_a_statement_outside_a_transaction_waits_for_its_turn_too():
    order = []

    def write(index):
        if index == 0:
            with transaction.atomic():
                order.append("begun")
                time.sleep(0.2)
                order.append("done")
        else:
            while not order:
                time.sleep(0.001)
            Region.objects.filter(county_code="24").update(note="Efter")
            order.append("alone")

    assert in_threads(2, write) == [None, None]

    assert order == ["begun", "done", "alone"]
    assert Region.objects.get(county_code="24").note == "Efter"
    assert not is_taken() and not connection.in_atomic_block


def test_a_row_that_is_added_outside_a_transaction_gets_its_number():
    first, second = (Event.objects.create(stream=uuid.uuid4(), seq=1, at=now(), name="x", label="x") for _ in range(2))

    assert second.pk > first.pk > 0
    assert not is_taken() and not connection.in_atomic_block


def test_a_statement_alone_that_fails_leaves_no_turn_and_no_row():
    with pytest.raises(IntegrityError):
        Region.objects.create(county_code="24")

    assert not is_taken() and not connection.in_atomic_block
    assert Region.objects.filter(county_code="24").count() == 1


@pytest.mark.parametrize("where", ["_begin", "sleep", "pragma", "after"])
def test_no_turn_is_left_when_beginning_is_broken_off(monkeypatch, where):
    """As a signal's handler does that raises in the middle of it."""
    if where == "sleep":
        base.turns[str(connection.settings_dict["NAME"])].acquire()
        threading.Timer(0.05, base.turns[str(connection.settings_dict["NAME"])].release).start()
    begin, wait, calls = connection._begin, connection._wait_in_sqlite, []

    def stop(*args):
        raise KeyboardInterrupt

    def begin_and_stop(until):
        begin(until)
        raise KeyboardInterrupt

    def wait_and_stop(seconds):
        calls.append(seconds)
        if len(calls) == 1:
            raise KeyboardInterrupt
        wait(seconds)

    places = {
        "_begin": (connection, "_begin", stop),
        "after": (connection, "_begin", begin_and_stop),
        "pragma": (connection, "_wait_in_sqlite", wait_and_stop),
        "sleep": (base.time, "sleep", stop),
    }
    with monkeypatch.context() as patched:
        patched.setattr(*places[where])
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            raise AssertionError("It never began.")

    assert not is_taken()
    assert not connection.connection.in_transaction
    with transaction.atomic():
        assert Region.objects.filter(county_code="24").update(note="Ja") == 1


def test_a_commit_that_is_broken_off_leaves_no_turn(monkeypatch):
    def stop(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sqlite.DatabaseWrapper, "_commit", stop)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            Region.objects.filter(county_code="24").update(note="Nej")

    assert not is_taken()
    with transaction.atomic():
        assert Region.objects.filter(county_code="24").update(note="Ja") == 1


def test_a_forked_process_has_its_own_turn():
    with transaction.atomic():
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.write(write, b"taken" if is_taken() else b"free")
            os._exit(0)
        os.waitpid(pid, 0)
        assert os.read(read, 10) == b"free"
        assert is_taken()
    os.close(read)
    os.close(write)
