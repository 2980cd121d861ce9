"""Municipalities, and how spatial the strategy is."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.drafting import MAX_CONTRIBUTION
from applications.enums import SpatialLevel
from applications.forms.base import DraftForm
from applications.places import FIELD
from grants.core.forms import TextField

SCALE = [(str(value), f"{value}. {label}") for value, label in SpatialLevel.choices]


def level_field(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        label=label,
        choices=SCALE,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": f"{label} Välj ett av stegen på skalan."},
    )


class PlaceForm(DraftForm):
    """``municipalities``: the field, made by the question's own kind for the counties at hand."""

    spatial_before = level_field("Hur rumslig är den regionala utvecklingsstrategin i dag?")
    spatial_after = level_field("Hur rumslig är den efter projektet?")
    spatial_how = TextField(
        label="Hur bidrar projektet till det?", max_length=MAX_CONTRIBUTION, multiline=True, rows=4, required=False
    )

    def __init__(self, *args: Any, municipalities: forms.Field, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields[FIELD] = municipalities

    def data_for_action(self) -> dict[str, Any]:
        data = self.cleaned_data
        levels = {name: data[name] for name in ("spatial_before", "spatial_after")}
        return {"municipalities": data[FIELD], "spatial_how": data["spatial_how"], **levels}
