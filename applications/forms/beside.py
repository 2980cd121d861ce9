"""Forms beside the sections: a file, and a call manager's try."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.forms.base import DraftForm
from calls.models import RequiredAttachment
from grants.accounts.models import Organisation
from grants.core.forms import ReasonedForm, TextField


class ManyFilesInput(forms.ClearableFileInput):
    """A field that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files, always given as a list. What is inside them is checked where they are stored."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


class UploadForm(DraftForm):
    """One or several files and what they are."""

    file = FilesField(
        label="Filer",
        allow_empty_file=True,  # refused with its name where it is stored
        error_messages={
            "required": "Välj en fil.",
            "empty": "Filen är tom. Välj en fil med innehåll.",
            "invalid": "Välj en fil.",
            "missing": "Välj en fil.",
        },
    )
    required = forms.ChoiceField(
        label="Vilken av de begärda filerna är det?",
        required=False,
        error_messages={"invalid_choice": "Välj vad filen är ur listan."},
    )
    label = TextField(label="Vad är det för fil?", max_length=150, required=False)
    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**53)

    def __init__(self, *args: Any, asked: list[RequiredAttachment] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.asked = {str(one.pk): one for one in asked or []}
        field = self.fields["required"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Ingen av dem"), *((pk, one.title) for pk, one in self.asked.items())]
        if not self.asked:
            del self.fields["required"]

    def clean_required(self) -> RequiredAttachment | None:
        return self.asked.get(self.cleaned_data["required"])


class TryForm(ReasonedForm):
    """As which organisation the call manager tries the application."""

    organisation = forms.ModelChoiceField(
        label="Prova som",
        help_text="Reglerna om vem som kan söka prövas mot organisationen. Organisationen får inte veta något om provet.",
        queryset=Organisation.objects.applicants().order_by("name"),
        empty_label="Välj organisation",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Välj en organisation ur listan."),
    )
