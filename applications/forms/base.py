"""What the forms of the sections have in common. Everything may wait until the application is sent; only what is malformed is a fault."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet

from grants.core.forms import ReasonedForm

EMAIL_ERROR = "Skriv kontaktpersonens e-postadress som namn@organisation.se."
MISSING_ROWS = "Sidan skickades inte hel. Ladda om den och försök igen."


class DraftForm(ReasonedForm):
    """A section of a draft: nothing is marked optional, since everything may wait."""

    mark_optional = False


class EmailField(forms.EmailField):
    """An address, cleaned like any name; the fault says what to write."""

    def __init__(self, *, fault: str = EMAIL_ERROR, **kwargs: Any):
        super().__init__(error_messages={"invalid": fault, "max_length": fault}, **kwargs)

    def to_python(self, value: Any) -> str:
        from grants.core.text import clean_name

        return clean_name(str(value or ""))


def row_name(word: str, prefix: str | None) -> str:
    """ "Part 2" for the second row, "parter-1", as the page's legend says."""
    return f"{word} {int(number) + 1}" if (number := str(prefix).rpartition("-")[2]).isdigit() else word


class Rows(BaseFormSet):
    """Rows of a section; the page decides how many empty ones stand last."""

    default_error_messages = {
        "missing_management_form": MISSING_ROWS,
        "too_many_forms": "Raderna är för många. Ta bort några.",
    }

    def filled(self) -> list[dict[str, Any]]:
        """The cleaned rows that hold something, each with its ``place`` on the page."""
        return [{**form.cleaned_data, "place": place} for place, form in enumerate(self.forms) if form.is_filled]
