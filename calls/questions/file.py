"""A file that the call asks for. The file itself is an attachment of the application that says which question it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions import parsing
from calls.questions.base import Fault, Kind, Surroundings, told
from calls.questions.fields import hint_of, small
from grants.core.forms import NamedField
from grants.documents.attachments import TYPE_LIST

MOST_FILES = 5


class RawFile(NamedField, forms.FileField):
    """A file, or none; what it holds is judged when it is taken in."""

    default_error_messages = {
        "empty": "Filen är tom. Välj en fil med innehåll.",
        "invalid": "Välj en fil.",
        "missing": "Välj en fil.",
    }


class File(Kind):
    code = "file"
    template = "questions/file.html"

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        return {"most": small("Högsta antal filer", help_text=f"Högst {MOST_FILES}.")}

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"most": most_of(settings)}

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        faults: list[Fault] = []
        return {"most": self.setting(parsing.between(1, MOST_FILES), raw, "most", faults) or 1}, faults

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        most = most_of(settings)
        return ["En fil." if most == 1 else f"Högst {most} filer."]

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        hint = hint_of(question, f"Filen ska vara en {TYPE_LIST} och högst 20 MB.")
        return {"": RawFile(label=question.label, help_text=hint, required=False)}

    def initial(self, question: Any, answer: Any) -> dict[str, Any]:
        return {}

    def given(self, question: Any, values: Mapping[str, Any]) -> Any:
        return None

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        """Nothing is stored among the answers: the attachments are the answer."""
        if raw not in (None, "", [], {}):
            return None, [(told(question, "Lägg till svaret som en fil."), "")]
        return None, []

    def lacks(self, question: Any, answer: Any, *, must: bool, around: Surroundings) -> list[Fault]:
        if must and not around.files.get(question.code):
            return [(f"Lägg till en fil som svar på ”{question.label}”.", "")]
        return []

    def words(self, question: Any, answer: Any) -> str:
        return ", ".join(answer) if isinstance(answer, list) else ""

    def context(self, question: Any, bound: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
        held = around.files.get(question.code) or []
        return {
            "held": held,
            "may_add": len(held) < most_of(question.settings),
            "limits": self.limits(question.settings),
        }


def most_of(settings: Mapping[str, Any]) -> int:
    return int(settings.get("most") or 1)
