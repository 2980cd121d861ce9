"""The migrations that leave rates and appeals as rows only, run on a database of the version before."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from calls.models import Call, DecisionRule, FlatRate
from calls.rates import rates_of
from tests.builders.calls import draft_call

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("calls", "0005_rows_for_judging")]
AFTER = [("calls", "0007_drop_columns_of_rates_and_appeals")]


@pytest.fixture
def before(transactional_db):
    """Calls in a database whose columns still stand, and the models of then; afterwards the database is of today again."""
    made = {code: draft_call(code=code) for code in ("med-rader", "bara-kolumner", "varken")}
    DecisionRule.objects.all().delete()
    rule = {"kind": "support", "is_appealable": True, "appeal_text": "Skriv till oss."}
    DecisionRule.objects.create(call=made["med-rader"], **rule)
    was = MigrationExecutor(connection).migrate(BEFORE).apps
    yield was.get_model("calls", "Call").objects, was.get_model("calls", "CostType").objects, made
    call_command("migrate", verbosity=0)


def rules(call):
    return list(call.decision_rules.values_list("kind", "is_appealable", "appeal_text"))


def test_what_only_the_columns_knew_becomes_rows_and_rows_that_stand_are_the_truth(before, capsys):
    calls, cost_types, made = before
    FlatRate.objects.exclude(cost_type__call=made["med-rader"]).delete()
    kept = list(FlatRate.objects.values())
    for code, percent, is_appealable in (
        ("med-rader", 99, False),
        ("bara-kolumner", "12.50", True),
        ("varken", None, False),
    ):
        calls.filter(code=code).update(is_appealable=is_appealable)
        cost_types.filter(call__code=code, code="indirect").update(flat_rate_percent=percent)

    MigrationExecutor(connection).migrate(AFTER)

    standing, moved, neither = (Call.objects.get(code=code) for code in made)
    assert (list(FlatRate.objects.filter(cost_type__call=standing).values()), rules(standing)) == (
        kept,
        [("support", True, "Skriv till oss.")],
    )
    staff, indirect = (moved.cost_types.get(code=code).pk for code in ("staff", "indirect"))
    assert set(rates_of(moved)) == {indirect}
    (rate,) = rates_of(moved)[indirect]
    assert (rate.percent, rate.basis, rate.valid_until) == (Decimal("12.50"), frozenset({staff}), None)
    assert rate.valid_from <= dt.date(min(moved.years), 1, 1)
    assert rules(moved) == [("support", True, "")]
    assert (rates_of(neither), rules(neither)) == ({}, [("support", False, "")])
    assert "flat rates made: 1; decision rules made: 2" in capsys.readouterr().out


def test_the_way_back_fills_the_columns_from_the_rows(before):
    calls, cost_types, _ = before

    percents = dict(cost_types.filter(call__code="med-rader").values_list("code", "flat_rate_percent"))

    assert {row.code: row.is_appealable for row in calls.all()} == {
        "med-rader": True,
        "bara-kolumner": False,
        "varken": False,
    }
    assert percents == {"staff": None, "services": None, "travel": None, "indirect": Decimal(15)}
