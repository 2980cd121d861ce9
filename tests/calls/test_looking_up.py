"""Handlers look up how a call is set up: every page by its menu, nothing to press, and nothing that a posted form changes."""

import re

import pytest

from calls.models import Call
from calls.parts import PARTS
from grants.accounts.enums import Role
from grants.core.models import Event
from tests.builders.base import authority, fresh, handler, officer
from tests.builders.calls import draft_call, open_call
from tests.builders.setup_pages import page_of

pytestmark = pytest.mark.django_db
ONLY = "Bara den som är utlysningsansvarig kan ändra"
KEY = "support-conditions"


def main_of(page):
    """What the page itself holds, without head and foot."""
    return re.search(r"<main.*</main>", page.content.decode(), re.DOTALL)[0]


@pytest.fixture
def call(client):
    made = draft_call()
    client.force_login(handler())
    return made


def test_the_call_s_page_has_the_menu_and_nothing_to_change(client, call):
    page = client.get(call.get_desk_url())

    labels = [link.label for link in page.context["menu"]]
    assert (labels[0], labels[-1], len(labels)) == ("Översikt", "Frågor och svar", 12)
    assert (ONLY in main_of(page), "<form" in main_of(page), "Ändra utlysningen" in main_of(page)) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
@pytest.mark.parametrize("build", [draft_call, open_call])
def test_every_part_is_read_without_fields_or_buttons(client, build, part):
    call = build()
    client.force_login(handler())

    page = client.get(page_of(call, part.key))

    said = main_of(page)
    assert (page.status_code, ONLY in said) == (200, True)
    assert re.findall(r"<(?:form|input|select|textarea|button)\b", said) == []


def test_what_is_read_is_what_is_saved(client, call):
    said = main_of(client.get(page_of(call, "judging"))).replace("\u00a0", " ")

    assert "Bidrag till RUS: 40 %" in said


def test_the_menu_leads_to_no_page_that_is_shut(client, call):
    menu = client.get(call.get_desk_url()).context["menu"]

    assert {link.label: client.get(link.url).status_code for link in menu} == {link.label: 200 for link in menu}


def test_templates_of_letters_are_read_with_what_they_become(client, call):
    page = client.get(f"/utlysningar/{call.code}/texter/{KEY}/")

    assert (page.status_code, ONLY in main_of(page)) == (200, True)
    assert re.findall(r"<(?:form|textarea|button)\b", main_of(page)) == []
    assert "Så här blir texten" in main_of(page)


def test_a_posted_form_is_refused_and_changes_nothing(client, call):
    events = Event.objects.count()
    pages = [page_of(call, part.key) for part in PARTS]
    texts = [f"/utlysningar/{call.code}/texter/{KEY}/", f"/utlysningar/{call.code}/texter/{KEY}/aterstall/"]

    answers = {url: client.post(url, {"title": "Ny", "body": "Ny", "rad": "criteria:add"}) for url in (*pages, *texts)}

    assert {answer.status_code for answer in answers.values()} == {403}
    assert (fresh(call).title, Event.objects.count()) == (call.title, events)


def test_a_handler_starts_no_call(client, call):
    assert [client.get("/utlysningar/ny/").status_code, client.post("/utlysningar/ny/", {}).status_code] == [403, 403]
    assert Call.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.HANDLER, Role.CALL_MANAGER)])
def test_the_set_up_is_not_for_other_roles(client, role):
    call = draft_call()
    client.force_login(officer(role))

    assert client.get(page_of(call, "money")).status_code == 403
    assert client.get(call.get_desk_url()).context["menu"] == []


def test_another_authority_s_handler_does_not_find_the_page(client):
    call = draft_call()
    client.force_login(officer(Role.HANDLER, at=authority(code="annan", name="Annan myndighet")))

    urls = (page_of(call, "money"), f"/utlysningar/{call.code}/texter/{KEY}/")

    assert [(client.get(url).status_code, client.post(url).status_code) for url in urls] == [(404, 404)] * 2


def test_what_stands_fast_after_publishing_keeps_its_place(client):
    manager = officer(Role.CALL_MANAGER)
    call = open_call(manager=manager)
    client.force_login(manager)

    said = main_of(client.get(page_of(call, "basics")))

    places = [said.index(label) for label in ("Program</dt>", "Uppdragets beteckning", "Öppnar</dt>", ">Stänger<")]
    assert places == sorted(places)
