"""Yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions.base import Fault, Kind, Surroundings, told
from calls.questions.fields import RawChoice

ANSWERS = [("ja", "Ja"), ("nej", "Nej")]


class YesNo(Kind):
    code = "yes_no"
    is_closed = True

    def closed_answers(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        return list(ANSWERS)

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        return {"": RawChoice(label=question.label, help_text=question.help_text, choices=ANSWERS)}

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        if raw in (None, ""):
            return None, []
        if not isinstance(raw, str) or raw not in dict(ANSWERS):
            return None, [(told(question, "Välj ja eller nej."), "")]
        return raw, []

    def words(self, question: Any, answer: Any) -> str:
        return dict(ANSWERS).get(answer, "") if isinstance(answer, str) else ""
