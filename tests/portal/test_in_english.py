"""The page in English sums up what one can apply for, with titles marked as Swedish, and costs the same for one call as for many."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.core.time import day_start, format_day, today
from grants.portal import english
from tests.builders.calls import closed_call, draft_call, open_call, published_call

pytestmark = pytest.mark.django_db
PAGE = "/in-english/"


def said(client):
    return " ".join(client.get(PAGE).content.decode().replace("\u00a0", " ").split())


def test_an_open_call_is_summed_up_with_deadline_amounts_and_a_link(client):
    call = open_call(smallest_amount_sek=400_000, largest_amount_sek=2_000_000)

    page = said(client)

    assert f'<a href="{call.get_absolute_url()}" hreflang="sv" lang="sv">{call.title}</a>' in page
    for words in (
        f"{english.moment(call.closes_at)}</time></b>, Swedish time.".replace("\u00a0", " "),
        "Budget: SEK 24,000,000.",
        "Support for one project: SEK 400,000–2,000,000, at most 50 % of the eligible costs.",
        "No upcoming call is published yet.",
    ):
        assert words in page


def test_days_are_written_out_and_the_time_stands_where_it_counts():
    at = dt.datetime(2027, 1, 15, 14, tzinfo=dt.UTC)

    assert english.moment(at).replace("\u00a0", " ") == "15 January 2027 at 15:00"
    assert english.moment(at, whole_day=True).replace("\u00a0", " ") == "15 January 2027"


def test_a_deadline_at_midnight_is_the_whole_day_before():
    last = today() + dt.timedelta(days=60)
    call = open_call(closes_at=day_start(last + dt.timedelta(days=1)))

    (_, [row], _), _ = english.groups(call.opens_at)

    assert (" at " in row["closes"], row["closes_on"]) == (False, format_day(last))


def test_upcoming_calls_say_when_they_open_and_drafts_and_closed_ones_are_left_out(client):
    coming = published_call(title="Kommer", code="kommer")
    draft_call(title="Bara ett utkast", code="utkast")
    closed_call(title="Redan stängd", code="stangd")

    page = said(client)

    assert f"<b>Opens {english.moment(coming.opens_at)}</b>".replace("\u00a0", " ") in page
    assert ("Kommer" in page, "Bara ett utkast" in page, "Redan stängd" in page) == (True, False, False)
    assert "No call is open just now." in page


def test_the_page_costs_the_same_for_one_call_and_for_three(client):
    counts = []
    for number in range(3):
        open_call(code=f"oppen-{number}")
        with CaptureQueriesContext(connection) as caught:
            client.get(PAGE)
        counts.append(len(caught))

    assert counts == [counts[0]] * 3
