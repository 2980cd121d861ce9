"""Several of the options, with a least and a most number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions import parsing
from calls.questions.base import Fault, Kind, Surroundings, in_order, kept, told
from calls.questions.fields import RawSeveral, hint_of, small
from calls.questions.options import MOST_OPTIONS, as_lines, last_key, options_field, pairs, read_options


class SeveralOf(Kind):
    code = "several_of"
    is_closed = True

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        return {
            "options": options_field(),
            "least": small("Minsta antal val (frivilligt)"),
            "most": small("Högsta antal val (frivilligt)"),
        }

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"options": as_lines(settings), "least": settings.get("least", ""), "most": settings.get("most", "")}

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        faults: list[Fault] = []
        options = read_options(raw.get("options"), before, faults)
        least = self.setting(parsing.between(1, MOST_OPTIONS), raw, "least", faults)
        most = self.setting(parsing.between(1, MOST_OPTIONS), raw, "most", faults)
        in_order(least, most, "most", faults)
        if options and least is not None and least > len(options):
            faults.append((f"Det finns bara {len(options)} alternativ. Skriv ett lägre antal.", "least"))
        return {"options": options, "last_key": last_key(options, before), **kept(least=least, most=most)}, faults

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        least, most = settings.get("least"), settings.get("most")
        if least and most:
            return [f"Välj {least}." if least == most else f"Välj minst {least} och högst {most}."]
        return [f"Välj minst {least}."] if least else [f"Välj högst {most}."] if most else []

    def closed_answers(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        return pairs(settings)

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        hint = hint_of(question, *self.limits(question.settings))
        return {"": RawSeveral(label=question.label, help_text=hint, choices=pairs(question.settings))}

    def initial(self, question: Any, answer: Any) -> dict[str, Any]:
        return {"": answer if isinstance(answer, list) else []}

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        if raw in (None, "", []):
            return None, []
        known = [key for key, _ in pairs(question.settings)]
        if not isinstance(raw, list) or any(
            not isinstance(one, str) or one not in known for one in raw[: 10 * MOST_OPTIONS]
        ):
            return None, [(told(question, "Välj bland alternativen i listan."), "")]
        most = question.settings.get("most")
        chosen = [key for key in known if key in raw]
        if most and len(chosen) > most:
            return None, [(told(question, f"Välj högst {most} alternativ."), "")]
        return chosen, []

    def lacks(self, question: Any, answer: Any, *, must: bool, around: Surroundings) -> list[Fault]:
        least = question.settings.get("least") or 0
        if not self.is_empty(answer) and len(answer) < least:
            return [(told(question, f"Välj minst {least} alternativ."), "")]
        return super().lacks(question, answer, must=must, around=around)

    def words(self, question: Any, answer: Any) -> str:
        if not isinstance(answer, list):
            return ""
        return ", ".join(label for key, label in pairs(question.settings) if key in answer)

    def block(self, question: Any, answer: Any) -> dict[str, Any]:
        return {"paragraphs": [self.words(question, answer)]}
