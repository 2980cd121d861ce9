"""Each thing that stands in the way of publishing and settling, alone and all at once."""

import datetime as dt

import pytest

from calls import actions
from calls.enums import State
from grants.core.exceptions import Blocked
from grants.core.time import now
from grants.strategy.models import StrategicArea
from tests.builders.base import call_manager, fresh, reference_data
from tests.builders.calls import BUDGET_SEK, appeals, draft_call

pytestmark = pytest.mark.django_db
YEAR = now().year

MISSING = [
    ({"pitch": ""}, "pitch", "Skriv kort vad utlysningen handlar om."),
    ({"who_may_apply": " \n "}, "who_may_apply", "Skriv vem som kan söka."),
    ({"what_for": ""}, "what_for", "Skriv vad man kan söka för."),
    ({"contact": ""}, "contact", "Skriv vem man kan fråga om utlysningen."),
    ({"opens_at": None}, "opens_at", "Skriv när utlysningen öppnar."),
    ({"closes_at": None}, "closes_at", "Skriv när utlysningen stänger."),
    (
        {"opens_at": now() - dt.timedelta(days=9), "closes_at": now() - dt.timedelta(days=1)},
        "closes_at",
        "Utlysningen måste stänga i framtiden. Ändra när den stänger.",
    ),
    ({"budget_sek": None}, "budget_sek", "Skriv utlysningens hela budget."),
    ({"years": []}, "years", "Fördela budgeten på minst ett år."),
    (
        {"years": [{"year": YEAR, "budget_sek": BUDGET_SEK - 1}]},
        "years",
        "Årens budget är tillsammans 23\u00a0999\u00a0999\u00a0kr men hela budgeten är 24\u00a0000\u00a0000\u00a0kr. "
        "Ändra så att de stämmer överens.",
    ),
    ({"largest_amount_sek": None}, "largest_amount_sek", "Skriv det högsta stödet per projekt."),
    (
        {"largest_amount_sek": BUDGET_SEK + 1},
        "largest_amount_sek",
        "Det högsta stödet är större än hela budgeten. Sänk det.",
    ),
    ({"largest_share_percent": None}, "largest_share_percent", "Skriv den högsta stödandelen i procent."),
    ({"cost_types": []}, "cost_types", "Välj minst ett kostnadsslag."),
    (
        {"allows_in_kind": True},
        "cost_types",
        "Bidrag i annat än pengar räknas som medfinansiering och är då en lika stor kostnad. Kryssa för det bland "
        "kostnadsslagen också, eller kryssa ur det som medfinansiering.",
    ),
    (
        {"cost_types": [{"code": "staff", "label": "Personal"}, {"code": "in_kind", "label": "Bidrag"}]},
        "allows_in_kind",
        "Bidrag i annat än pengar är ett kostnadsslag och behöver en lika stor medfinansiering. Kryssa för det som "
        "medfinansiering också, eller kryssa ur kostnadsslaget.",
    ),
    (
        {
            "cost_types": [
                {"code": "staff", "label": "Personal"},
                {"code": "indirect", "label": "Indirekta kostnader"},
            ],
            "flat_rates": [
                {"cost_type": "indirect", "percent": 15, "basis": ["staff"], "valid_from": dt.date(YEAR + 1, 1, 1)}
            ],
        },
        "flat_rates",
        f"Ingen schablon för indirekta kostnader gäller {YEAR}. Ändra när den gäller.",
    ),
    ({"areas": []}, "areas", "Välj minst ett strategiskt område."),
    ({"criteria": []}, "criteria", "Skriv minst ett bedömningskriterium."),
    (
        {"criteria": [{"title": "Nytta", "weight_percent": 99}]},
        "criteria",
        "Kriteriernas vikter är tillsammans 99\u00a0%. De ska vara 100\u00a0%.",
    ),
    ({"decision_rules": []}, "decision_rules", "Välj för varje slag av beslut om det kan överklagas."),
    (
        {"decision_rules": [row for row in appeals("support") if row["kind"] not in ("dismissal", "recovery")]},
        "decision_rules",
        "Välj om avvisning och beslut om återkrav kan överklagas.",
    ),
    (
        {"criteria": [{"title": "Nytta", "weight_percent": 60}, {"title": "Plan", "weight_percent": 41}]},
        "criteria",
        "Kriteriernas vikter är tillsammans 101\u00a0%. De ska vara 100\u00a0%.",
    ),
]


@pytest.mark.parametrize(("changes", "where", "text"), MISSING)
def test_one_thing_missing_blocks_publishing_with_its_sentence_and_field(changes, where, text):
    manager = call_manager()
    call = draft_call(manager=manager, **changes)

    with pytest.raises(Blocked) as stop:
        actions.publish(call, by=manager)

    assert [(str(reason), reason.where) for reason in stop.value.reasons] == [(text, where)]
    assert fresh(call).state == State.DRAFT
    assert [event.name for event in call.events] == ["created"]


def test_areas_above_the_budget_block_publishing():
    reference_data()
    manager = call_manager()
    areas = [{"area": area, "budget_sek": 7_000_000} for area in StrategicArea.objects.all()]
    call = draft_call(manager=manager, areas=areas)

    with pytest.raises(Blocked) as stop:
        actions.publish(call, by=manager)

    assert [reason.where for reason in stop.value.reasons] == ["areas"]


def test_an_empty_draft_is_told_everything_at_once():
    manager = call_manager()
    call = actions.create_call({"code": "tom", "title": "Tom"}, by=manager)

    with pytest.raises(Blocked) as stop:
        actions.publish(call, by=manager)

    assert [reason.where for reason in stop.value.reasons] == [
        "opens_at",
        "closes_at",
        "pitch",
        "who_may_apply",
        "what_for",
        "contact",
        "areas",
        "budget_sek",
        "years",
        "largest_amount_sek",
        "largest_share_percent",
        "cost_types",
        "criteria",
        "decision_rules",
    ]


def test_the_page_greys_publishing_with_the_same_reasons():
    manager = call_manager()
    call = draft_call(manager=manager, pitch="", closes_at=now() + dt.timedelta(minutes=1))

    (publish,) = actions.steps_on_page(call, manager, now() + dt.timedelta(minutes=1))

    assert publish.name == "publish"
    assert [reason.where for reason in publish.reasons] == ["pitch", "closes_at"]
