"""RUS objectives, strategic areas and the theme."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.choices import areas as every_area
from applications.drafting import (
    MAX_CONTRIBUTION,
)
from applications.enums import ConcernKind
from applications.forms.base import DraftForm
from grants.core.forms import TextField
from grants.strategy.models import Objective

PICK = "Välj mål ur listan över regionernas strategier."
FURTHER = "Välj fler strategiska områden ur listan."
PICK_MAIN = "Välj det mål som projektet främst bidrar till ur listan över regionernas strategier."


class ObjectivesForm(DraftForm):
    """RUS objectives: which ones, how the project contributes to each, and which one it contributes to most.

    Areas too: the main one among the call's, and further ones.
    """

    main_area = forms.ChoiceField(
        label="Strategiskt område som projektet främst hör till",
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Välj det främsta strategiska området ur listan."},
    )
    further_areas = forms.MultipleChoiceField(
        label="Fler områden som projektet berör",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages=dict.fromkeys(("invalid_choice", "invalid_list"), FURTHER),
    )

    theme = forms.ChoiceField(
        label="Tema",
        help_text="Välj det av utlysningens teman som ansökan gäller.",
        required=False,
        error_messages={"invalid_choice": "Välj ett tema ur listan."},
    )

    def __init__(
        self,
        *args: Any,
        objectives: list[Objective],
        areas: list[tuple[str, str]],
        themes: list[tuple[str, Any]],
        concerns: dict[str, list[tuple[str, str]]],
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        theme = self.fields["theme"]
        assert isinstance(theme, forms.ChoiceField)
        theme.choices = [("", "Välj tema"), *themes]
        if not themes:
            del self.fields["theme"]
        self.objectives = {str(objective.pk): objective for objective in objectives}
        choices = [(pk, objective.label) for pk, objective in self.objectives.items()]
        self.fields["mal"] = forms.MultipleChoiceField(
            label="Mål",
            choices=choices,
            required=False,
            error_messages=dict.fromkeys(("invalid_choice", "invalid_list"), PICK),
        )
        self.fields["huvudmal"] = forms.ChoiceField(
            label="Främst", choices=choices, required=False, error_messages={"invalid_choice": PICK_MAIN}
        )
        for pk, objective in self.objectives.items():
            self.fields[how_key(pk)] = how_field(objective)
        for name in ("main_area", "further_areas"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = areas
        self.concerns = list(concerns)
        for kind, choices in concerns.items():
            label = ConcernKind(kind).label
            self.fields[kind] = forms.MultipleChoiceField(
                label=label,
                help_text=f"Kryssa för de {label.lower()} som projektet berör.",
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
                error_messages=dict.fromkeys(("invalid_choice", "invalid_list"), f"Välj {label.lower()} ur listan."),
            )

    def unused(self) -> set[str]:
        """The names of the texts on objectives that are not ticked: those texts are not saved as answers."""
        ticked = self.ticked
        return {how_key(pk) for pk in self.objectives if pk not in ticked}

    @property
    def ticked(self) -> set[str]:
        """Primary keys of the ticked objectives, as texts, also when something else on the page is faulty."""
        return {str(pk) for pk in self["mal"].value() or []}

    def data_for_action(self) -> dict[str, Any]:
        """A main objective whose tick was taken away is no longer chosen."""
        data = self.cleaned_data
        main = data["huvudmal"] if data["huvudmal"] in data["mal"] else ""
        chosen = data["main_area"] or data["further_areas"]
        found = {str(area.pk): area for area in every_area()} if chosen else {}
        return {
            "links": [
                {"objective": self.objectives[pk], "contribution": data[how_key(pk)]}
                for pk in dict.fromkeys(data["mal"])
            ],
            "main_objective": self.objectives[main] if main else None,
            "main_area": found.get(data["main_area"]),
            **({"theme": int(data["theme"]) if data["theme"] else None} if "theme" in data else {}),
            "further_areas": [area for key, area in found.items() if key in data["further_areas"]],
            "concerns": {kind: data[kind] for kind in self.concerns},
        }


def how_field(objective: Objective) -> TextField:
    """How the project contributes to the objective."""
    return TextField(
        label=f"Hur bidrar projektet till ”{objective.label}”?",
        max_length=MAX_CONTRIBUTION,
        multiline=True,
        rows=3,
        required=False,
    )


def how_key(pk: Any) -> str:
    """The name of the field that says how the project contributes to the objective."""
    return f"mal-{pk}-hur"
