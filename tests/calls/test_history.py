"""The real calls, loaded as settled history."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from calls import actions, history
from calls.enums import State
from calls.models import Call, Programme
from grants.core.time import day_start, now, stockholm
from grants.core.workflow import perform
from tests.builders.base import call_manager
from tests.builders.calls import draft_call

pytestmark = pytest.mark.django_db


def test_two_real_calls_are_loaded_as_settled():
    assert actions.load_history() == 2
    assert dict(Call.objects.values_list("code", "state")) == {"TSP2018": State.SETTLED, "SRP2020": State.SETTLED}


def test_a_second_run_changes_nothing(capsys):
    actions.load_history()
    before = list(Call.objects.order_by("code").values())

    call_command("load_call_history")

    assert list(Call.objects.order_by("code").values()) == before
    assert capsys.readouterr().out == "Call history: nothing new.\n"


def test_days_are_those_of_the_source_and_the_last_day_counts_whole():
    actions.load_history()
    call = Call.objects.get(code="TSP2018")

    assert call.opens_at == day_start(dt.date(2018, 2, 1))
    assert call.closes_at == day_start(dt.date(2018, 5, 16))
    assert call.last_moment.date() == dt.date(2018, 5, 15)


def test_the_three_cut_offs_of_2018_are_those_of_the_source():
    actions.load_history()

    cutoffs = Call.objects.get(code="TSP2018").cutoffs.all()

    assert [stockholm(row.closes_at).date() for row in cutoffs] == [
        dt.date(2018, 3, 16),
        dt.date(2018, 4, 16),
        dt.date(2018, 5, 16),
    ]


def test_the_assignment_2024_to_2028_is_loaded_once_as_a_programme_with_its_source():
    assert (history.load_programmes(), history.load_programmes()) == (1, 0)
    programme = Programme.objects.get()

    assert (programme.code, programme.assignment_number) == ("strategisk-planering-2024", "")
    assert (programme.starts_on, programme.ends_on) == (dt.date(2024, 5, 1), dt.date(2027, 12, 31))
    assert programme.source.startswith("Bilder för Reglabs RUS-nätverk 2024-09-26.")


def test_what_is_unknown_stays_empty():
    actions.load_history()
    call = Call.objects.get(code="SRP2020")

    unknown = (
        call.closes_at,
        call.budget_sek,
        call.largest_amount_sek,
        call.largest_share_percent,
        call.longest_months,
    )
    assert unknown == (None, None, None, None, None)
    assert [call.year_budgets.count(), call.criteria.count(), call.cost_types.count(), call.areas.count()] == [
        0,
        0,
        0,
        0,
    ]


def test_the_events_say_when_they_were_written_and_keep_the_source_as_facts():
    start = now()
    actions.load_history()

    events = list(Call.objects.get(code="TSP2018").events)

    assert [(event.name, event.actor) for event in events] == [("created", "Systemet"), ("record_history", "Systemet")]
    assert all(start <= event.at <= now() for event in events)
    assert events[1].facts["closed"] == "2018-05-15"
    assert events[1].facts["projects_granted"] == "12"


def test_people_cannot_put_a_call_into_history():
    manager = call_manager()

    with pytest.raises(PermissionDenied):
        perform(draft_call(manager=manager), "record_history", by=manager)


def test_a_file_without_the_calls_is_refused(monkeypatch, tmp_path):
    file = tmp_path / "calls_real.csv"
    file.write_text("call_id,title\nTSP2018,Titel\n", encoding="utf-8")
    monkeypatch.setattr(history, "FILE", file)

    with pytest.raises(ValueError, match="calls_real.csv lacks SRP2020."):
        actions.load_history()

    assert Call.objects.count() == 0
