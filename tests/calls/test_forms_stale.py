"""Set-up pages and the extension in a tab that is no longer true: both texts are shown, and nothing typed is lost."""

import datetime as dt

import pytest
from django.urls import reverse

from calls import actions
from grants.core.time import stockholm
from tests.builders.base import fresh
from tests.builders.calls import draft_call, published_call, save
from tests.builders.setup_pages import as_shown, fill, page_of

pytestmark = pytest.mark.django_db


def test_a_stale_tab_sees_both_versions_and_can_save_again(client, manager):
    call = draft_call(manager=manager)
    mine = {**as_shown(client, page_of(call, "basics")), "title": "Min rubrik"}
    save(call, title="Kollegans rubrik", by=manager)

    response = client.post(page_of(call, "basics"), mine)

    page = response.content.decode()
    assert response.status_code == 409
    assert fresh(call).title == "Kollegans rubrik"
    assert response.context["differences"] == [("Rubrik", "Kollegans rubrik", "Min rubrik")]
    assert 'value="Min rubrik"' in page
    again = client.post(page_of(call, "basics"), {**mine, "version": response.context["version"]})
    assert (again.status_code, fresh(call).title) == (302, "Min rubrik")


def test_a_stale_tab_with_a_fault_is_told_both(client, manager):
    call = draft_call(manager=manager)
    mine = {**as_shown(client, page_of(call, "judging")), "assessors_needed": "många", "criteria-0-title": "Mitt"}
    save(call, lowest_score=10, by=manager)

    response = client.post(page_of(call, "judging"), mine)

    assert response.status_code == 409
    assert 'value="många"' in response.content.decode()
    labels = [label for label, _, _ in response.context["differences"]]
    assert labels == [
        "Antal bedömare per ansökan",
        "Lägsta poäng för stöd",
        "Bedömningskriterier",
    ]


@pytest.mark.parametrize("version", ["", "-1", "abc", "9" * 5000, "\x00", "²"])
def test_a_version_that_makes_no_sense_counts_as_stale(client, manager, version):
    call = draft_call(manager=manager)

    response = fill(client, call, "basics", title="Min rubrik", version=version)

    assert (response.status_code, fresh(call).title) == (409, call.title)


def test_what_was_typed_stays_when_a_colleague_publishes_in_between(client, manager):
    call = draft_call(manager=manager)
    mine = {**as_shown(client, page_of(call, "basics")), "title": "Min rubrik"}
    actions.publish(call, by=manager)

    response = client.post(page_of(call, "basics"), mine)

    assert response.status_code == 409
    assert 'value="Min rubrik"' in response.content.decode()
    assert fresh(call).title == call.title


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("", "Skriv ny sista tid som ÅÅÅÅ-MM-DD TT.MM."),
        ("i morgon", "Ny sista tid: skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-01-15."),
        ("2020-01-01 15.00", "Ansökningstiden går bara att förlänga."),
    ],
)
def test_an_extension_that_is_none_is_refused_at_its_field(client, manager, typed, text):
    call = published_call(manager=manager)

    response = client.post(reverse("calls:extend", args=[call.code]), {"closes_at": typed, "version": call.version})

    assert response.status_code == 422
    assert text in response.context["form"].errors["closes_at"][0]
    assert fresh(call).closes_at == call.closes_at


def test_an_extension_is_saved(client, manager):
    call = published_call(manager=manager)
    url = reverse("calls:extend", args=[call.code])

    later = call.closes_at + dt.timedelta(days=60)

    response = client.post(url, {"closes_at": f"{stockholm(later):%Y-%m-%d %H.%M}", "version": call.version})

    assert response.status_code == 302
    assert fresh(call).closes_at == later.replace(second=0, microsecond=0)


def test_a_stale_extension_is_409_and_keeps_what_was_typed(client, manager):
    call = published_call(manager=manager)
    actions.extend_closing(call, call.closes_at + dt.timedelta(days=1), by=manager, version=call.version)
    url = reverse("calls:extend", args=[call.code])

    typed = f"{stockholm(call.closes_at + dt.timedelta(days=9)):%Y-%m-%d %H.%M}"

    response = client.post(url, {"closes_at": typed, "version": call.version})

    assert response.status_code == 409
    assert f'value="{typed}"' in response.content.decode()
