"""The file with the budget."""

from __future__ import annotations

from django import forms

from applications.forms.base import DraftForm

PICK_FILE = "Välj Excelfilen med budgeten."


class BudgetFileForm(DraftForm):
    budget = forms.FileField(
        label="Excelfil med budgeten",
        help_text="Den fil som ni laddade ned här, ifylld. Högst 5 MB.",
        error_messages=dict.fromkeys(("required", "invalid", "missing", "empty"), PICK_FILE)
        | {"max_length": "Filens namn är för långt. Döp om filen."},
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
