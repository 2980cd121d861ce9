"""SQLite's writers take turns: the threads of a process one after the other, and nobody keeps a turn that is over."""

import itertools
import sqlite3
import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from grants.core.sqlite import base
from grants.strategy.models import Region
from tests.builders import base as builders

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def reference():
    builders.reference_data()


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
    assert not base._turn.locked()


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
    assert not base._turn.locked()


def test_another_process_that_writes_is_waited_for_until_the_timeout(monkeypatch):
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)

    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        raise AssertionError("The other process has the turn.")
    assert not base._turn.locked()

    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 20)
    threading.Timer(0.1, other.rollback).start()
    with transaction.atomic():
        assert Region.objects.filter(county_code="24").update(note="Efter") == 1
    other.close()


@pytest.mark.parametrize("how", ["commit", "rollback", "fault", "close"])
def test_the_turn_ends_with_the_transaction_however_it_ends(how):
    if how == "close":
        with transaction.atomic():
            assert base._turn.locked()
            connection.close()
    elif how == "fault":
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert base._turn.locked()
            1 / 0
    else:
        with transaction.atomic():
            assert base._turn.locked()
            transaction.set_rollback(how == "rollback")

    assert not base._turn.locked()
    with transaction.atomic():
        pass


def test_other_statements_wait_in_sqlite_as_the_settings_say():
    with transaction.atomic():
        Region.objects.filter(county_code="24").update(note="Län")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (20_000,)
