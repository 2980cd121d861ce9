"""A number between limits, with decimals and a unit. Stored as text with a point, never as a float (TRUST INV-16)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from calls.questions import parsing
from calls.questions.base import Fault, Kind, Surroundings, in_order, kept, told
from calls.questions.fields import RawField, hint_of, small

MOST_DECIMALS = 4


class Number(Kind):
    code = "number"

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        return {
            "least": small("Lägsta tal (frivilligt)"),
            "most": small("Högsta tal (frivilligt)"),
            "decimals": small("Antal decimaler", help_text=f"0 för heltal, högst {MOST_DECIMALS}."),
            "unit": RawField(label="Enhet (frivilligt)", help_text="Till exempel kilometer eller personer."),
        }

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        held = {name: parsing.spelled(settings[name]) for name in ("least", "most") if name in settings}
        return {"decimals": settings.get("decimals", 0), "unit": settings.get("unit", ""), **held}

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        faults: list[Fault] = []
        decimals = self.setting(parsing.between(0, MOST_DECIMALS), raw, "decimals", faults) or 0
        limits = {
            name: self.setting(lambda typed: parsing.decimal(typed, decimals), raw, name, faults)
            for name in ("least", "most")
        }
        in_order(limits["least"], limits["most"], "most", faults)
        unit = _unit(raw, faults)
        stored = {name: str(value) if value is not None else None for name, value in limits.items()}
        return kept(decimals=decimals, unit=unit, **stored), faults

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        words = limit_words(settings)
        return [f"{words[:1].upper()}{words[1:]}."] if words else []

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        unit = question.settings.get("unit")
        own = self.limits(question.settings) or ([f"Svara i {unit}."] if unit else [])
        hint = hint_of(question, *own)
        return {"": small(question.label, help_text=hint)}

    def initial(self, question: Any, answer: Any) -> dict[str, Any]:
        return {"": parsing.spelled(answer) if isinstance(answer, str) and answer else ""}

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        settings = question.settings
        try:
            found = parsing.decimal(raw, int(settings.get("decimals") or 0))
        except ValueError as fault:
            return None, [(told(question, fault), "")]
        if found is None:
            return None, []
        low, high = settings.get("least"), settings.get("most")
        if (low is not None and found < Decimal(low)) or (high is not None and found > Decimal(high)):
            return None, [(told(question, f"Skriv ett tal, {limit_words(settings)}."), "")]
        return str(found), []

    def words(self, question: Any, answer: Any) -> str:
        if not answer:
            return ""
        return f"{parsing.spelled(answer)} {question.settings.get('unit', '')}".strip()


def _unit(raw: Mapping[str, Any], faults: list[Fault]) -> str:
    try:
        return parsing.limited(raw.get("unit"), "Enheten", 40, one_line=True)
    except ValueError as fault:
        faults.append((str(fault), "unit"))
        return ""


def limit_words(settings: Mapping[str, Any]) -> str:
    """ "lägst 0 och högst 100 kilometer"."""
    low, high = settings.get("least"), settings.get("most")
    parts = [
        *([f"lägst {parsing.spelled(low)}"] if low is not None else []),
        *([f"högst {parsing.spelled(high)}"] if high is not None else []),
    ]
    unit = settings.get("unit", "")
    return " och ".join(parts) + (f" {unit}" if parts and unit else "")
