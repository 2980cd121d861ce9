"""Costs and financing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.forms import formset_factory

from applications.drafting import (
    MAX_FINANCIERS,
)
from applications.enums import FinancingForm as FinancingForms
from applications.enums import FinancingKind
from applications.forms.base import DraftForm, Rows, row_name
from applications.models import Application
from calls.rates import rates_of
from grants.core.forms import NumberedRow, SekField, TextField
from grants.core.money import NBSP


class FinancingForm(NumberedRow, DraftForm):
    """One financier besides the support. An empty row is none."""

    financier = TextField(label="Finansiär", max_length=200, required=False)
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
    amount_sek = SekField(label="Belopp", required=False)

    def __init__(self, *args: Any, allowed: Collection[str] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.row_name = row_name("Finansiär", self.prefix)
        if allowed is not None:
            field = self.fields["form"]
            assert isinstance(field, forms.ChoiceField)
            held = self.get_initial_for_field(field, "form")
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


class BudgetForm(DraftForm):
    """The cost table and the amount applied for. One field per cost type and year; flat rates are not typed."""

    applied_sek = SekField(label="Stöd ni söker", required=False)

    def __init__(self, *args: Any, application: Application, years: list[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.cost_types = list(application.call.cost_types.all())
        self.years = years
        self.rates = rates_of(application.call)
        self.fields["applied_sek"].widget.attrs["data-fin"] = "support"
        for cost_type in self.cost_types:
            if cost_type.pk in self.rates:
                continue
            for year in years:
                field = CostField(cost_type.label, year)
                field.widget.attrs |= {"data-row": str(cost_type.pk), "data-year": str(year)}
                self.fields[cost_key(cost_type.pk, year)] = field

    def costs(self) -> list[dict[str, Any]]:
        """The typed lines as the action takes them; lines with a fault are left out."""
        return [
            {"cost_type": cost_type, "year": year, "amount_sek": self.cleaned_data[cost_key(cost_type.pk, year)] or 0}
            for cost_type in self.cost_types
            for year in self.years
            if cost_key(cost_type.pk, year) in self.cleaned_data
        ]


class CostField(SekField):
    """One cell of the cost table; its fault names the year, since the table shows it beside the row's name."""

    def __init__(self, label: str, year: int):
        super().__init__(label=f"{label} {year}, kronor", required=False)
        self.sentence = f"Skriv {label.lower()} för {year} i hela kronor, till exempel 45{NBSP}000."
        self.widget.attrs |= {"aria-label": self.label, "data-cost": ""}

    def to_python(self, value: Any) -> int | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as fault:
            if "för stort" in fault.messages[0]:
                raise  # that sentence names the cell by its label
            raise forms.ValidationError(self.sentence) from None


def cost_key(cost_type_pk: int, year: int) -> str:
    """The name of the cell's field."""
    return f"kostnad-{cost_type_pk}-{year}"


FinancingRows = formset_factory(
    FinancingForm, formset=Rows, extra=0, max_num=MAX_FINANCIERS, absolute_max=MAX_FINANCIERS, validate_max=True
)
