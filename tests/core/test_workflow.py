"""One way to change a state: perform, and nothing else."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from calls.models import Call
from grants.core import events
from grants.core.exceptions import Blocked, Stale, StateBypass
from grants.core.history import faults
from grants.core.models import Event
from grants.core.people import SYSTEM
from grants.core.workflow import perform, steps_for
from tests.builders.base import authority, call_manager, fresh, person

pytestmark = pytest.mark.django_db


def draft_call(**fields) -> Call:
    return Call.objects.create(code="prov", title="Prov", authority=authority(), **fields)


def test_a_step_that_is_blocked_gives_every_reason_and_leaves_nothing_behind():
    call = draft_call()

    with pytest.raises(Blocked) as stop:
        perform(call, "publish", by=call_manager())

    assert len(stop.value.reasons) > 3
    assert fresh(call).state == "draft"
    assert fresh(call).version == 0
    assert Event.objects.count() == 0


def test_a_step_by_somebody_without_the_role_is_refused_before_any_reason_is_told():
    call = draft_call()

    with pytest.raises(PermissionDenied):
        perform(call, "publish", by=person())

    assert Event.objects.count() == 0


def test_a_step_cannot_be_called_directly():
    with pytest.raises(StateBypass):
        draft_call().publish(by=SYSTEM, at=None)


def test_a_state_cannot_be_assigned_created_updated_or_bulk_written():
    call = draft_call()

    with pytest.raises(AttributeError):
        call.state = "open"
    with pytest.raises(StateBypass):
        Call.objects.create(code="x", title="x", authority=authority(), state="open")
    with pytest.raises(StateBypass):
        Call.objects.filter(pk=call.pk).update(state="open")
    with pytest.raises(StateBypass):
        Call.objects.bulk_create([Call(code="y", title="y", authority=authority(), state="open")])
    with pytest.raises(StateBypass):
        Call.objects.bulk_update([call], ["state"])

    assert fresh(call).state == "draft"


def test_the_protection_holds_after_a_refresh_of_a_row_that_is_gone():
    call = draft_call()
    gone = fresh(call)
    Call.objects.filter(pk=call.pk).delete()

    with pytest.raises(Call.DoesNotExist):
        gone.refresh_from_db()
    with pytest.raises(AttributeError):
        gone.state = "open"

    assert gone.state == "draft"


def test_a_stale_save_is_refused_and_the_newer_text_stays():
    call = draft_call()
    first, second = fresh(call), fresh(call)
    first.title = "Först"
    first.save()
    second.title = "Sedan"

    with pytest.raises(Stale), transaction.atomic():
        second.save()

    assert fresh(call).title == "Först"
    second.refresh_from_db()
    assert (second.title, second.version) == ("Först", 1)


def test_an_undeclared_state_is_refused_by_the_database():
    from django.db import connection

    call = draft_call()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE calls_call SET state = 'påhittad' WHERE code = 'prov'")

    assert fresh(call).state == "draft"


def test_steps_for_shows_only_what_the_person_may_with_what_still_stands_in_the_way():
    call = draft_call()

    assert steps_for(call, person()) == []
    shown = {step.name: step for step in steps_for(call, call_manager())}
    assert not shown["publish"].allowed
    assert shown["publish"].reasons != ()


def test_events_of_a_case_form_a_chain():
    call = draft_call()
    by = call_manager()
    for word in ("ett", "två", "tre"):
        events.record(call, "note", by=by, label="Noterade", reason=word)

    chain = list(events.in_stream(call.stream))

    assert [event.seq for event in chain] == [1, 2, 3]
    assert [event.previous_hash for event in chain] == ["", chain[0].hash, chain[1].hash]
    assert list(faults()) == []
