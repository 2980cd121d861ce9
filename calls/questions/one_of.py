"""One of several options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions.base import Fault, Kind, Surroundings, told
from calls.questions.fields import RawChoice
from calls.questions.options import as_lines, last_key, options_field, pairs, read_options


class OneOf(Kind):
    code = "one_of"
    is_closed = True

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        return {"options": options_field()}

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"options": as_lines(settings)}

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        faults: list[Fault] = []
        options = read_options(raw.get("options"), before, faults)
        return {"options": options, "last_key": last_key(options, before)}, faults

    def closed_answers(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        return pairs(settings)

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        return {"": RawChoice(label=question.label, help_text=question.help_text, choices=pairs(question.settings))}

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        if raw in (None, ""):
            return None, []
        if not isinstance(raw, str) or raw not in dict(pairs(question.settings)):
            return None, [(told(question, "Välj ett av alternativen i listan."), "")]
        return raw, []

    def words(self, question: Any, answer: Any) -> str:
        return dict(pairs(question.settings)).get(answer, "") if isinstance(answer, str) else ""
