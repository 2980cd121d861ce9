"""The pages: who sees what, what they say, and what they cost."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calls import actions
from calls.enums import State
from calls.models import Call
from calls.parts import PARTS
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked
from grants.core.people import SYSTEM
from grants.core.time import now
from grants.core.workflow import perform
from tests.builders.applications import draft_application, submitted_application
from tests.builders.base import authority, call_manager, fresh, handler, member, officer, person
from tests.builders.calls import closed_call, draft_call, open_call, published_call, settled_call

pytestmark = pytest.mark.django_db
LIST = "/utlysningar/"
MANAGE = "/utlysningar/hantera/"


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        response = client.get(url)
    assert response.status_code == 200
    return len(caught)


def text_of(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_the_list_shows_open_by_deadline_then_coming_then_past_and_no_drafts(client):
    manager = call_manager()
    late = open_call(manager=manager, title="Sen", closes_at=now() + dt.timedelta(days=60))
    soon = open_call(manager=manager, title="Snar", closes_at=now() + dt.timedelta(days=3))
    published_call(manager=manager, title="Kommer")
    closed_call(manager=manager, title="Var")
    draft_call(manager=manager, title="Hemlig")
    archived = actions.archive(settled_call(manager=manager, title="Undan"), by=manager)

    response = client.get(LIST)

    assert [card["call"] for card in response.context["open_calls"]] == [soon, late]
    assert [card["call"].title for card in response.context["coming_calls"]] == ["Kommer"]
    assert [card["call"].title for card in response.context["past_calls"]] == ["Var"]
    assert "Hemlig" not in text_of(response)
    assert archived.title not in text_of(response)
    assert "3 dagar kvar" in text_of(response)


def test_an_empty_list_says_so(client):
    said = text_of(client.get(LIST))

    assert "Ingen utlysning är öppen just nu." in said
    assert "Inga avslutade utlysningar än." in said


def test_a_visitor_reads_a_call_without_session_cookie_or_query_for_them(client):
    call = open_call()

    with CaptureQueriesContext(connection) as caught:
        response = client.get(call.get_absolute_url())

    assert response.status_code == 200
    assert not response.cookies
    assert len(caught) <= 20
    assert not [q["sql"] for q in caught if "session" in q["sql"] or "accounts_user" in q["sql"]]


def test_the_call_page_tells_what_one_needs_to_know(client):
    said = text_of(client.get(open_call().get_absolute_url()))

    for words in (
        "Öppen för ansökan",
        "Sök senast",
        "30 dagar kvar",
        "24 000 000 kr",
        "Högst 2 miljoner kr",
        "minst 400 000 kr",
        "Högst 50 %",
        "Högst 36 månader",
        "Indirekta kostnader, 15 % av personal",
        "Ordinarie verksamhet",
        "Bidrag till RUS",
        "6 000 000 kr",
        "En ansökan måste få minst 60 av 100 poäng",
        "Sista dag att söka",
    ):
        assert words in said


def test_a_visitor_signs_in_first_and_comes_back(client):
    call = open_call()

    assert (
        f'href="/konto/login/?next={call.get_absolute_url()}"' in client.get(call.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (closed_call, "Utlysningen har stängt. Det går inte längre att söka."),
        (settled_call, "Utlysningen har stängt. Det går inte längre att söka."),
        (published_call, "Ni kan söka från"),
    ],
)
def test_a_call_that_is_not_open_says_so_and_has_no_button(client, build, words):
    call = build()
    client.force_login(member())

    said = text_of(client.get(call.get_absolute_url()))

    assert words in said
    assert "Starta ansökan" not in said


def test_a_call_past_its_deadline_is_shut_though_the_clock_has_not_been_there(client):
    at = now()
    call = open_call(opens_at=at - dt.timedelta(days=30), closes_at=at - dt.timedelta(seconds=1))

    said = text_of(client.get(call.get_absolute_url()))
    listed = client.get(LIST).context

    assert call.state == State.OPEN
    assert "Utlysningen har stängt." in said
    assert "Öppen för ansökan" not in said
    assert ([], [call]) == (listed["open_calls"], [card["call"] for card in listed["past_calls"]])


def test_an_applicant_gets_the_button_and_others_are_told_why_not(client):
    call = open_call()
    client.force_login(member())
    with_right = text_of(client.get(call.get_absolute_url()))
    client.force_login(person())
    without = text_of(client.get(call.get_absolute_url()))

    assert "Starta ansökan" in with_right
    assert "Starta ansökan" not in without
    assert "Ni kan söka när er organisation finns i tjänsten." in without


def test_history_is_shown_without_what_is_unknown(client):
    actions.load_history()

    known = text_of(client.get("/utlysningar/TSP2018/"))
    less = text_of(client.get("/utlysningar/SRP2020/"))

    assert "Stängde" in known
    assert "15 maj" in known
    assert "klockan" not in known
    assert "Öppnade 14 april 2020" in less
    for said in (known, less):
        assert "None" not in said
        assert "Budget" not in said
        assert "Så bedömer vi" not in said


def archived_call():
    manager = call_manager()
    return actions.archive(settled_call(manager=manager), by=manager)


@pytest.mark.parametrize("build", [draft_call, archived_call])
def test_drafts_and_archived_calls_are_404_for_all_but_the_authority(client, build):
    call = build()

    statuses = [client.get(call.get_absolute_url()).status_code]
    client.force_login(member())
    statuses.append(client.get(call.get_absolute_url()).status_code)
    client.force_login(handler())
    statuses.append(client.get(call.get_absolute_url()).status_code)

    assert statuses == [404, 404, 200]


@pytest.mark.parametrize("code", ["finns-inte", "x" * 300])
def test_a_call_that_does_not_exist_is_404(client, code):
    assert client.get(f"/utlysningar/{code}/").status_code == 404


def test_text_from_people_is_shown_as_text(client):
    call = open_call(title="<script>alert(1)</script>", what_for="<img src=x onerror=alert(1)>")

    page = client.get(call.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_desk_pages_are_for_the_authority(client):
    call = open_call()
    urls = [MANAGE, call.get_desk_url(), call.get_edit_url(), reverse("calls:create")]

    anonymous = [client.get(url).status_code for url in urls]
    client.force_login(member())
    applicant = [client.get(url).status_code for url in urls]

    assert anonymous == [302, 302, 302, 302]
    assert applicant == [403, 403, 403, 403]


def test_another_authoritys_calls_are_404_at_the_desk(client):
    call = open_call()
    client.force_login(officer(Role.CALL_MANAGER, at=authority(code="annan", name="Annan myndighet")))

    assert client.get(call.get_desk_url()).status_code == 404
    assert client.get(call.get_edit_url()).status_code == 404
    assert client.post(reverse("calls:step", args=[call.code, "settle"])).status_code == 404


def test_the_draft_page_lists_what_is_missing_with_links_to_the_form(client):
    manager = call_manager()
    call = draft_call(manager=manager, pitch="", criteria=[])
    client.force_login(manager)

    left = client.get(call.get_desk_url()).context["left"]

    assert [(label, [(str(item["text"]), item["url"]) for item in items]) for label, items in left] == [
        ("Utlysningstext", [("Skriv kort vad utlysningen handlar om.", f"{call.get_edit_url()}texten/#id_pitch")]),
        ("Bedömning", [("Skriv minst ett bedömningskriterium.", f"{call.get_edit_url()}bedomning/#criteria")]),
    ]


def test_the_desk_page_tells_what_has_happened_newest_first(client):
    manager = call_manager()
    call = open_call(manager=manager)
    client.force_login(manager)

    told = [(event["label"], event["by"]) for event in client.get(call.get_desk_url()).context["events"]]

    assert told == [
        ("Utlysningen öppnade", "Systemet"),
        ("Utlysningen publicerades", manager.name),
        ("Utlysningen skapades", manager.name),
    ]


def test_the_desk_counts_what_came_in_and_never_drafts(client):
    call = open_call()
    draft_application(call=call)
    submitted_application(call=call)
    client.force_login(handler())

    listed = client.get(MANAGE).context["rows"][0].cells[-1].value
    alone = client.get(call.get_desk_url()).context["received"]

    assert (listed, alone) == (1, 1)


def test_a_call_with_applications_that_wait_is_not_settled(client):
    manager = call_manager()
    call = open_call(manager=manager)
    submitted_application(call=call)
    call = actions.close_call(call, at=call.closes_at)

    with pytest.raises(Blocked) as stop:
        actions.settle(call, by=manager)

    assert stop.value.reasons == ["1 ansökan är inte avgjord. Avgör alla ansökningar först."]
    assert fresh(call).state == State.CLOSED


def test_a_handler_reads_the_desk_page_without_buttons(client):
    call = draft_call()
    client.force_login(handler())

    response = client.get(call.get_desk_url())

    assert (response.status_code, response.context["steps"], response.context["may_edit"]) == (200, [], False)
    assert client.post(reverse("calls:step", args=[call.code, "publish"])).status_code == 403


def historic(count):
    """Settled calls with little in them: enough for counting queries in long lists."""
    for number in range(count):
        call = actions.create_call(
            {"code": f"hist-{number}", "title": "Historik", "authority": authority(), "opens_at": now()}, by=SYSTEM
        )
        perform(call, "record_history", by=SYSTEM)


def test_the_lists_cost_the_same_for_1_3_and_200_calls(client):
    manager = call_manager()
    open_call(manager=manager)
    closed_call(manager=manager)
    client.force_login(manager)
    visitor = Client()
    client.get(MANAGE)
    one = [queries(visitor, LIST), queries(client, MANAGE)]
    for build in (open_call, open_call, closed_call, closed_call):
        build(manager=manager)
    three = [queries(visitor, LIST), queries(client, MANAGE)]
    historic(194)
    two_hundred = [queries(visitor, LIST), queries(client, MANAGE)]

    assert Call.objects.count() == 200
    assert one == three == two_hundred
    assert max(one) <= 25


def test_one_call_costs_the_same_however_much_it_holds(client):
    manager = call_manager()
    small = draft_call(manager=manager, criteria=[{"title": "A", "weight_percent": 100}])
    large = draft_call(manager=manager, criteria=[{"title": f"K{n}", "weight_percent": 10} for n in range(10)])
    client.force_login(manager)
    client.get(small.get_desk_url())

    pages = [lambda call, part=part: f"{call.get_edit_url()}{part.slug}/" for part in PARTS]
    for page in (Call.get_absolute_url, Call.get_desk_url, *pages):
        counts = [queries(client, page(call)) for call in (small, large)]
        assert counts[0] == counts[1]
        assert counts[0] <= 25


def test_the_desk_list_is_paginated(client):
    manager = call_manager()
    historic(61)
    client.force_login(manager)

    first_page, second = client.get(MANAGE).context["rows"], client.get(f"{MANAGE}?sida=2").context["rows"]

    assert [len(first_page), len(second)] == [50, 11]
    assert client.get(f"{MANAGE}?sida=abc").status_code == 200
