"""A draft that was a mistake can be thrown away: nothing of it is left but its events."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from applications import trials
from calls import actions
from calls.models import Call, Question
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked, Stale
from grants.core.models import Event
from tests.builders.base import authority, fresh, handler, officer, region_organisation
from tests.builders.calls import draft_call, published_call
from tests.calls.rich import rich_call

pytestmark = pytest.mark.django_db


def rows_left():
    """How many rows each model has that hangs on a call."""
    return {
        relation.related_model.__name__: relation.related_model._default_manager.count()
        for relation in Call._meta.related_objects
    }


def thrown_away(client, call, **more):
    return client.post(reverse("calls:discard", args=[call.code]), {"version": fresh(call).version, **more})


def test_everything_in_it_goes_and_its_code_is_free(client, manager):
    call = rich_call(3, build=draft_call, manager=manager)
    assert rows_left()["Theme"] and Question.objects.exists()

    page = client.get(call.get_desk_url())
    assert reverse("calls:discard", args=[call.code]) in page.text
    answer = thrown_away(client, call)

    assert (answer.status_code, answer.url) == (302, reverse("calls:manage"))
    assert not Call.objects.exists()
    assert {name for name, count in rows_left().items() if count} == set()
    assert not Question.objects.exists()
    last = Event.objects.filter(stream=call.pk).last()
    assert (last.name, last.by, last.facts["code"]) == ("discarded", manager, call.code)
    call_command("check_invariants")
    call_command("verify_history")
    assert (
        actions.start_call({"code": call.code, "title": "Ny", "authority": call.authority}, by=manager).code
        == call.code
    )


def test_a_copy_of_it_stays(client, manager):
    call = draft_call(manager=manager)
    copy = actions.copy_call(call, code="ny-2028", by=manager)

    assert thrown_away(client, call).status_code == 302
    assert fresh(copy).copied_from_id is None


def test_what_is_published_is_not_thrown_away(client, manager):
    call = published_call(manager=manager)

    assert "Bara ett utkast går att kasta." in client.get(reverse("calls:discard", args=[call.code])).text
    answer = thrown_away(client, call)

    assert (answer.status_code, Call.objects.count()) == (422, 1)
    assert "Ställ in den i stället." in answer.text


def test_a_draft_that_somebody_tries_stays_until_the_try_is_gone(client, manager):
    call = draft_call(manager=manager)
    made = trials.begin(call, applicant=region_organisation(), by=manager)

    answer = thrown_away(client, call)
    assert (answer.status_code, Call.objects.count()) == (422, 1)
    assert "Be dem ta bort den under Prova ansökan först." in answer.text

    trials.discard(made, by=manager)
    assert thrown_away(client, call).status_code == 302


def test_a_draft_that_has_changed_since_the_page_was_shown_stays(client, manager):
    call = draft_call(manager=manager)

    answer = client.post(reverse("calls:discard", args=[call.code]), {"version": call.version - 1})

    assert (answer.status_code, Call.objects.count()) == (409, 1)
    with pytest.raises(Stale):
        actions.discard_draft(call, by=manager, version=call.version + 1)


def test_nobody_else_throws_it_away(client, manager):
    call = draft_call(manager=manager)
    for person, status in ((handler(), 403), (officer(Role.CALL_MANAGER, at=authority(code="annan")), 404)):
        client.force_login(person)
        assert thrown_away(client, call).status_code == status
        with pytest.raises((PermissionDenied, Blocked)):
            actions.discard_draft(call, by=person, version=call.version)
    assert Call.objects.count() == 1
