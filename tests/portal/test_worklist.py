"""The work list as it is read: what its order is, and what each day on it means."""

import datetime as dt

import pytest

from grants.core.time import now, stockholm
from grants.portal.worklist import waiting_for
from grants.projects import reporting
from grants.projects.models import Project
from tests.builders import applications, base, calls, evaluation
from tests.builders import projects as build

pytestmark = pytest.mark.django_db


def waits(user, key):
    """The items of a queue as (title, word before the day, day)."""
    [queue] = [found for found in waiting_for(base.fresh(user)) if found.queue.key == key]
    return [(item.title, item.when, item.day) for item in queue.items]


def test_drafts_of_calls_stand_for_themselves_by_when_they_open_and_closed_calls_by_when_they_closed():
    manager = base.call_manager()
    soon, later = now() + dt.timedelta(days=9), now() + dt.timedelta(days=99)
    for title, opens_at in (("Utan dag", None), ("Sen", later), ("Snar", soon)):
        closes_at = opens_at and opens_at + dt.timedelta(days=30)
        calls.draft_call(manager=manager, title=title, opens_at=opens_at, closes_at=closes_at)
    closed = [calls.closed_call(manager=manager, closes_at=now() - dt.timedelta(days=days)) for days in (1, 5)]

    drafts, over = waits(manager, "utlysningsutkast"), waits(manager, "utlysningar")

    assert drafts == [
        ("Snar", "ska öppna", stockholm(soon).date()),
        ("Sen", "ska öppna", stockholm(later).date()),
        ("Utan dag", "ska öppna", None),
    ]
    assert over == [(call.title, "stängde", call.last_moment.date()) for call in reversed(closed)]


def test_the_page_says_what_each_day_means_and_its_order_truthfully(client):
    manager, north = base.call_manager(), base.handler("nord")
    draft = calls.draft_call(manager=manager)
    application = applications.submitted_application()

    client.force_login(manager)
    page = client.get("/arbetslista/").text
    client.force_login(north)
    case = client.get("/arbetslista/").text

    opens, came = stockholm(draft.opens_at).date(), stockholm(application.submitted_at).date()
    assert f'ska öppna <span class="num">{opens}</span>' in page
    assert "Den som ska öppna först står först" in page
    assert f'inkom <span class="num">{came}</span>' in case
    assert "Det som har väntat längst står först i varje kö, där inget annat står." in case


def test_a_decision_tells_whether_it_was_proposed_or_made():
    proposed = evaluation.proposed_decision()
    assert [when for _, when, _ in waits(base.decider(), "beslut")] == ["föreslogs"]

    made = evaluation.made_decision()

    assert [when for _, when, _ in waits(base.officer("registrar"), "expediera")] == ["beslutades"]
    assert proposed != made


def test_the_report_that_has_been_late_longest_stands_first_though_its_project_ends_last(monkeypatch):
    first = build.running_project()
    second = build.running_project(applicant=base.region_organisation("23"), handler=first.handler)
    Project.objects.filter(pk=second.pk).update(
        start_on=second.start_on + dt.timedelta(days=60), end_on=second.end_on - dt.timedelta(days=60)
    )
    monkeypatch.setattr(reporting, "today", lambda: first.end_on)

    found = waits(first.handler, "sena-rapporter")

    assert [when for _, when, _ in found] == ["skulle ha kommit in"] * 2
    assert [day for _, _, day in found] == sorted({day for _, _, day in found})
