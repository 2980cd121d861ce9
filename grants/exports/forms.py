"""What to take out."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from calls.models import Call
from grants.exports import jobs


class DecisionsForm(forms.Form):
    """Which call's decisions, or all. The token makes a second press harmless."""

    mark_optional = False
    utlysning = forms.ChoiceField(
        label="Utlysning",
        required=False,
        help_text="Välj en utlysning, eller ta ut besluten i alla utlysningar.",
        error_messages={"invalid_choice": "Utlysningen finns inte i listan. Välj en av dem som står där."},
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.calls: dict[str, Call] = {call.code: call for call in jobs.calls_for(user)}
        field = self.fields["utlysning"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Alla utlysningar"), *((c.code, f"{c.code}, {c.title}") for c in self.calls.values())]

    def clean_token(self) -> uuid.UUID | None:
        """The token of the page, or None when there is none that can be read."""
        try:
            return uuid.UUID(self.cleaned_data["token"])
        except ValueError:
            return None

    @property
    def call(self) -> Call | None:
        """The chosen call, None for all."""
        return self.calls.get(self.cleaned_data["utlysning"])
