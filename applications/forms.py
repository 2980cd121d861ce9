"""The forms of the sections. Everything may wait until the application is sent; only what is malformed is a fault."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from applications.drafting import (
    MAX_CONTRIBUTION,
    MAX_FINANCIERS,
    MAX_PARTIES,
    MAX_SUMMARY,
    ORG_NUMBER,
)
from applications.enums import FinancingForm as FinancingForms
from applications.enums import FinancingKind, PartyKind
from applications.models import Application
from calls.questions import AnswersForm
from grants.accounts.models import Organisation
from grants.core.forms import DayField, NumberedRow, ReasonedForm, SekField, TextField
from grants.core.money import NBSP
from grants.strategy.models import CollaborationLevel, Objective, StrategicArea

EMAIL_ERROR = "Skriv kontaktpersonens e-postadress som namn@organisation.se."
PICK = "Välj mål ur listan över regionernas strategier."
FURTHER = "Välj fler strategiska områden ur listan."
PICK_MAIN = "Välj det mål som projektet främst bidrar till ur listan över regionernas strategier."
MISSING_ROWS = "Sidan skickades inte hel. Ladda om den och försök igen."
PARTY_KINDS = [(kind.value, kind.label) for kind in PartyKind if kind != PartyKind.BENEFICIARY]


class DraftForm(ReasonedForm):
    """A section of a draft: nothing is marked optional, since everything may wait."""

    mark_optional = False


class EmailField(forms.EmailField):
    """An address, cleaned like any name; the fault says what to write."""

    def __init__(self, **kwargs: Any):
        super().__init__(error_messages={"invalid": EMAIL_ERROR, "max_length": EMAIL_ERROR}, **kwargs)

    def to_python(self, value: Any) -> str:
        from grants.core.text import clean_name

        return clean_name(str(value or ""))


class PartiesForm(DraftForm):
    """Joint project or not, and the contact."""

    is_joint = forms.ChoiceField(
        label="Söker ni tillsammans med andra?",
        help_text="I ett gemensamt projekt har fler organisationer egna kostnader. En av dem är sökande för alla.",
        choices=[("nej", "Nej, vi söker själva"), ("ja", "Ja, det är ett gemensamt projekt")],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Välj om ni söker tillsammans med andra, ja eller nej."},
    )
    contact_name = TextField(label="Kontaktpersonens namn", max_length=150, required=False)
    contact_email = EmailField(
        label="Kontaktpersonens e-postadress", help_text="Hit skickar vi kvittens och frågor.", required=False
    )
    contact_phone = TextField(label="Kontaktpersonens telefonnummer", max_length=40, required=False)

    def clean_is_joint(self) -> bool:
        return self.cleaned_data["is_joint"] == "ja"


def row_name(word: str, prefix: str | None) -> str:
    """ "Part 2" for the second row, "parter-1", as the page's legend says."""
    return f"{word} {int(number) + 1}" if (number := str(prefix).rpartition("-")[2]).isdigit() else word


class PartyForm(NumberedRow, DraftForm):
    """One party besides the applicant. An empty row is no party."""

    kind = forms.ChoiceField(
        label="Roll",
        choices=[("", "Välj roll"), *PARTY_KINDS],
        required=False,
        error_messages={"invalid_choice": "Välj en roll ur listan."},
    )
    name = TextField(
        label="Organisation",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "organisationer", "autocomplete": "off"}),
    )
    org_number = TextField(label="Organisationsnummer", max_length=20, required=False)
    level = forms.ChoiceField(
        label="Samverkansnivå", required=False, error_messages={"invalid_choice": "Välj en samverkansnivå ur listan."}
    )
    contribution = TextField(
        label="Vad bidrar parten med?", max_length=MAX_CONTRIBUTION, multiline=True, rows=3, required=False
    )

    def __init__(
        self, *args: Any, levels: list[CollaborationLevel], organisations: dict[str, Organisation], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.row_name = row_name("Part", self.prefix)
        self.organisations = organisations
        self.levels = {str(level.step): level for level in levels}
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "Välj nivå"),
            *((step, f"{step}. {level.label_sv}") for step, level in self.levels.items()),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.is_filled:
            return data
        if not data.get("name") and "name" not in self.errors:
            self.add_error("name", "Skriv organisationens namn, eller töm raden om parten inte ska vara med.")
        if not data.get("kind") and "kind" not in self.errors:
            self.add_error("kind", f"Välj vilken roll {(data.get('name') or 'parten')[:60]} har.")
        number = data.get("org_number", "")
        if number and not ORG_NUMBER.fullmatch(number):
            self.add_error("org_number", "Skriv organisationsnumret som 212000-0000.")
        data["organisation"] = self.organisations.get(data.get("name", "").casefold())
        data["collaboration_level"] = self.levels.get(data.get("level", ""))
        return data

    @property
    def is_filled(self) -> bool:
        """Whether anything was written in the row."""
        return any(self.cleaned_data.get(name) for name in ("kind", "name", "org_number", "contribution")) or bool(
            set(self.errors) & set(self.fields)
        )


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


class Rows(BaseFormSet):
    """Rows of a section; the page decides how many empty ones stand last."""

    default_error_messages = {
        "missing_management_form": MISSING_ROWS,
        "too_many_forms": "Raderna är för många. Ta bort några.",
    }

    def filled(self) -> list[dict[str, Any]]:
        """The cleaned rows that hold something."""
        return [form.cleaned_data for form in self.forms if form.is_filled]


PartyRows = formset_factory(
    PartyForm, formset=Rows, extra=0, max_num=MAX_PARTIES, absolute_max=MAX_PARTIES, validate_max=True
)
FinancingRows = formset_factory(
    FinancingForm, formset=Rows, extra=0, max_num=MAX_FINANCIERS, absolute_max=MAX_FINANCIERS, validate_max=True
)


class ProjectForm(AnswersForm):
    """Name, summary, period, and the call's questions unless they have pages of their own."""

    title = TextField(label="Projektets namn", max_length=150, required=False)
    summary = TextField(
        label="Sammanfattning",
        help_text="Beskriv projektet så att den som inte är insatt förstår. Texten publiceras om ni får stöd.",
        max_length=MAX_SUMMARY,
        multiline=True,
        rows=5,
        required=False,
    )
    start_on = DayField(
        label="Projektet startar", help_text="ÅÅÅÅ-MM-DD, tidigast den dag ni skickar in ansökan.", required=False
    )
    end_on = DayField(label="Projektet slutar", help_text="Skriv datumet som ÅÅÅÅ-MM-DD.", required=False)

    def data_for_action(self) -> dict[str, Any]:
        data = {name: self.cleaned_data[name] for name in ("title", "summary", "start_on", "end_on")}
        return {**data, "answers": self.answers} if self.asked else data


class AreasField(forms.ModelMultipleChoiceField):
    """Areas by number. A number that the database cannot hold is refused like any other that is no choice."""

    def clean(self, value: Any) -> Any:
        if any(len(str(one)) > 15 for one in value or ()):
            raise forms.ValidationError(FURTHER)
        return super().clean(value)


class ObjectivesForm(DraftForm):
    """RUS objectives: which ones, how the project contributes to each, and which one it contributes to most.

    Areas too: the main one among the call's, and further ones.
    """

    main_area = forms.ModelChoiceField(
        label="Strategiskt område som projektet främst hör till",
        queryset=StrategicArea.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        required=False,
        error_messages={"invalid_choice": "Välj det främsta strategiska området ur listan."},
    )
    further_areas = AreasField(
        label="Fler områden som projektet berör",
        queryset=StrategicArea.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={
            "invalid_choice": FURTHER,
            "invalid_pk_value": FURTHER,
            "invalid_list": FURTHER,
        },
    )

    theme = forms.ChoiceField(
        label="Tema",
        help_text="Välj det av utlysningens teman som ansökan gäller.",
        required=False,
        error_messages={"invalid_choice": "Välj ett tema ur listan."},
    )

    def __init__(
        self, *args: Any, objectives: list[Objective], areas: Any, themes: list[tuple[str, Any]], **kwargs: Any
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
            self.fields[how_key(pk)] = TextField(
                label=f"Hur bidrar projektet till ”{objective.label}”?",
                max_length=MAX_CONTRIBUTION,
                multiline=True,
                rows=3,
                required=False,
            )
        named = [(area.pk, str(area)) for area in areas]  # read once for both
        for name in ("main_area", "further_areas"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = areas
            field.choices = named

    @property
    def ticked(self) -> set[str]:
        """Primary keys of the ticked objectives, as texts, also when something else on the page is faulty."""
        return {str(pk) for pk in self["mal"].value() or []}

    def data_for_action(self) -> dict[str, Any]:
        """A main objective whose tick was taken away is no longer chosen."""
        data = self.cleaned_data
        main = data["huvudmal"] if data["huvudmal"] in data["mal"] else ""
        return {
            "links": [
                {"objective": self.objectives[pk], "contribution": data[how_key(pk)]}
                for pk in dict.fromkeys(data["mal"])
            ],
            "main_objective": self.objectives[main] if main else None,
            "main_area": data["main_area"],
            **({"theme": int(data["theme"]) if data["theme"] else None} if "theme" in data else {}),
            "further_areas": list(data["further_areas"]),
        }


def how_key(pk: Any) -> str:
    """The name of the field that says how the project contributes to the objective."""
    return f"mal-{pk}-hur"


class BudgetForm(DraftForm):
    """The cost table and the amount applied for. One field per cost type and year; flat rates are not typed."""

    applied_sek = SekField(label="Stöd ni söker", required=False)

    def __init__(self, *args: Any, application: Application, years: list[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.cost_types = list(application.call.cost_types.all())
        self.years = years
        self.fields["applied_sek"].widget.attrs["data-fin"] = "support"
        for cost_type in self.cost_types:
            if cost_type.flat_rate_percent is not None:
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


class SupplementForm(DraftForm):
    """The answer to a request for supplement."""

    answer = TextField(label="Ert svar", multiline=True, rows=8, max_length=5_000, required=False)
