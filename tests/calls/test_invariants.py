"""The invariants of calls hold on the whole way, and each finds what breaks it."""

import pytest
from django.db.models import F

from calls import actions, invariants
from calls.models import Call, YearBudget
from grants.core.invariants import violations
from tests.builders.base import call_manager
from tests.builders.calls import closed_call, draft_call, open_call, published_call, settled_call

pytestmark = pytest.mark.django_db


def test_every_invariant_holds_in_every_state():
    manager = call_manager()
    actions.load_history()
    for build in (draft_call, published_call, open_call, closed_call):
        build(manager=manager)
    actions.archive(settled_call(manager=manager), by=manager)

    assert violations() == {}


def test_years_that_no_longer_add_up_are_found():
    call = open_call()
    YearBudget.objects.filter(call=call, year=call.years[0]).update(budget_sek=F("budget_sek") - 1)

    assert invariants.years_add_up() == [f"{call.code}: years 23999999, budget 24000000"]


def test_a_draft_may_have_years_that_do_not_add_up():
    draft_call(years=[])

    assert invariants.years_add_up() == []


def test_an_open_call_without_an_end_is_found():
    call = open_call()
    Call.objects.filter(pk=call.pk).update(closes_at=None)

    assert invariants.open_calls_have_an_end() == [f"{call.code} has no end after its opening"]


def test_a_year_within_its_budget_is_no_violation():
    call = open_call()
    YearBudget.objects.filter(call=call).update(used_sek=F("budget_sek"))

    assert invariants.years_within_budget() == []
