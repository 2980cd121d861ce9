"""The call manager's own pages: what stands first, where one is, and what leads on."""

import re

import pytest

from grants.core import events
from tests.builders.applications import submitted_application
from tests.builders.base import call_manager
from tests.builders.calls import closed_call, draft_call, open_call, save, settled_call

pytestmark = pytest.mark.django_db


def test_the_list_has_what_goes_on_first_and_what_is_over_last(client):
    manager = call_manager()
    for build, code in ((settled_call, "over"), (closed_call, "closed"), (open_call, "open"), (draft_call, "draft")):
        build(manager=manager, code=code)
    client.force_login(manager)

    page = client.get("/utlysningar/hantera/").text

    found = re.findall(r"<span>(over|closed|open|draft)</span>", page)
    assert (sorted(found[:3]), found[3:]) == (["closed", "draft", "open"], ["over"])


def test_the_menu_marks_calls_on_every_page_of_a_call(client):
    manager = call_manager()
    call = draft_call(manager=manager)
    client.force_login(manager)

    for path in (call.get_desk_url(), f"/utlysningar/{call.code}/andra/pengar/", f"/utlysningar/{call.code}/texter/"):
        assert 'href="/utlysningar/hantera/" aria-current="page"' in client.get(path).text, path


def test_a_call_s_page_leads_to_its_applications_and_keeps_old_events_behind_a_press(client):
    manager = call_manager()
    call = open_call(manager=manager)
    submitted_application(call=call)
    for number in range(20):
        events.record(call, "noted", by=manager, label=f"Ändring {number}")
    client.force_login(manager)

    page = client.get(call.get_desk_url())

    assert f'href="/arenden/?utlysning={call.code}"' in page.text
    assert (len(page.context["events"]), page.text.count('<details class="older">')) == (15, 1)
    assert "Ändring 0" in page.text


def test_a_draft_says_what_publishing_means(client):
    manager = call_manager()
    call = draft_call(manager=manager)
    client.force_login(manager)

    assert "När du publicerar syns utlysningen för alla" in client.get(call.get_desk_url()).text


def test_a_page_of_a_draft_says_what_is_missing_there_before_publishing(client):
    manager = call_manager()
    call = draft_call(manager=manager)
    save(call, by=manager, budget_sek=23_000_000)
    client.force_login(manager)

    money = client.get(f"/utlysningar/{call.code}/andra/pengar/")
    wording = client.get(f"/utlysningar/{call.code}/andra/texten/")

    ((reason, url),) = money.context["left"]
    assert (reason in money.text, url.endswith("/andra/pengar/#years")) == (True, True)
    assert wording.context["left"] == []


def test_no_page_of_a_call_is_called_as_another_or_as_an_entry_of_the_main_menu(client):
    manager = call_manager()
    call = draft_call(manager=manager)
    client.force_login(manager)

    page = client.get(call.get_desk_url())

    labels = [link.label for link in page.context["menu"]]
    assert labels == [
        "Översikt",
        "Grunder",
        "Utlysningstext",
        "Inriktningar och teman",
        "Vem kan söka",
        "Vad det gäller",
        "Ansökans frågor",
        "Pengar",
        "Bedömning",
        "Överklagande",
        "Mallar",
        "Frågor och svar",
    ]
    assert {*labels} & {entry.label for entry in page.context["desk_menu"]} == set()
