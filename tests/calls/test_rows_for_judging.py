"""The migration that gives calls from before their rows for judging."""

from importlib import import_module

import pytest
from django.apps import apps

from calls.models import Call, Consultation, DecisionRule, FormalCheckPoint
from calls.standards import FORMAL_CHECK_POINTS
from tests.builders.calls import draft_call, settled_call

pytestmark = pytest.mark.django_db
make_rows = import_module("calls.migrations.0005_rows_for_judging").make_rows
ENDING = ["support", "dismissal", "closing_without_trial"]


@pytest.fixture(autouse=True)
def column(monkeypatch):
    """The column of the version before, which 0007 drops: here of the codes that the test puts in."""
    appealable = set()
    monkeypatch.setattr(Call, "is_appealable", property(lambda call: call.code in appealable), raising=False)
    return appealable


def bare(call):
    """The call as it was before it had rows of its own."""
    for model in (FormalCheckPoint, Consultation, DecisionRule):
        model.objects.filter(call=call).delete()
    return call


def rows_of(call):
    points = call.formal_check_points.values_list("code", "question", "legal_ground", "help_text")
    return (
        list(points),
        list(call.consultations.values_list("body", "answer_days")),
        list(call.decision_rules.values_list("kind", "is_appealable")),
    )


def test_calls_from_before_get_the_standard_points_a_samrad_and_their_rule_of_appeal(capsys, column):
    coming, ended = bare(draft_call()), bare(settled_call())
    column.add(coming.code)

    make_rows(apps, None)

    points = [(p.code, p.question, p.legal_ground, p.help_text) for p in FORMAL_CHECK_POINTS]
    assert rows_of(coming) == (points, [("region", 21)], [(kind, True) for kind in ENDING])
    assert rows_of(ended) == (points, [], [(kind, False) for kind in ENDING])
    assert "made 16 points of formal checks, 1 consultations, 6 decision rules" in capsys.readouterr().out


def test_what_a_call_has_already_is_left_and_a_second_run_makes_nothing(capsys):
    call = bare(draft_call())
    FormalCheckPoint.objects.create(call=call, code="egen", question="Egen?", legal_ground="Egen")
    DecisionRule.objects.create(call=call, kind="support", is_appealable=True)
    make_rows(apps, None)
    capsys.readouterr()

    make_rows(apps, None)

    assert rows_of(call)[0] == [("egen", "Egen?", "Egen", "")]
    assert call.decision_rules.get(kind="support").is_appealable
    assert capsys.readouterr().out == ""
