"""An amount in whole kronor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions import fields as inputs
from calls.questions import parsing
from calls.questions.base import Fault, Kind, Surroundings, in_order, kept, told
from grants.core.money import format_sek, group


class Amount(Kind):
    code = "amount"

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        return {
            "least_sek": inputs.amount("Lägsta belopp, kronor (frivilligt)"),
            "most_sek": inputs.amount("Högsta belopp, kronor (frivilligt)"),
        }

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {name: group(value) for name, value in settings.items() if isinstance(value, int)}

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        faults: list[Fault] = []
        found = {name: self.setting(parsing.sek, raw, name, faults) for name in ("least_sek", "most_sek")}
        in_order(found["least_sek"], found["most_sek"], "most_sek", faults)
        return kept(**found), faults

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        words = limit_words(settings)
        return [f"{words[:1].upper()}{words[1:]}."] if words else []

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        hint = inputs.hint_of(question, "Skriv i hela kronor.", *self.limits(question.settings))
        return {"": inputs.amount(question.label, help_text=hint)}

    def initial(self, question: Any, answer: Any) -> dict[str, Any]:
        return {"": group(answer) if isinstance(answer, int) else ""}

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        try:
            found = parsing.sek(raw)
        except ValueError as fault:
            return None, [(told(question, fault), "")]
        low, high = question.settings.get("least_sek"), question.settings.get("most_sek")
        if found is not None and ((low is not None and found < low) or (high is not None and found > high)):
            return None, [(told(question, f"Skriv ett belopp, {limit_words(question.settings)}."), "")]
        return found, []

    def words(self, question: Any, answer: Any) -> str:
        return format_sek(answer) if isinstance(answer, int) else ""


def limit_words(settings: Mapping[str, Any]) -> str:
    low, high = settings.get("least_sek"), settings.get("most_sek")
    return " och ".join(
        [
            *([f"lägst {format_sek(low)}"] if low is not None else []),
            *([f"högst {format_sek(high)}"] if high is not None else []),
        ]
    )
