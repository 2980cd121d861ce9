"""Programmes: who makes and changes them, what is refused, and that nothing that was typed is lost."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls import actions
from calls.models import Programme
from grants.accounts.enums import Role
from grants.core import events
from tests.builders.base import authority, call_manager, fresh, handler, member, officer
from tests.builders.calls import draft_call

pytestmark = pytest.mark.django_db
LIST, NEW = "/utlysningar/program/", "/utlysningar/program/nytt/"
DATA = {"code": "uppdrag-1", "title": "Uppdrag ett", "starts_on": "2024-05-01", "ends_on": "2027-12-31"}


@pytest.fixture
def manager(client):
    user = call_manager()
    client.force_login(user)
    return user


def programme(number=1, at=None):
    at = at or authority()
    data = {"code": f"uppdrag-{number}", "title": f"Uppdrag {number}"}
    return actions.create_programme(data, by=officer(Role.CALL_MANAGER, at=at), authority=at)


def test_a_programme_is_made_with_an_event_in_the_authoritys_history(client, manager):
    response = client.post(NEW, DATA)

    made = Programme.objects.get()
    assert (response.status_code, response.url) == (302, LIST)
    assert (made.title, made.starts_on, made.authority) == ("Uppdrag ett", dt.date(2024, 5, 1), authority())
    assert [event.label for event in events.of(made)] == ["Programmet Uppdrag ett lades till"]


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"title": "\x00"}, "title", "Fyll i namn."),
        ({"code": "uppdrag-9"}, "code", "Beteckningen används redan av ett annat program. Välj en annan."),
        ({"code": "nytt"}, "code", "Beteckningen används av tjänsten själv. Välj en annan."),
        ({"ends_on": "2024-04-30"}, "ends_on", "Programmet måste sluta efter att det börjar."),
        ({"ends_on": "snart"}, "ends_on", "Slutar: skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-01-15."),
        ({"about": "x" * 1_000_000}, "about", None),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(client, manager, changes, field, text):
    programme(9)

    response = client.post(NEW, {**DATA, **changes})

    assert response.status_code == 422
    assert text is None or response.context["form"].errors[field] == [text]
    assert field in response.context["form"].errors
    assert Programme.objects.count() == 1


def test_a_change_keeps_before_and_after_in_its_event(client, manager):
    made = programme()
    version = actions.programme_version(made)

    response = client.post(f"{LIST}{made.code}/", {"title": "Nytt namn", "version": version})

    assert (response.status_code, fresh(made).title) == (302, "Nytt namn")
    assert events.of(made).last().facts == {"changed": {"title": ["Uppdrag 1", "Nytt namn"]}}


def test_a_stale_tab_sees_both_texts(client, manager):
    made = programme()
    version = actions.programme_version(made)
    actions.save_programme(made, {"title": "Kollegans"}, by=manager, version=version)

    response = client.post(f"{LIST}{made.code}/", {"title": "Mitt", "version": version})

    assert (response.status_code, fresh(made).title) == (409, "Kollegans")
    assert response.context["differences"] == [("Namn", "Kollegans", "Mitt")]


@pytest.mark.parametrize("stranger", [handler, member])
def test_only_a_call_manager_makes_and_changes_programmes(client, stranger):
    made, user = programme(), stranger()
    client.force_login(user)

    with pytest.raises(PermissionDenied):
        actions.create_programme({"code": "x", "title": "X"}, by=user, authority=authority())
    with pytest.raises(PermissionDenied):
        actions.save_programme(made, {"title": "X"}, by=user, version=actions.programme_version(made))

    assert [client.post(url, DATA).status_code for url in (NEW, f"{LIST}{made.code}/")] == [403, 403]
    assert fresh(made).title == "Uppdrag 1"


def test_another_authoritys_programmes_are_neither_listed_nor_changed(client, manager):
    made = programme(at=authority(code="annan", name="Annan myndighet"))

    assert client.get(LIST).context["rows"] == []
    assert client.get(f"{LIST}{made.code}/").status_code == 404


def test_the_list_costs_the_same_for_1_3_and_200_programmes(client, manager):
    counts = []
    for first, last in ((0, 1), (1, 3), (3, 200)):
        Programme.objects.bulk_create(
            Programme(code=f"p-{number}", title="Program", authority=authority()) for number in range(first, last)
        )
        with CaptureQueriesContext(connection) as caught:
            assert client.get(LIST).status_code == 200
        counts.append(len(caught))

    assert counts == [counts[1]] * 3 or counts[1:] == [counts[1]] * 2
    assert max(counts) <= 25


def test_a_call_belongs_to_a_programme_that_is_chosen_when_it_is_made(client, manager):
    made = programme()

    client.post(
        "/utlysningar/ny/", {"code": "plan-i-program", "title": "Plan", "kind": "open", "programme": str(made.pk)}
    )

    assert [call.code for call in made.calls.all()] == ["plan-i-program"]
    assert draft_call(programme=made).programme == made
