"""Financing, a row for each financier."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.forms import formset_factory

from applications.drafting import (
    MAX_FINANCIERS,
)
from applications.enums import Appropriation, FinancingKind
from applications.enums import FinancingForm as FinancingForms
from applications.forms.base import DraftForm, Rows, row_name
from grants.core.forms import NumberedRow, SekField, TextField


class FinancingForm(NumberedRow, DraftForm):
    """One financier besides the support. An empty row is none."""

    financier = TextField(
        label="Finansiär",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "finansiarer", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label="Slag",
        choices=FinancingKind.choices,
        initial=FinancingKind.OWN,
        required=False,
        error_messages={"invalid_choice": "Välj ett slag av finansiering ur listan."},
    )
    form = forms.ChoiceField(
        label="Form",
        choices=FinancingForms.choices,
        initial=FinancingForms.CASH,
        required=False,
        error_messages={"invalid_choice": "Välj en form som utlysningen tillåter."},
    )
    appropriation = forms.ChoiceField(
        label="Anslag, för offentliga pengar",
        choices=[("", "Välj anslag"), *Appropriation.choices],
        required=False,
        error_messages={"invalid_choice": "Välj ett anslag ur listan."},
    )
    amount_sek = SekField(label="Belopp", required=False)

    def __init__(self, *args: Any, allowed: Collection[str] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.row_name = row_name("Finansiär", self.prefix)
        if allowed is not None:
            field = self.fields["form"]
            assert isinstance(field, forms.ChoiceField)
            held = self.initial.get("form")  # of a saved line; an empty one offers only what is allowed
            choices = [(one.value, one.label) for one in FinancingForms if one in allowed or one == held]
            field.choices = choices
            field.initial = choices[0][0] if choices else None
        self.fields["amount_sek"].widget.attrs["data-fin"] = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("amount_sek") and not data.get("financier") and "financier" not in self.errors:
            self.add_error("financier", "Skriv vem som finansierar beloppet.")
        if data.get("financier") and not data.get("kind") and "kind" not in self.errors:
            self.add_error("kind", "Välj slag av finansiering.")
        return data

    @property
    def is_filled(self) -> bool:
        return bool(self.cleaned_data.get("financier") or self.cleaned_data.get("amount_sek"))


FinancingRows = formset_factory(
    FinancingForm, formset=Rows, extra=0, max_num=MAX_FINANCIERS, absolute_max=MAX_FINANCIERS, validate_max=True
)
