"""Opening and closing by the clock: half-open, once, through the same actions."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from calls import actions
from calls.enums import State
from calls.tasks import run_clock as clock_task
from grants.core.exceptions import Blocked
from grants.core.time import now
from tests.builders.base import call_manager, fresh, handler
from tests.builders.calls import open_call, published_call

pytestmark = pytest.mark.django_db
MS = dt.timedelta(milliseconds=1)


@pytest.mark.parametrize(("offset", "state"), [(-MS, State.PUBLISHED), (0 * MS, State.OPEN), (MS, State.OPEN)])
def test_a_call_opens_at_its_instant_and_not_before(offset, state):
    call = published_call()

    actions.run_clock(at=call.opens_at + offset)

    assert fresh(call).state == state


@pytest.mark.parametrize(("offset", "state"), [(-MS, State.OPEN), (0 * MS, State.CLOSED), (MS, State.CLOSED)])
def test_a_call_closes_at_its_instant_and_not_before(offset, state):
    call = open_call()

    actions.run_clock(at=call.closes_at + offset)

    assert fresh(call).state == state


def test_the_last_moment_to_apply_is_before_the_closing_instant():
    call = open_call()

    assert call.is_open(call.closes_at - MS) is True
    assert call.is_open(call.closes_at) is False
    assert call.is_late(call.closes_at - MS) is False
    assert call.is_late(call.closes_at) is True


def test_a_second_run_changes_nothing():
    call = published_call()

    assert [actions.run_clock(at=call.opens_at), actions.run_clock(at=call.opens_at)] == [1, 0]
    assert [event.name for event in call.events] == ["created", "publish", "open"]


def test_a_clock_that_stood_still_opens_and_closes_in_one_run():
    call = published_call()

    assert actions.run_clock(at=call.closes_at) == 2
    assert fresh(call).state == State.CLOSED


def test_the_clock_writes_itself_as_the_actor():
    call = published_call()

    actions.run_clock(at=call.opens_at)

    event = call.events.last()
    assert (event.name, event.by, event.actor, event.at) == ("open", None, "Systemet", call.opens_at)


def test_one_call_at_fault_does_not_hold_up_the_others(monkeypatch, caplog):
    broken, whole = published_call(code="a-trasig"), published_call(code="b-hel")
    real = actions.take_step

    def fails_for_one(call, *args, **kwargs):
        if call.code == "a-trasig":
            raise RuntimeError("disk")
        return real(call, *args, **kwargs)

    monkeypatch.setattr(actions.steps, "take_step", fails_for_one)

    assert actions.run_clock(at=max(broken.opens_at, whole.opens_at)) == 1
    assert [fresh(broken).state, fresh(whole).state] == [State.PUBLISHED, State.OPEN]
    assert "a-trasig" in caplog.text


def test_the_task_runs_the_clock_of_now():
    call = published_call(opens_at=now() - MS)

    clock_task()

    assert fresh(call).state == State.OPEN


def test_opening_and_closing_by_hand_keep_to_the_times():
    manager = call_manager()
    coming, running = published_call(manager=manager), open_call(manager=manager)

    with pytest.raises(Blocked) as early:
        actions.open_call(coming, by=manager)
    with pytest.raises(Blocked) as before_end:
        actions.close_call(running, by=manager)

    assert [early.value.reasons[0].where, before_end.value.reasons[0].where] == ["opens_at", "closes_at"]
    assert [fresh(coming).state, fresh(running).state] == [State.PUBLISHED, State.OPEN]


def test_a_call_manager_may_open_and_close_when_the_clock_stands_still_and_nobody_else():
    manager = call_manager()
    call = published_call(manager=manager)

    with pytest.raises(PermissionDenied):
        actions.open_call(call, by=handler(), at=call.opens_at)
    opened = actions.open_call(call, by=manager, at=call.opens_at)
    closed = actions.close_call(opened, by=manager, at=call.closes_at)

    assert closed.state == State.CLOSED


def test_an_extended_call_closes_at_the_new_instant():
    manager = call_manager()
    call = open_call(manager=manager)
    later = call.closes_at + dt.timedelta(days=7)
    actions.extend_closing(call, later, by=manager, version=call.version)

    actions.run_clock(at=later - MS)
    before = fresh(call).state
    actions.run_clock(at=later)

    assert [before, fresh(call).state] == [State.OPEN, State.CLOSED]
