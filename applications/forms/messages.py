"""A message in the case."""

from __future__ import annotations

from typing import Any

from django import forms

from grants.core.forms import ReasonedForm, TextField
from grants.documents.attachments import TYPE_LIST


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleaned to a list, empty when none was chosen."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given if one]


class MessageForm(ReasonedForm):
    """Text and files."""

    mark_optional = False
    text = TextField(label="Ert meddelande", multiline=True, rows=7, max_length=10_000, required=False)
    uploads = FilesField(
        label="Bifoga filer (valfritt)",
        required=False,
        allow_empty_file=True,
        help_text=f"Högst tio filer: {TYPE_LIST}.",
    )
