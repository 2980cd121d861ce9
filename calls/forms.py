"""The call set-up form: one form with fixed fields, and rows for years, cost types, areas and criteria. Works without script."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

from calls.enums import CallKind
from grants.core.forms import DayField, InstantField, NamedField, NumberedRow, ReasonedForm, SekField, TextField

RESERVED_CODES = ("ny", "hantera")
"""Words that our own addresses use where a call's code stands."""
FIRST_YEAR, LAST_YEAR = 2010, 2100


class WholeField(forms.IntegerField):
    """A whole number between two limits; the error names both and ``what`` it is about."""

    def __init__(self, *, what: str, least: int, most: int, **kwargs: Any):
        text = f"Skriv {what} som ett heltal mellan {least} och {most}."
        messages = {"invalid": text, "min_value": text, "max_value": text, "required": text}
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-year"})
        super().__init__(min_value=least, max_value=most, error_messages=messages, widget=widget, **kwargs)


class PercentField(NamedField):
    """A percentage with at most two decimals, comma or point; cleaned to a Decimal or None."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "w-year"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        text = re.sub(r"[\s%]", "", str(value or ""))
        if not text:
            return None
        if not re.fullmatch(r"\d{1,3}([.,]\d{1,2})?", text, re.ASCII):
            raise self.fault("Skriv procenten med siffror, till exempel 15.")
        percent = Decimal(text.replace(",", "."))
        if not 0 < percent <= 100:
            raise self.fault("Skriv en procentsats över 0 och högst 100.")
        return percent

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class UrlField(TextField):
    """A web address, http or https."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text and not re.fullmatch(r"https?://[^\s/$.?#][^\s<>\"]*", text):
            raise self.fault("Skriv hela webbadressen, till exempel https://www.example.se/utlysning.")
        return text


class CodeField(TextField):
    """A call's code, as it stands in addresses and file names."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text and not re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", text, re.ASCII):
            raise self.fault("Skriv bara bokstäverna a–z, siffror och bindestreck, till exempel plan-2027.")
        if text.lower() in RESERVED_CODES:
            raise forms.ValidationError("Beteckningen används av tjänsten själv. Välj en annan.")
        return text


class CallForm(ReasonedForm):
    """The fixed fields. What is only missing may wait until publishing; what cannot be read is refused."""

    mark_optional = False

    code = CodeField(
        label="Beteckning",
        max_length=40,
        help_text="Står i adressen, till exempel plan-2027. Går inte att ändra sedan.",
    )
    title = TextField(label="Rubrik", max_length=200)
    kind = forms.ChoiceField(
        label="Slag av utlysning",
        choices=CallKind.choices,
        error_messages={
            "invalid_choice": "Välj ett slag av utlysning i listan.",
            "required": "Välj ett slag av utlysning i listan.",
        },
    )
    pitch = TextField(
        label="Kort om utlysningen",
        multiline=True,
        rows=3,
        max_length=600,
        required=False,
        help_text="Två eller tre meningar.",
    )
    who_may_apply = TextField(label="Vem kan söka", multiline=True, rows=4, max_length=5000, required=False)
    what_for = TextField(label="Vad ni kan söka för", multiline=True, rows=6, max_length=5000, required=False)
    not_funded = TextField(
        label="Det här ger inget stöd",
        multiline=True,
        rows=4,
        max_length=5000,
        required=False,
        help_text="Skriv en sak per rad.",
    )
    expected_results = TextField(label="Förväntade resultat", multiline=True, rows=4, max_length=5000, required=False)
    assessment_intro = TextField(
        label="Så bedömer vi ansökan",
        multiline=True,
        rows=4,
        max_length=5000,
        required=False,
        help_text="Står ovanför kriterierna.",
    )
    reservation = TextField(
        label="Förbehåll",
        multiline=True,
        rows=2,
        max_length=2000,
        required=False,
        help_text="Till exempel att pengarna ska tilldelas först.",
    )
    legal_basis = TextField(label="Rättslig grund", multiline=True, rows=2, max_length=2000, required=False)
    contact = TextField(
        label="Kontakt",
        multiline=True,
        rows=3,
        max_length=2000,
        required=False,
        help_text="Vem man kan fråga, och hur.",
    )
    source_url = UrlField(label="Länk till mer information", max_length=500, required=False)
    opens_at = InstantField(
        label="Öppnar", required=False, help_text="Dag och klockslag: ÅÅÅÅ-MM-DD TT.MM, svensk tid."
    )
    closes_at = InstantField(
        label="Stänger",
        required=False,
        help_text="Dag och klockslag: ÅÅÅÅ-MM-DD TT.MM, svensk tid. Ansökan ska vara inne före den tiden.",
    )
    earliest_start_on = DayField(label="Projekten kan starta tidigast", required=False, help_text="ÅÅÅÅ-MM-DD")
    latest_end_on = DayField(label="Projekten ska sluta senast", required=False, help_text="ÅÅÅÅ-MM-DD")
    longest_months = WholeField(
        what="projekttiden i månader", least=1, most=120, label="Längsta projekttid, månader", required=False
    )
    budget_sek = SekField(label="Hela budgeten, kronor", min_sek=1, required=False)
    smallest_amount_sek = SekField(label="Minsta stöd per projekt, kronor", min_sek=1, required=False)
    largest_amount_sek = SekField(label="Högsta stöd per projekt, kronor", min_sek=1, required=False)
    largest_share_percent = WholeField(
        what="stödandelen i procent",
        least=1,
        most=100,
        label="Högsta stödandel, %",
        required=False,
        help_text="Av kostnaderna som ger stöd.",
    )
    lowest_score = WholeField(
        what="lägsta poäng",
        least=1,
        most=100,
        label="Lägsta poäng för stöd",
        required=False,
        help_text="Av 100. Tomt: ingen gräns.",
    )
    assessors_needed = WholeField(what="antalet bedömare", least=1, most=5, label="Antal bedömare per ansökan")
    is_appealable = forms.BooleanField(label="Besluten kan överklagas", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "Utlysningen måste stänga efter att den öppnar.")
        start, end = data.get("earliest_start_on"), data.get("latest_end_on")
        if start and end and end <= start:
            self.add_error("latest_end_on", "Projekten måste sluta efter att de startar.")
        smallest, largest = data.get("smallest_amount_sek"), data.get("largest_amount_sek")
        if smallest and largest and smallest > largest:
            self.add_error("smallest_amount_sek", "Det minsta stödet är större än det högsta. Sänk det.")
        return data


class RowForm(NumberedRow):
    """A row that may be left blank."""

    mark_optional = False


class YearForm(RowForm):
    year = WholeField(what="året", least=FIRST_YEAR, most=LAST_YEAR, label="År")
    budget_sek = SekField(
        label="Budget, kronor", min_sek=1, error_messages={"required": "Skriv årets budget i hela kronor."}
    )


class CostTypeForm(RowForm):
    chosen = forms.BooleanField(required=False)
    label = TextField(label="Benämning", max_length=100, required=False)
    help_text = TextField(label="Förklaring", max_length=300, required=False)
    flat_rate_percent = PercentField(
        label="Schablon, % av personalkostnaden", required=False, help_text="Tomt: sökanden skriver kostnaden själv."
    )


class AreaForm(RowForm):
    chosen = forms.BooleanField(required=False)
    budget_sek = SekField(label="Vägledande budget, kronor", required=False)


class CriterionForm(RowForm):
    title = TextField(label="Kriterium", max_length=200, error_messages={"required": "Skriv vad kriteriet heter."})
    guidance = TextField(label="Vägledning", multiline=True, rows=2, max_length=2000, required=False)
    weight_percent = WholeField(what="vikten i procent", least=1, most=100, label="Vikt, %")
    max_points = WholeField(
        what="högsta poäng",
        least=1,
        most=10,
        label="Högsta poäng",
        required=False,
        help_text="5 om du inte skriver något.",
    )


class ExtensionForm(ReasonedForm):
    """The only change of a published call."""

    closes_at = InstantField(label="Ny sista tid", help_text="Dag och klockslag: ÅÅÅÅ-MM-DD TT.MM, svensk tid.")


def as_typed(form_class: type[forms.Form], data: Any, prefix: str = "") -> dict[str, Any]:
    """What was posted, as initial values of a form that is shown again without being checked."""
    names = {name: f"{prefix}-{name}" if prefix else name for name in form_class.base_fields}
    return {name: data.get(key, "") for name, key in names.items()}


class Rows:
    """A number of row forms of one kind. Blank rows are left out. ``check=False`` shows what was posted without judging it."""

    def __init__(
        self,
        form_class: type[RowForm],
        prefix: str,
        *,
        row_name: str,
        data: Any = None,
        check: bool = True,
        initial: Any = (),
        blank: int = 1,
        most: int = 12,
    ):
        self.form_class, self.prefix, self.most, self.row_name = form_class, prefix, most, row_name
        initial = list(initial)
        count = min(len(initial) + blank if data is None else self._posted_count(data), most)
        if data is not None and not check:
            initial = [as_typed(form_class, data, f"{prefix}-{index}") for index in range(count)]
        self.forms = [
            self._form(index, data if check else None, initial[index] if index < len(initial) else None)
            for index in range(count)
        ]

    def _posted_count(self, data: Any) -> int:
        text = str(data.get(self.count_name, ""))
        return int(text) if re.fullmatch(r"\d{1,3}", text, re.ASCII) else 1

    def _form(self, index: int, data: Any, initial: dict[str, Any] | None) -> RowForm:
        # Bound forms get no initial values: "changed" then means that something is written in the row.
        form = self.form_class(
            data,
            prefix=f"{self.prefix}-{index}",
            initial=initial if data is None else None,
            empty_permitted=True,
            use_required_attribute=False,
        )
        form.row_name = f"{self.row_name} {index + 1}"
        return form

    @property
    def count_name(self) -> str:
        return f"{self.prefix}-antal"

    @property
    def is_full(self) -> bool:
        return len(self.forms) >= self.most

    def add(self) -> None:
        """One more blank row, while there is room."""
        if not self.is_full:
            self.forms.append(self._form(len(self.forms), None, None))

    @property
    def cleaned(self) -> list[dict[str, Any]]:
        """The rows that something was written in. Only after every form was found valid."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]
