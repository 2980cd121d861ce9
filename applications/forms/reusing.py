"""Choosing a call and files when an earlier application is used again."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.models import ApplicationAttachment
from calls.models import Call
from grants.core.forms import ReasonedForm
from grants.core.time import format_instant


class ReuseForm(ReasonedForm):
    """The new call, and each file that shall follow: none unless it is ticked."""

    mark_optional = False
    call = forms.ChoiceField(
        label="Vilken utlysning ska ni söka i?",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Välj en utlysning ur listan."),
    )
    chosen_files = forms.MultipleChoiceField(
        label="Filer som ska följa med",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Kryssa bara för filer som gäller även den nya ansökan.",
        error_messages={"invalid_choice": "Välj filer som finns i den tidigare ansökan."},
    )

    def __init__(self, *args: Any, calls: list[Call], held: list[ApplicationAttachment], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.calls = {call.code: call for call in calls}
        choose: Any = self.fields["call"]
        choose.choices = [
            (call.code, f"{call.title}, till {format_instant(call.closes_at)}" if call.closes_at else call.title)
            for call in calls
        ]
        pick: Any = self.fields["chosen_files"]
        pick.choices = [(str(row.pk), f"{row.attachment.name}{f', {row.label}' if row.label else ''}") for row in held]
        if not held:
            del self.fields["chosen_files"]

    def clean_call(self) -> Call:
        return self.calls[self.cleaned_data["call"]]
