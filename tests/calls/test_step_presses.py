"""The buttons of a call's steps at the desk: each press once, refused in words, and never from a page that showed another call."""

import datetime as dt

import pytest
from django.urls import reverse

from calls.enums import State
from grants.core.time import now
from tests.builders.base import call_manager, fresh
from tests.builders.calls import draft_call

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ["code", "pk"])
def test_publishing_from_the_page(client, key):
    manager = call_manager()
    call = draft_call(manager=manager, opens_at=now() + dt.timedelta(days=1))
    client.force_login(manager)

    response = client.post(reverse("calls:step", args=[getattr(call, key), "publish"]), {"version": call.version})

    assert (response.status_code, response.url) == (302, call.get_desk_url())
    assert fresh(call).state == State.PUBLISHED


def test_a_step_that_is_blocked_answers_422_with_the_reasons(client):
    manager = call_manager()
    call = draft_call(manager=manager, pitch="")
    client.force_login(manager)

    response = client.post(reverse("calls:step", args=[call.code, "publish"]), {"version": call.version})

    assert response.status_code == 422
    assert response.context["reasons"] == ["Skriv kort vad utlysningen handlar om."]
    assert fresh(call).state == State.DRAFT


@pytest.mark.parametrize("version", ["", "1.0", "\x00", "9" * 400, "99"])
def test_a_step_from_a_page_that_showed_another_call_answers_409_and_takes_nothing(client, version):
    manager = call_manager()
    call = draft_call(manager=manager)
    client.force_login(manager)

    response = client.post(reverse("calls:step", args=[call.code, "publish"]), {"version": version})

    assert response.status_code == 409
    assert "Utlysningen har ändrats sedan du öppnade sidan." in response.content.decode()
    assert fresh(call).state == State.DRAFT


def test_a_second_press_of_a_step_gets_the_first_ones_answer_and_happens_once(client):
    manager = call_manager()
    call = draft_call(manager=manager)
    client.force_login(manager)
    address, form = reverse("calls:step", args=[call.code, "publish"]), {"version": call.version}

    first, second = client.post(address, form), client.post(address, form)

    assert (first.status_code, second.status_code, first.url == second.url) == (302, 302, True)
    assert call.events.filter(name="publish").count() == 1


def test_a_call_whose_opening_has_passed_opens_with_the_press_that_publishes_it_and_a_second_press_tells_the_same(
    client,
):
    manager = call_manager()
    call = draft_call(manager=manager, opens_at=now() - dt.timedelta(minutes=5))
    client.force_login(manager)
    address, form = reverse("calls:step", args=[call.code, "publish"]), {"version": call.version}

    first, second = client.post(address, form), client.post(address, form)

    assert (first.status_code, second.status_code, first.url == second.url) == (302, 302, True)
    assert [(event.name, event.by) for event in call.events][-2:] == [("publish", manager), ("open", None)]
    assert fresh(call).state == State.OPEN
    assert "Kommande" not in client.get(call.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("name", "status"), [("finns-inte", 404), ("record_history", 403)])
def test_steps_that_are_nobodys(client, name, status):
    manager = call_manager()
    call = draft_call(manager=manager)
    client.force_login(manager)

    assert client.post(reverse("calls:step", args=[call.code, name])).status_code == status
    assert fresh(call).state == State.DRAFT
