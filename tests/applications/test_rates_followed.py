"""A budget follows the flat rate in force: when the project's start moves, and a draft when its call's rates change."""

import datetime as dt

import pytest
from django.urls import reverse

from applications import actions, trials
from applications.enums import Section
from applications.models import Application, CostLine
from calls.models import FlatRate
from grants.core.exceptions import Blocked
from grants.core.invariants import violations
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer():
    return base.signatory()


def rate(percent, start, end=None):
    return {"cost_type": "indirect", "percent": percent, "basis": ["staff"], "valid_from": start, "valid_until": end}


@pytest.fixture
def call(signer):
    """Whose rate of the first year comes into force on 1 March: a project that starts earlier that year has none."""
    year = calls.call_data()["years"][0]["year"]
    rates = [rate(20, dt.date(year, 3, 1), dt.date(year, 12, 31)), rate(15, dt.date(year + 1, 1, 1))]
    return calls.open_call(flat_rates=rates)


def started(application, month, day, *, by):
    """The application saved with a start that day of the call's first year."""
    start_on = dt.date(application.call.years[0], month, day)
    data = build.project_data(fresh(application), start_on=start_on)
    return actions.save_project(fresh(application), data, by=by, version=fresh(application).version)


def flat_lines(application):
    lines = CostLine.objects.filter(application=application, cost_type__code="indirect")
    return dict(lines.values_list("year", "amount_sek"))


def recomputed(application):
    """The events of budgets that were computed anew: the draft has one from when it was made."""
    return [event for event in application.events if event.name == "budget_recomputed"]


@pytest.fixture
def draft(call, signer):
    """Complete, with 700 000 kr of staff in each of the two years and a start on 1 April."""
    made = started(build.complete_draft(call=call, by=signer), 4, 1, by=signer)
    return actions.save_budget(made, build.budget_data(made), by=signer, version=made.version)


def test_a_start_before_the_rate_recomputes_the_lines_and_sums_in_the_same_action(draft, signer):
    first, second = draft.call.years
    assert flat_lines(draft) == {first: 140_000, second: 105_000}

    saved = started(draft, 2, 28, by=signer)

    assert flat_lines(draft) == {second: 105_000}
    assert fresh(draft).total_cost_sek == saved.total_cost_sek == draft.total_cost_sek - 140_000
    event = recomputed(draft)[1]
    facts = {"total_cost_sek_before": draft.total_cost_sek, "total_cost_sek": saved.total_cost_sek}
    assert (event.by, event.facts) == (signer, facts)
    assert event.reason.startswith("Projektets start ändrades. Projektets kostnad var ")
    assert violations() == {}


def test_a_start_under_the_same_rate_leaves_the_budget_and_no_event(draft, signer):
    before = list(CostLine.objects.values())

    started(draft, 3, 1, by=signer)

    assert list(CostLine.objects.values()) == before
    assert len(recomputed(draft)) == 1


def test_a_refused_start_leaves_the_budget(draft, signer):
    before = list(CostLine.objects.values())
    data = build.project_data(draft, start_on=dt.date(draft.call.years[0], 2, 1), title="x" * 151)

    with pytest.raises(Blocked):
        actions.save_project(draft, data, by=signer, version=draft.version)

    assert (list(CostLine.objects.values()), len(recomputed(draft))) == (before, 1)


def test_the_page_says_that_the_budget_was_computed_anew(client, draft, signer):
    client.force_login(signer)
    posted = {"version": draft.version, "title": draft.title, "summary": draft.summary, "end_on": draft.end_on}

    answer = client.post(
        reverse("applications:section", args=[draft.pk, Section.PROJECT.value]),
        posted | {"start_on": f"{draft.call.years[0]}-02-01"},
        follow=True,
    )

    assert "Med den nya starten gäller en annan schablon, så budgeten är omräknad." in answer.text
    assert sorted(flat_lines(draft)) == draft.call.years[1:]


@pytest.mark.parametrize("with_budget", [True, False])
def test_a_supplement_moves_the_start_to_another_rate_only_if_its_budget_is_open(draft, signer, with_budget):
    sent = actions.submit(fresh(draft), by=signer)
    sections = [Section.PROJECT, *([Section.BUDGET] if with_budget else [])]
    copy = build.working_copy(build.supplement_request(sent, sections=sections).application)
    before = flat_lines(copy)

    if with_budget:
        started(copy, 2, 1, by=signer)
        assert sorted(flat_lines(copy)) == draft.call.years[1:]
        return
    with pytest.raises(Blocked) as stop:
        started(copy, 2, 1, by=signer)
    assert [reason.where for reason in stop.value.reasons] == ["start_on"]
    assert (flat_lines(copy), fresh(copy).start_on) == (before, draft.start_on)


# The call's rates ----------------------------------------------------------------------------------------------------


def test_the_rates_of_a_published_call_stand_fast(call):
    manager = base.call_manager()

    with pytest.raises(Blocked) as stop:
        calls.save(call, flat_rates=[rate(40, dt.date(2020, 1, 1))], by=manager)

    assert stop.value.reasons == ["Utlysningen är publicerad. Det här står fast nu."]
    assert FlatRate.objects.filter(percent=40).count() == 0


def test_a_try_follows_the_rates_of_its_call_without_an_event(client):
    manager = base.call_manager()
    call = calls.draft_call(manager=manager)
    made = trials.begin(call, applicant=base.region_organisation(), by=manager)
    made = build.fill_budget(actions.save_project(made, build.project_data(made), by=manager, version=0), by=manager)
    before = made.total_cost_sek
    calls.save(fresh(call), flat_rates=[rate(40, dt.date(min(call.years), 1, 1))], by=manager)
    client.force_login(manager)

    page = client.get(reverse("applications:section", args=[made.pk, Section.BUDGET.value])).text

    assert "Schablonerna i utlysningen har ändrats, så budgeten är omräknad." in page
    staff = dict(CostLine.objects.filter(cost_type__code="staff").values_list("year", "amount_sek"))
    assert flat_lines(made) == {year: amount * 40 // 100 for year, amount in staff.items()}
    assert fresh(made).total_cost_sek > before
    assert list(made.events) == []


def test_unsent_drafts_follow_other_rates_once_and_what_is_in_never_does(draft, signer):
    """A published call keeps its rates, so they are changed here behind its back: the rule of who follows holds by itself."""
    sent = build.submitted_application(call=draft.call)
    kept = flat_lines(sent)
    FlatRate.objects.update(percent=40)

    followed = [actions.follow_rates(fresh(one), by=signer) for one in (draft, draft, sent)]

    assert followed == [True, False, False]
    assert flat_lines(draft) == dict.fromkeys(draft.call.years, 280_000)
    assert flat_lines(sent) == kept
    assert len(recomputed(draft)) == 2


def test_a_reader_and_a_draft_without_costs_change_nothing(call, signer):
    empty = build.draft_application(call=call, by=signer)
    full = build.complete_draft(call=call, by=signer)
    FlatRate.objects.update(percent=40)
    stranger = base.person()

    assert [actions.follow_rates(fresh(one), by=who) for one, who in ((empty, signer), (full, stranger))] == [
        False,
        False,
    ]
    assert Application.objects.get(pk=full.pk).version == full.version
