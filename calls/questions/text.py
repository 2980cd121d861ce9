"""Text with a limit in characters or words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions import parsing
from calls.questions.base import Fault, Kind, Surroundings, told
from calls.questions.fields import choice, long_text, small
from grants.core.money import group

MOST = 20_000
DEFAULT_MOST = 4_000
UNITS = (("chars", "tecken"), ("words", "ord"))
NOUNS = dict(UNITS)


class Text(Kind):
    code = "text"
    template = "questions/text.html"

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        return {
            "most": small("Längsta svar", help_text=f"Högst {group(MOST)}."),
            "unit": choice("Räknat i", UNITS, short=True),
        }

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"most": group(limit_of(settings)), "unit": settings.get("unit", "chars")}

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        faults: list[Fault] = []
        most = self.setting(parsing.between(1, MOST), raw, "most", faults)
        unit = raw.get("unit") or "chars"
        if unit not in NOUNS:
            faults.append(("Välj tecken eller ord ur listan.", "unit"))
        return {"most": most or DEFAULT_MOST, "unit": unit}, faults

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        return [f"Högst {group(limit_of(settings))} {noun_of(settings)}."]

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        most, words = limit_of(question.settings), in_words(question.settings)
        lines = 4 if most <= (300 if words else 2_000) else 6
        return {"": long_text(question.label, rows=lines, limit=most, words=words, help_text=question.help_text)}

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        try:
            text = parsing.text(raw)
        except ValueError as fault:
            return None, [(told(question, fault), "")]
        most, words = limit_of(question.settings), in_words(question.settings)
        length = len(text.split()) if words else len(text)
        if length > most or len(text) > MOST * 10:
            noun = noun_of(question.settings)
            return text, [
                (
                    f"Svaret på ”{question.label}” har {group(length)} {noun}. "
                    f"Korta texten till högst {group(most)} {noun}.",
                    "",
                )
            ]
        return text or None, []

    def context(self, question: Any, bound: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
        return {"words_most": limit_of(question.settings) if in_words(question.settings) else None}


def limit_of(settings: Mapping[str, Any]) -> int:
    return int(settings.get("most") or DEFAULT_MOST)


def in_words(settings: Mapping[str, Any]) -> bool:
    return settings.get("unit") == "words"


def noun_of(settings: Mapping[str, Any]) -> str:
    return NOUNS["words" if in_words(settings) else "chars"]
