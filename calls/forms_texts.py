"""The form of a text: subject for mails, and the text with its placeholders."""

from __future__ import annotations

from typing import Any

from django import forms

from calls.texts import LONGEST_BODY, LONGEST_SUBJECT, Purpose, faults
from grants.core.forms import ReasonedForm, TextField


class TextForm(ReasonedForm):
    """A text of a purpose. Empty means the standard text, or no text where there is none."""

    subject = TextField(
        label="Ämne",
        max_length=LONGEST_SUBJECT,
        required=False,
        help_text="Lämna tomt för att använda det vanliga ämnet.",
    )
    body = TextField(
        label="Text",
        multiline=True,
        rows=14,
        max_length=LONGEST_BODY,
        required=False,
    )
    application = forms.ChoiceField(
        label="Förhandsgranska med",
        required=False,
        error_messages={"invalid_choice": "Förhandsgranska med: välj en ansökan i listan."},
    )
    mark_optional = False

    def __init__(self, *args: Any, purpose: Purpose, choices: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.purpose = purpose
        without = "för att använda standardtexten" if purpose.standard else "om ni inte vill ha någon text här"
        self.fields["body"].help_text = f"Lämna tomt {without}."
        field: Any = self.fields["application"]
        field.choices = [("", "Påhittade uppgifter"), *choices]
        if not purpose.is_mail:
            del self.fields["subject"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name, whole in (("body", True), ("subject", False)):
            if name in self.fields and name in data:
                for fault in faults(self.purpose, data[name], name, whole=whole):
                    self.add_error(name, str(fault))
        return data
