"""The invariants of calls hold on the whole way, and each finds what breaks it."""

from dataclasses import replace

import pytest
from django.db.models import F

from calls import actions, invariants, texts
from calls.models import Call, TextTemplate, YearBudget
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


def test_texts_that_a_narrower_list_of_placeholders_no_longer_allows_are_found(monkeypatch):
    manager = call_manager()
    call = open_call(manager=manager)
    for key, body in (
        ("support-reasons-granted", "{poang} poäng"),
        ("support-conditions", "{projekt}"),
        ("appeal-support", "Skriv till {myndighet} om {dnr}."),
    ):
        actions.save_text(call, key, body, by=manager, version=0)
    actions.save_text(call, "support-conditions", "Inga villkor.", by=manager, version=1)
    assert invariants.texts_hold_known_placeholders() == []

    narrower = tuple(name for name in texts.CASE if name not in ("projekt", "dnr"))
    for key, purpose in texts.PURPOSES.items():
        monkeypatch.setitem(texts.PURPOSES, key, replace(purpose, allowed=narrower, needed=()))
    found = invariants.texts_hold_known_placeholders()

    assert [said.partition(" Använd")[0] for said in found] == [
        f"{call.code}, appeal-support: ”{{dnr}}” finns inte här.",
        f"{call.code}, support-reasons-granted: ”{{poang}}” finns inte här.",
    ]


def test_a_text_for_what_no_longer_exists_is_found():
    call = open_call()
    TextTemplate.objects.create(call=call, purpose="grunder", body="Text", created_at=call.created_at)

    assert invariants.texts_hold_known_placeholders() == [f"{call.code}, grunder: no such purpose"]


def test_an_open_call_without_an_end_is_found():
    call = open_call()
    Call.objects.filter(pk=call.pk).update(closes_at=None)

    assert invariants.open_calls_have_an_end() == [f"{call.code} has no end after its opening"]


def test_a_year_within_its_budget_is_no_violation():
    call = open_call()
    YearBudget.objects.filter(call=call).update(used_sek=F("budget_sek"))

    assert invariants.years_within_budget() == []
