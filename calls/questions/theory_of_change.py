"""A theory of change: problem → activities → results → effects, each a text of its own (DOMAIN 1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions import parsing
from calls.questions.base import Fault, Kind, Surroundings, told
from calls.questions.fields import long_text, small
from grants.core.money import group

MOST = 10_000
DEFAULT_MOST = 2_000
PARTS = (
    ("problem", "Problem", "Vad är det som inte fungerar i dag?"),
    ("activities", "Aktiviteter", "Vad gör ni åt det?"),
    ("results", "Resultat", "Vad finns när aktiviteterna är klara?"),
    ("effects", "Effekter", "Vad förändras på sikt, och för vem?"),
)


class TheoryOfChange(Kind):
    code = "theory_of_change"
    template = "questions/theory_of_change.html"

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        return {"most": small("Längsta svar per del, tecken", help_text=f"Högst {group(MOST)}.")}

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"most": group(most_of(settings))}

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        faults: list[Fault] = []
        return {"most": self.setting(parsing.between(1, MOST), raw, "most", faults) or DEFAULT_MOST}, faults

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        return [f"Problem, aktiviteter, resultat och effekter: högst {group(most_of(settings))} tecken var."]

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        most = most_of(question.settings)
        return {key: long_text(label, limit=most, help_text=hint) for key, label, hint in PARTS}

    def initial(self, question: Any, answer: Any) -> dict[str, Any]:
        return dict(answer) if isinstance(answer, dict) else {}

    def given(self, question: Any, values: Mapping[str, Any]) -> Any:
        return dict(values)

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        if raw in (None, "", {}):
            return None, []
        if not isinstance(raw, dict):
            return None, [(told(question, "Skriv svaret i de fyra rutorna."), PARTS[0][0])]
        faults: list[Fault] = []
        found = {}
        for key, label, _ in PARTS:
            try:
                text = parsing.limited(raw.get(key), f"{label} i ”{question.label}”", most_of(question.settings))
            except ValueError as fault:
                faults.append((str(fault), key))
                continue
            if text:
                found[key] = text
        return (None if faults else found or None), faults

    def lacks(self, question: Any, answer: Any, *, must: bool, around: Surroundings) -> list[Fault]:
        held = answer if isinstance(answer, dict) else {}
        if not held:
            return [(f"Svara på ”{question.label}”.", PARTS[0][0])] if must else []
        return [(told(question, f"Beskriv {label.lower()}."), key) for key, label, _ in PARTS if not held.get(key)]

    def words(self, question: Any, answer: Any) -> str:
        held = answer if isinstance(answer, dict) else {}
        return "\n".join(f"{label}: {held[key]}" for key, label, _ in PARTS if held.get(key))

    def block(self, question: Any, answer: Any) -> dict[str, Any]:
        if self.is_empty(answer):
            return {"paragraphs": [""]}
        return {"facts": [[label, answer.get(key, "")] for key, label, _ in PARTS]}


def most_of(settings: Mapping[str, Any]) -> int:
    return int(settings.get("most") or DEFAULT_MOST)
