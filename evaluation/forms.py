"""Forms of preparation and decision: clean input in, sentences back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from applications.enums import Section
from evaluation.blockers import LIMITS, OUTCOMES
from evaluation.enums import DecisionKind, Outcome
from grants.core.forms import DayField, ReasonedForm, SekField, TextField
from grants.core.time import today
from grants.core.ui import named

SUPPLEMENT_DAYS = 14
YES_NO = (("ja", "Ja"), ("nej", "Nej"))


class ReasonForm(ReasonedForm):
    """One reason in running text."""

    reason = TextField(label="Motivering", multiline=True, rows=4, max_length=4_000)

    def __init__(self, *args: Any, label: str = "Motivering", help_text: str = "", asks: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reason"]
        field.label, field.help_text = label, help_text
        if asks:
            field.asks_in_own_words, field.error_messages["required"] = True, asks


class PersonForm(ReasonedForm):
    """Choose a person among those who may be chosen."""

    person = forms.ChoiceField(
        label="Person",
        error_messages={"required": "Välj en person i listan.", "invalid_choice": "Välj en person i listan."},
    )

    def __init__(self, *args: Any, people: list[Any], label: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        field: Any = self.fields["person"]
        field.label = label
        field.choices = [("", "Välj"), *((key, str(person)) for key, person in self.people.items())]

    @property
    def chosen(self) -> Any:
        return self.people[self.cleaned_data["person"]]


class FormalCheckForm(ReasonedForm):
    """Yes or no with a comment for every point; both may wait."""

    mark_optional = False

    def __init__(self, *args: Any, items: list[Any], **kwargs: Any):
        initial = {f"met-{i.code}": {True: "ja", False: "nej"}.get(i.is_met, "") for i in items}
        initial |= {f"comment-{i.code}": i.comment for i in items}
        super().__init__(*args, initial=initial, **kwargs)  # type: ignore[misc]
        self.items = items
        for item in items:
            self.fields[f"met-{item.code}"] = forms.ChoiceField(
                label=item.question,
                help_text=" ".join(
                    part
                    for part in (item.help_text, f"Grund: {item.legal_ground}." if item.legal_ground else "")
                    if part
                ),
                choices=YES_NO,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": named(item.question, "Välj ja eller nej.")},
            )
            self.fields[f"comment-{item.code}"] = TextField(
                label="Kommentar",
                called=f"Kommentaren till ”{item.question}”",
                multiline=True,
                rows=2,
                max_length=4_000,
                required=False,
            )

    def pairs(self) -> list[tuple[Any, Any]]:
        """The bound fields of each point, for the template."""
        return [(self[f"met-{item.code}"], self[f"comment-{item.code}"]) for item in self.items]

    def answers(self) -> dict[str, tuple[bool | None, str]]:
        data = self.cleaned_data
        return {
            item.code: ({"ja": True, "nej": False}.get(data[f"met-{item.code}"]), data[f"comment-{item.code}"])
            for item in self.items
        }


def default_due_day() -> dt.date:
    return today() + dt.timedelta(days=SUPPLEMENT_DAYS)


class SupplementForm(ReasonedForm):
    """What is missing, which sections open, by when, and what happens otherwise (20 § förvaltningslagen)."""

    question = TextField(
        label="Vad ska sökanden komplettera?",
        multiline=True,
        rows=6,
        max_length=4_000,
        help_text="Skriv så att sökanden förstår vad som saknas och hur det rättas till.",
    )
    reason = TextField(
        label="Varför behöver ni det?",
        multiline=True,
        rows=3,
        max_length=2_000,
        required=False,
        help_text="Till exempel vilket villkor i utlysningen det gäller.",
    )
    sections = forms.MultipleChoiceField(
        label="Delar av ansökan som sökanden får ändra",
        choices=[
            (one, f"{one.label}, även plats och rumslighet" if one == Section.OBJECTIVES else one.label)
            for one in Section
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Välj delar som finns i ansökan."},
    )
    due_on = DayField(label="Svara senast", initial=default_due_day, help_text="Sista dagen att svara, ÅÅÅÅ-MM-DD.")
    consequence = TextField(label="Om sökanden inte svarar", multiline=True, rows=3, max_length=2_000)


class AssessmentForm(ReasonedForm):
    """Points and reasons for every criterion; saving an incomplete one always works."""

    mark_optional = False

    def __init__(self, *args: Any, criteria: list[Any], scores: dict[Any, Any], **kwargs: Any):
        initial = {}
        for pk, score in scores.items():
            initial[f"points-{pk}"] = "" if score.points is None else str(score.points)
            initial[f"reasons-{pk}"] = score.reasons
        super().__init__(*args, initial=initial, **kwargs)  # type: ignore[misc]
        self.criteria = criteria
        for c in criteria:
            means = {level.points: level.meaning for level in c.levels.all()}
            self.fields[f"points-{c.pk}"] = forms.ChoiceField(
                label=f"Poäng, 0–{c.max_points}",
                help_text="" if c.minimum_points is None else f"Lägsta poäng för stöd är {c.minimum_points}.",
                choices=[(str(n), f"{n}: {means[n]}" if n in means else str(n)) for n in range(c.max_points + 1)],
                widget=forms.RadioSelect,
                required=False,
                error_messages={"invalid_choice": f"{c.title}: ge 0–{c.max_points} poäng."},
            )
            self.fields[f"reasons-{c.pk}"] = TextField(
                label="Motivering",
                called=f"Motiveringen till {c.title}",
                multiline=True,
                rows=5,
                max_length=10_000,
                required=False,
            )

    def scores(self) -> dict[Any, tuple[int | None, str]]:
        data = self.cleaned_data
        return {
            c.pk: (int(data[f"points-{c.pk}"]) if data[f"points-{c.pk}"] else None, data[f"reasons-{c.pk}"])
            for c in self.criteria
        }


class ProposalForm(ReasonedForm):
    """The proposed decision. What fits together is the blockers' to say; here only that each field can be read."""

    kind = forms.ChoiceField(label="Beslutets slag", choices=[(k.value, str(k.label)) for k in OUTCOMES])
    outcome = forms.ChoiceField(
        label="Utfall",
        choices=[(o.value, str(o.label)) for outcomes in OUTCOMES.values() for o in outcomes],
        help_text="Delvis beviljad är lägre belopp än det sökta.",
    )
    amount_sek = SekField(label="Stöd, kr", required=False)
    basis_cost_sek = SekField(label="Godkänd kostnad, kr", required=False)
    start_on = DayField(label="Projektet startar", required=False)
    end_on = DayField(label="Projektet slutar", required=False)
    reasons = TextField(
        label="Skäl för beslutet",
        multiline=True,
        rows=8,
        max_length=LIMITS["reasons"][1],
        required=False,
        help_text="Bestämmelserna och det som har avgjort. Krävs om inte hela det sökta stödet beviljas.",
    )
    short_reasons = TextField(
        label="Skäl i korthet",
        max_length=LIMITS["short_reasons"][1],
        required=False,
        help_text="En eller två meningar för listor och uppföljning.",
    )
    legal_grounds = TextField(
        label="Bestämmelser som beslutet bygger på",
        multiline=True,
        rows=3,
        max_length=LIMITS["legal_grounds"][1],
        required=False,
    )
    below_lowest_reasons = TextField(
        label="Skäl att ge stöd under lägsta poäng",
        multiline=True,
        rows=4,
        max_length=LIMITS["below_lowest_reasons"][1],
        required=False,
        help_text="Krävs när stöd föreslås fast poängen är under den nivå som utlysningen anger. Visas i beslutet.",
    )
    conditions = TextField(
        label="Allmänna villkor", multiline=True, rows=6, max_length=LIMITS["conditions"][1], required=False
    )
    special_conditions = TextField(
        label="Särskilda villkor",
        multiline=True,
        rows=4,
        max_length=LIMITS["special_conditions"][1],
        required=False,
        help_text="Villkor som bara gäller det här projektet.",
    )
    appeal_text = TextField(
        label="Hur beslutet överklagas",
        multiline=True,
        rows=4,
        max_length=LIMITS["appeal_text"][1],
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2_000_000_000)
    mark_optional = False

    def __init__(self, *args: Any, years: list[Any], below: bool = False, **kwargs: Any):
        """``below``: the points are under a minimum of the call, and support needs reasons for that."""
        super().__init__(*args, **kwargs)
        self.budget_years = years
        if not below:
            del self.fields["below_lowest_reasons"]
        for row in years:
            self.fields[f"year-{row.year}"] = SekField(label=f"Stöd {row.year}, kr", required=False)

    def year_fields(self) -> list[tuple[Any, Any]]:
        """Budget year and its field."""
        return [(row, self[f"year-{row.year}"]) for row in self.budget_years]

    def facts(self) -> dict[str, Any]:
        """The arguments of ``actions.propose``. Without support there is no money and no period."""
        data = dict(self.cleaned_data)
        years = {row.year: data.pop(f"year-{row.year}") or 0 for row in self.budget_years}
        data["amount_sek"], data["basis_cost_sek"] = data["amount_sek"] or 0, data["basis_cost_sek"] or 0
        if data["outcome"] not in (Outcome.GRANTED, Outcome.PARTLY_GRANTED):
            data |= {"amount_sek": 0, "basis_cost_sek": 0, "start_on": None, "end_on": None}
            years = {}
        return {**data, "years": {year: amount for year, amount in years.items() if amount}}


class DecideForm(ReasonedForm):
    """What the decision records besides decider and rapporteur (30–31 §§ förvaltningslagen)."""

    others = TextField(
        label="Övriga som deltagit",
        max_length=1_000,
        required=False,
        help_text="Namn och roll på dem som var med utan att avgöra.",
    )
    dissent = TextField(label="Skiljaktig mening", multiline=True, rows=3, max_length=10_000, required=False)


class FinalForm(ReasonedForm):
    """From when the time to appeal is counted (44 § förvaltningslagen)."""

    received_on = DayField(
        label="Sökanden fick beslutet",
        required=False,
        help_text="ÅÅÅÅ-MM-DD, om dagen är känd. Annars räknar vi från den dag beslutet expedierades.",
    )


DISMISSAL_HINT = {
    DecisionKind.DISMISSAL: Outcome.DISMISSED,
    DecisionKind.CLOSING_WITHOUT_TRIAL: Outcome.CLOSED_WITHOUT_TRIAL,
}
