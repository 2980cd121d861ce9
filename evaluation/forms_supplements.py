"""Answering a request for more time."""

from __future__ import annotations

from django import forms

from grants.core.forms import DayField, ReasonedForm, TextField


class ExtensionForm(ReasonedForm):
    """A new day, or no with a reason. The reason may go with a new day too."""

    mark_optional = False
    decision = forms.ChoiceField(
        label="Får sökanden mer tid?",
        choices=(("ja", "Ja, ny svarsdag"), ("nej", "Nej, dagen står fast")),
        widget=forms.RadioSelect,
        error_messages={"required": "Välj om sökanden får mer tid.", "invalid_choice": "Välj ja eller nej."},
    )
    granted_until = DayField(label="Ny svarsdag", required=False, help_text="Behövs när du svarar ja, ÅÅÅÅ-MM-DD.")
    answer = TextField(
        label="Skäl",
        multiline=True,
        rows=4,
        max_length=2_000,
        required=False,
        help_text="Behövs när du svarar nej. Sökanden får läsa det.",
    )

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("decision") == "ja" and not data.get("granted_until") and "granted_until" not in self.errors:
            self.add_error("granted_until", "Skriv den nya svarsdagen som ÅÅÅÅ-MM-DD.")
        return data
