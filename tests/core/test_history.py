"""History cannot be bent unseen: triggers refuse, and what goes around them is found."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from calls.models import Call
from grants.core import events, triggers
from grants.core.history import faults
from grants.core.invariants import triggers_in_place
from grants.core.models import Event, StreamHead
from tests.builders.base import authority, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    call = Call.objects.create(code="prov", title="Prov", authority=authority())
    by = person()
    return [events.record(call, "note", by=by, label="Noterade", reason=f"rad {n}") for n in range(5)]


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE core_event SET reason = 'annat'", "DELETE FROM core_event", "UPDATE core_event SET seq = seq + 10"],
)
def test_the_database_refuses_to_change_or_remove_events(chain, statement):
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(statement)

    assert Event.objects.count() == 5


@pytest.mark.postgres_only
def test_postgresql_refuses_truncate_too(chain):
    """SQLite has no TRUNCATE."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError), transaction.atomic():
        sql("TRUNCATE core_event")

    assert Event.objects.count() == 5


def test_every_declared_trigger_is_installed():
    wanted = triggers.wanted(connection)

    assert wanted <= triggers.installed(connection)
    assert {"core_event_keep_update", "documents_case_keep_delete", "calls_question_keep_insert"} <= wanted


TAMPERING = {
    "a changed text": "UPDATE core_event SET reason = 'annat' WHERE seq = 3",
    "a changed time": "UPDATE core_event SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 2",
    "a removed event": "DELETE FROM core_event WHERE seq = 3",
    "a cut tail": "DELETE FROM core_event WHERE seq = 5",
    "a removed beginning": "DELETE FROM core_event WHERE seq = 1",
    "a changed link": "UPDATE core_event SET previous_hash = 'x' WHERE seq = 4",
    "the whole chain gone": "DELETE FROM core_event",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
def test_tampering_around_the_triggers_is_found(chain, statement):
    assert list(faults()) == []

    with triggers.suspended(connection):
        sql(statement)

    assert list(faults()) != []
    with pytest.raises(CommandError):
        call_command("verify_history", verbosity=0)


def test_an_inserted_event_is_found(chain):
    last = chain[-1]
    forged = Event(
        stream=last.stream, seq=6, object_type=last.object_type, object_id=last.object_id, name="note", label="Smög in",
        at=last.at, previous_hash=last.hash,
    )  # fmt: skip
    forged.hash = forged.compute_hash()
    forged.save(force_insert=True)

    assert [fault.what for fault in faults()] == ["the chain does not end where its head says"]


def test_a_lost_head_is_found(chain):
    StreamHead.objects.all().delete()

    assert [fault.what for fault in faults()] == ["has no head"]


@pytest.mark.parametrize("kind", ["update", "delete", pytest.param("truncate", marks=pytest.mark.postgres_only)])
def test_a_missing_trigger_is_found_whichever_it_is(kind):
    on = "" if connection.vendor == "sqlite" else " ON core_event"
    assert triggers_in_place() == []

    sql(f"DROP TRIGGER core_event_keep_{kind}{on}")

    assert triggers_in_place() == [f"trigger core_event_keep_{kind} is missing"]
