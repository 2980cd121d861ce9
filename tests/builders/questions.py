"""Questions of every kind for tests, added to a draft call by the real actions."""

from __future__ import annotations

from typing import Any

from calls.actions import questions as actions
from calls.models import Question
from tests.builders.kept import kept

SETTINGS: dict[str, dict[str, Any]] = {
    "text": {"most": "50", "unit": "chars"},
    "number": {"least": "0", "most": "100", "decimals": "1", "unit": "kilometer"},
    "amount": {"least_sek": "1 000", "most_sek": "50 000"},
    "date": {"earliest": "2026-01-01", "latest": "2030-12-31"},
    "yes_no": {},
    "one_of": {"options": "Tåg\nBuss\nBåt"},
    "several_of": {"options": "Bostäder\nTransporter\nNatur", "least": "1", "most": "2"},
    "table": {
        "column_1": "Aktivitet",
        "column_1_kind": "text",
        "column_2": "Kostnad",
        "column_2_kind": "amount",
        "column_3": "Klart",
        "column_3_kind": "date",
        "least": "1",
        "most": "3",
    },
    "file": {"most": "1"},
    "municipalities": {"scope": "applicants"},
    "theory_of_change": {"most": "200"},
    "risks": {"least": "1", "most": "5"},
    "indicators": {"most": "5"},
}
"""Each kind's settings as a call manager types them."""


def question_data(call: Any, kind: str = "text", **overrides: Any) -> dict[str, Any]:
    """A question as it is posted; last in the call's first section."""
    form = call.form_versions.order_by("-number").first()
    return {
        "section": form.sections.first().code,
        "kind": kind,
        "label": f"Fråga av slaget {kind}?",
        "help_text": "",
        "required": "always",
        "condition": "",
        "for_assessors": True,
        **SETTINGS[kind],
        **overrides,
    }


@kept
def add_question(call: Any, kind: str = "text", *, by: Any, **overrides: Any) -> Any:
    """A question of a kind in a call's version in work; of a kind that is there already it is the second, third …"""
    like = Question.objects.filter(form__call=call, form__frozen_at=None, label__endswith=f"av slaget {kind}?").count()
    if like:
        overrides.setdefault("label", f"Fråga {like + 1} av slaget {kind}?")
    return actions.save_question(call, "", question_data(call, kind, **overrides), by=by)


@kept
def remove_standard_questions(call: Any, *, by: Any) -> None:
    """Leave a draft call with its first section, empty."""
    form = call.form_versions.get(frozen_at=None)
    for question in form.questions.order_by("-order"):
        actions.remove_question(call, question.code, by=by)
