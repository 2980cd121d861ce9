"""A row that the transaction has locked is read once, and never told otherwise than the database would tell it."""

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from calls.models import Call
from grants.core import events, held
from grants.core.exceptions import Blocked, Stale
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.models import Event, StreamHead
from tests.builders.applications import complete_draft
from tests.builders.base import authority, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    made = Call.objects.create(code="prov", title="Prov", authority=authority())
    held.forget_rows()
    return made


def test_a_second_lock_asks_nothing_and_gives_an_object_of_its_own(call):
    first = lock(call)
    first.title = "Bara i minnet"

    with CaptureQueriesContext(connection) as asked:
        second = lock(call)

    assert len(asked) == 0
    assert second is not first
    assert second.title == "Prov"


def test_the_next_lock_sees_what_was_saved(call):
    row = lock(call)
    row.title = "Sparad"
    row.save()

    assert lock(call).title == "Sparad"
    assert lock(call).version == Call.objects.get(pk=call.pk).version


def test_the_next_lock_sees_the_columns_that_were_saved_and_no_others(call):
    row = lock(call)
    row.title, row.pitch = "Sparad", "Inte sparad"
    row.save(update_fields=["title"])

    assert (lock(call).title, lock(call).pitch) == ("Sparad", "")


def test_the_next_lock_sees_what_an_update_wrote(call):
    lock(call)
    Call.objects.filter(pk=call.pk).update(title="Skriven")

    assert lock(call).title == "Skriven"


def test_what_a_rolled_back_savepoint_locked_is_read_again(call):
    with pytest.raises(Blocked), transaction.atomic():
        row = lock(call)
        row.title = "Ångrad"
        row.save()
        raise Blocked("Nej.")

    with CaptureQueriesContext(connection) as asked:
        assert lock(call).title == "Prov"
    assert len(asked) == 1


def test_a_deleted_row_is_not_remembered(call):
    lock(call).delete()

    with pytest.raises(Call.DoesNotExist):
        lock(call)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_from_one_transaction_to_the_next():
    made = Call.objects.create(code="prov", title="Prov", authority=authority())
    with transaction.atomic():
        lock(made)
        assert held.is_held(made)

    assert not held.is_held(made)
    with transaction.atomic():
        assert not held.is_held(made)


def test_an_event_is_refused_when_the_chain_has_moved_under_it(call):
    by = person()
    events.record(call, "note", by=by, label="Noterade")
    StreamHead.objects.filter(stream=call.stream).update(seq=F("seq") + 1)

    with pytest.raises(Stale), transaction.atomic():
        events.record(call, "note", by=by, label="Noterade igen")

    assert Event.objects.filter(stream=call.stream).count() == 1


def test_a_refusal_inside_a_whole_function_ends_the_outermost(call):
    @whole
    def inner():
        Call.objects.create(code="inne", title="Inne", authority=call.authority)
        raise Blocked("Nej.")

    @whole
    def outer():
        Call.objects.create(code="ute", title="Ute", authority=call.authority)
        inner()

    with pytest.raises(Blocked):
        outer()

    assert list(Call.objects.values_list("code", flat=True)) == ["prov"]


def test_a_whole_function_inside_another_takes_no_savepoint(call):
    @whole
    def inner():
        return Call.objects.count()

    @whole
    def outer():
        return inner()

    with CaptureQueriesContext(connection) as asked:
        outer()

    assert sum(query["sql"].startswith("SAVEPOINT") for query in asked.captured_queries) == 1


def test_a_save_of_a_held_row_writes_only_what_differs(call):
    row = lock(call)
    row.title = "Sparad"

    with CaptureQueriesContext(connection) as asked:
        row.save()

    written = asked.captured_queries[0]["sql"].split(" WHERE ")[0]
    assert len(asked) == 1
    assert '"title"' in written
    assert '"pitch"' not in written
    assert Call.objects.get(pk=call.pk).title == "Sparad"


def test_a_stale_row_is_refused_also_when_the_transaction_holds_the_new_one(call):
    stale = Call.objects.get(pk=call.pk)
    row = lock(call)
    row.title = "Ny"
    row.save()
    stale.pitch = "Gammal flik"

    with pytest.raises(Stale):
        stale.save()

    assert (Call.objects.get(pk=call.pk).title, Call.objects.get(pk=call.pk).pitch) == ("Ny", "")


def test_what_is_read_once_is_one_object_until_its_row_is_saved(call):
    def read():
        return Call.objects.get(pk=call.pk)

    first = held.read_once(Call, call.pk, read)
    same = held.read_once(Call, call.pk, read) is first
    row = lock(call)
    row.title = "Ändrad"
    row.save()

    assert same
    assert held.read_once(Call, call.pk, read).title == "Ändrad"


def test_relations_read_with_a_row_are_read_once_for_all_rows_of_a_transaction():
    first = complete_draft()
    second = complete_draft(call=first.call)
    held.forget_rows()

    lock(first)
    with CaptureQueriesContext(connection) as asked:
        row = lock(second)
        title = row.call.title

    assert title == first.call.title
    assert len(asked) == 1
    assert "calls_call" not in asked.captured_queries[0]["sql"]
