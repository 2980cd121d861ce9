"""A day, no earlier and no later than the limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions import fields as inputs
from calls.questions import parsing
from calls.questions.base import Fault, Kind, Surroundings, in_order, kept, told


class Date(Kind):
    code = "date"

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        return {
            "earliest": inputs.day("Tidigaste dag (frivilligt)"),
            "latest": inputs.day("Senaste dag (frivilligt)"),
        }

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        faults: list[Fault] = []
        found = {name: self.setting(parsing.day, raw, name, faults) or "" for name in ("earliest", "latest")}
        crossed = "Den senaste dagen ligger före den tidigaste. Ändra någon av dem."
        in_order(found["earliest"], found["latest"], "latest", faults, crossed)
        return kept(**found), faults

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        words = limit_words(settings)
        return [f"{words[:1].upper()}{words[1:]}."] if words else []

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        hint = inputs.hint_of(question, "Skriv datumet som ÅÅÅÅ-MM-DD.", *self.limits(question.settings))
        return {"": inputs.day(question.label, help_text=hint)}

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        try:
            found = parsing.day(raw)
        except ValueError as fault:
            return None, [(told(question, fault), "")]
        first, last = question.settings.get("earliest"), question.settings.get("latest")
        if found and ((first and found < first) or (last and found > last)):
            return None, [(told(question, f"Skriv en dag, {limit_words(question.settings)}."), "")]
        return found or None, []


def limit_words(settings: Mapping[str, Any]) -> str:
    first, last = settings.get("earliest"), settings.get("latest")
    return " och ".join([*([f"tidigast {first}"] if first else []), *([f"senast {last}"] if last else [])])
