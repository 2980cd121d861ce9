"""Dates that cannot be taken back or cannot be met: projects that end before their call closes, and mistyped years."""

import datetime as dt

import pytest
from django.urls import reverse

from calls import actions
from calls.models import Reopening
from calls.process import notes
from grants.core.exceptions import Blocked
from grants.core.models import OutgoingMessage
from grants.core.time import add_months, now, stockholm, whole_months
from tests.builders.applications import draft_application
from tests.builders.base import fresh, region_organisation
from tests.builders.calls import closed_call, draft_call, open_call, published_call, save
from tests.builders.setup_pages import fill, filled

pytestmark = pytest.mark.django_db
FAR = dt.timedelta(days=61)


def typed(instant):
    return f"{stockholm(instant):%Y-%m-%d %H.%M}"


def extended(client, call, instant, **more):
    url = reverse("calls:extend", args=[call.code])
    return client.post(url, {"closes_at": typed(instant), "version": fresh(call).version, **more})


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2027-01-01", "2027-12-31", 12),
        ("2027-01-15", "2027-02-14", 1),
        ("2027-01-15", "2027-02-13", 0),
        ("2027-01-31", "2027-02-26", 0),
        ("2027-01-31", "2027-02-27", 1),
        ("2028-02-29", "2029-02-28", 12),
        ("2027-03-01", "2027-03-01", 0),
    ],
)
def test_whole_months_count_both_days(first, last, expected):
    first, last = dt.date.fromisoformat(first), dt.date.fromisoformat(last)

    assert whole_months(first, last) == expected
    assert add_months(first, expected) <= last + dt.timedelta(days=1) < add_months(first, expected + 1)


def test_projects_that_end_before_their_call_closes_are_refused(client, manager):
    call = draft_call(manager=manager)
    last = stockholm(call.closes_at).date()
    said = f"Projekten ska vara slut {last.day}\u00a0"

    answer = fill(client, call, "basics", latest_end_on=last.isoformat(), longest_months="1")

    assert answer.status_code == 422
    assert said in answer.text
    assert fresh(call).latest_end_on == call.latest_end_on


def test_a_project_is_never_longer_than_there_is_time(client, manager):
    call = draft_call(manager=manager)
    year = call.earliest_start_on.year

    answer = fill(client, call, "basics", latest_end_on=f"{year + 1}-06-30", longest_months="19")

    assert answer.status_code == 422
    assert "är det 18 månader. Skriv högst det, eller ändra dagarna." in answer.text
    filled(client, call, "basics", latest_end_on=f"{year + 1}-06-30", longest_months="18")
    assert fresh(call).longest_months == 18


def test_a_deadline_far_ahead_is_asked_for_once_more(client, manager):
    draft = draft_application()
    call = draft.call
    OutgoingMessage.objects.all().delete()
    before, far = fresh(call).closes_at, fresh(call).closes_at.replace(second=0, microsecond=0) + FAR + dt.timedelta(1)

    asked = extended(client, call, far)

    assert asked.status_code == 422
    assert "dagar fram, och tiden går inte att flytta tillbaka. Kryssa för om du menar det." in asked.text
    assert 'name="is_meant"' in asked.text
    assert (fresh(call).closes_at, OutgoingMessage.objects.count()) == (before, 0)

    assert extended(client, call, far, is_meant="on").status_code == 302
    assert fresh(call).closes_at == far


def test_a_deadline_near_ahead_is_not_asked_for(client, manager):
    call = open_call(manager=manager)

    assert 'name="is_meant"' not in client.get(reverse("calls:extend", args=[call.code])).text
    assert extended(client, call, call.closes_at + dt.timedelta(days=59)).status_code == 302


@pytest.mark.parametrize("how", ["the page", "the set-up"])
def test_a_deadline_never_goes_past_the_end_of_the_projects_however_sure_one_is(client, manager, how):
    call = open_call(manager=manager)
    past = dt.datetime.combine(call.latest_end_on, dt.time(12), tzinfo=dt.UTC)

    if how == "the page":
        answer = extended(client, call, past, is_meant="on")
    else:
        answer = fill(client, call, "basics", closes_at=typed(past))

    assert answer.status_code == 422
    assert "closes_at" in answer.text
    assert fresh(call).closes_at == call.closes_at


def test_the_set_up_sends_one_who_moves_it_far_to_the_page_that_asks(client, manager):
    call = open_call(manager=manager)

    answer = fill(client, call, "basics", closes_at=typed(call.closes_at + FAR + dt.timedelta(1)))

    assert answer.status_code == 422
    assert "använd sidan Förläng ansökningstiden." in answer.text
    assert fresh(call).closes_at == call.closes_at


def test_opening_again_far_ahead_is_asked_for_and_never_past_the_projects(client, manager):
    call = closed_call(manager=manager)
    url = reverse("calls:reopen", args=[call.code])
    data = {"organisation": region_organisation().pk, "reason": "Fel i tjänsten.", "ends_at": typed(now() + FAR * 2)}

    asked = client.post(url, data)
    past = client.post(url, {**data, "ends_at": f"{call.latest_end_on} 12.00", "is_meant": "on"})

    assert (asked.status_code, past.status_code) == (422, 422)
    assert "Kryssa för om du menar det." in asked.text
    assert "Skriv en sista tid före den dagen." in past.text
    assert Reopening.objects.count() == 0
    assert client.post(url, {**data, "is_meant": "on"}).status_code == 302
    assert Reopening.objects.count() == 1


def test_a_published_call_that_has_not_opened_may_open_another_day(client, manager):
    minute = now().replace(second=0, microsecond=0)
    call = published_call(manager=manager, closes_at=minute + dt.timedelta(days=30))
    later = minute + dt.timedelta(days=3)

    filled(client, call, "basics", opens_at=typed(later))

    event = fresh(call).events.last()
    assert (fresh(call).opens_at, event.facts["changed"]) == (later, ["opens_at"])


def test_it_never_opens_in_the_past_and_what_has_opened_stays_so(manager):
    coming, opened = published_call(manager=manager), open_call(manager=manager)

    for call, opens_at in ((coming, now() - dt.timedelta(hours=1)), (coming, None), (opened, now() + FAR)):
        with pytest.raises(Blocked):
            save(call, opens_at=opens_at, by=manager)
        assert fresh(call).opens_at == call.opens_at


def test_the_drawing_says_the_day_of_opening_also_at_midnight(manager):
    midnight = dt.datetime(2027, 2, 28, 23, tzinfo=dt.UTC)
    call = draft_call(manager=manager, opens_at=midnight, closes_at=midnight + dt.timedelta(days=30))

    assert notes(call)["published"] == ["Öppnar 2027-03-01 kl.\u00a000.00"]


def test_an_extension_by_the_action_knows_the_end_of_the_projects_too(manager):
    call = open_call(manager=manager)
    past = dt.datetime.combine(call.latest_end_on, dt.time(12), tzinfo=dt.UTC)

    with pytest.raises(Blocked, match="måste stänga före den dagen"):
        actions.extend_closing(call, past, by=manager, version=call.version)

    assert fresh(call).closes_at == call.closes_at
