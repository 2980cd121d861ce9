"""A party's certificate: the file, who signed it and when."""

from __future__ import annotations

from django import forms

from applications.forms.base import DraftForm
from grants.core.forms import DayField, TextField


class CertificateForm(DraftForm):
    """Everything is asked for by the action, so that all faults are told at once."""

    name = TextField(label="Vem har skrivit under intyget?", max_length=150, required=False)
    day = DayField(label="Dag då intyget skrevs under", help_text="ÅÅÅÅ-MM-DD", required=False)
    file = forms.FileField(
        label="Fil med intyget",
        required=False,
        error_messages=dict.fromkeys(("invalid", "missing"), "Välj filen med intyget.")
        | {"empty": "Filen är tom. Välj en fil med innehåll."},
    )
