"""Clean input of stage 4: periods, report texts, costs with öre, approvals, payments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from grants.core.forms import DayField, OreField, ReasonedForm, TextField
from grants.core.time import today
from grants.projects.actions.payments import LONGEST_COMMENT
from grants.projects.actions.payouts import LONGEST_LINE_COMMENT, LONGEST_REFERENCE
from grants.projects.blockers import LONGEST_TEXT
from grants.projects.enums import ReportKind

REASON_LIMIT = 4000


class StepForm(ReasonedForm):
    """What a step asks for."""

    def ask_about(self, obj: Any) -> None:
        """Leave out the questions that the thing itself answers; most steps have none such."""


class PlainForm(StepForm):
    """A step without fields."""


class ReasonForm(StepForm):
    """A step that needs a reason."""

    reason = TextField(
        label="Motivering",
        multiline=True,
        rows=4,
        max_length=REASON_LIMIT,
        error_messages={"required": "Skriv en motivering."},
    )


class BeginForm(StepForm):
    """Starting before the decided day must be meant."""

    confirmed = forms.BooleanField(label="Projektet har startat före dagen i beslutet", required=False)

    def ask_about(self, obj: Any) -> None:
        """Nothing to confirm once the day has come."""
        if today() >= obj.start_on:
            del self.fields["confirmed"]


class CheckReportForm(StepForm):
    comment = TextField(label="Kommentar", multiline=True, rows=3, max_length=LONGEST_TEXT, required=False)


class CertifyForm(StepForm):
    """The signatory certifies what is sent in."""

    certify = forms.BooleanField(
        label="Jag intygar att uppgifterna stämmer och att kostnaderna är betalda, bokförda och hör till projektet",
        error_messages={"required": "Kryssa i att du intygar uppgifterna."},
    )


class PaidForm(StepForm):
    paid_on = DayField(label="Betalningsdag", help_text="ÅÅÅÅ-MM-DD", initial=today)
    reference = TextField(
        label="Betalningens referens",
        max_length=LONGEST_REFERENCE,
        help_text="Som den står i ekonomisystemet",
        error_messages={"required": "Skriv betalningens referens, så att den går att hitta i ekonomisystemet."},
    )


class PeriodForm(ReasonedForm):
    """The period of a report or a payment application."""

    period_start = DayField(label="Från och med", help_text="ÅÅÅÅ-MM-DD")
    period_end = DayField(label="Till och med", help_text="ÅÅÅÅ-MM-DD")


class NewReportForm(PeriodForm):
    kind = forms.ChoiceField(
        label="Vad vill ni skriva?",
        choices=ReportKind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Välj lägesrapport eller slutrapport.",
            "invalid_choice": "Välj lägesrapport eller slutrapport.",
        },
    )
    field_order = ["kind", "period_start", "period_end"]


class NewPaymentForm(PeriodForm):
    report: Any = forms.ModelChoiceField(
        label="Rapport för samma period",
        queryset=None,
        required=False,
        empty_label="Ingen rapport",
        error_messages={"invalid_choice": "Välj en av projektets inskickade rapporter."},
    )

    def __init__(self, *args: Any, reports: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["report"].queryset = reports  # type: ignore[attr-defined]


class ReportForm(ReasonedForm):
    """The texts of a report; saving half of them works."""

    mark_optional = False
    done = TextField(label="Vad ni har gjort", multiline=True, max_length=LONGEST_TEXT, required=False)
    results = TextField(
        label="Resultat", multiline=True, max_length=LONGEST_TEXT, required=False, help_text="Vad har det lett till?"
    )
    objective_progress = TextField(
        label="Bidrag till RUS-målet",
        multiline=True,
        max_length=LONGEST_TEXT,
        required=False,
        help_text="Hur har projektet fört regionen närmare målet i den regionala utvecklingsstrategin?",
    )
    deviations = TextField(
        label="Avvikelser",
        multiline=True,
        rows=4,
        max_length=LONGEST_TEXT,
        required=False,
        help_text="Tid, kostnader, aktiviteter eller parter som har blivit annorlunda än i beslutet",
    )


class CostsForm(PeriodForm):
    """The period's cost of each cost type that is typed, with öre; flat rates are computed."""

    mark_optional = False
    comment = TextField(label="Kommentar", multiline=True, rows=3, max_length=LONGEST_COMMENT, required=False)

    def __init__(self, *args: Any, costs: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.costs = costs
        for cost in costs:
            kind = cost.cost_type
            if not cost.is_flat:
                field = OreField(label=kind.label, required=False)
                field.widget.attrs["aria-label"] = f"{kind.label}, kronor"
                self.fields[f"cost-{kind.pk}"] = field

    @classmethod
    def initial_of(cls, payment: Any, costs: list[Any]) -> dict[str, Any]:
        """The saved values; a cost of nothing is shown as an empty field."""
        return {
            "period_start": payment.period_start,
            "period_end": payment.period_end,
            "comment": payment.comment,
            **{f"cost-{cost.cost_type_id}": cost.reported or None for cost in costs},
        }

    def rows(self) -> list[dict[str, Any]]:
        """The table: each cost with its field, or its computed amount."""
        return [
            {
                "cost": cost,
                "kind": cost.cost_type,
                "field": self[name] if (name := f"cost-{cost.cost_type_id}") in self.fields else None,
            }
            for cost in self.costs
        ]

    def data_for_action(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            **{name: cleaned[name] for name in ("period_start", "period_end", "comment")},
            "costs": {cost.cost_type_id: cleaned.get(f"cost-{cost.cost_type_id}") or Decimal(0) for cost in self.costs},
        }


class CheckPaymentForm(ReasonedForm):
    """What the handler approves of each cost, and why where it is less."""

    comment = TextField(
        label="Kommentar till beslutet", multiline=True, rows=3, max_length=LONGEST_COMMENT, required=False
    )

    def __init__(self, *args: Any, costs: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.costs = costs
        for cost in costs:
            kind = cost.cost_type
            if cost.is_flat:
                continue
            field = OreField(
                label=f"{kind.label}, godkänt",
                initial=cost.reported if cost.approved is None else cost.approved,
                error_messages={"required": f"{kind.label}: skriv vilket belopp som godkänns, 0 om inget."},
            )
            field.widget.attrs["aria-label"] = f"{kind.label}, godkänt i kronor"
            self.fields[f"approved-{kind.pk}"] = field
            note = TextField(
                label=f"{kind.label}, skäl", max_length=LONGEST_LINE_COMMENT, required=False, initial=cost.comment
            )
            note.widget.attrs["aria-label"] = f"{kind.label}, skäl om lägre belopp godkänns"
            self.fields[f"comment-{kind.pk}"] = note

    def rows(self) -> list[dict[str, Any]]:
        found = []
        for cost in self.costs:
            is_typed = f"approved-{cost.cost_type_id}" in self.fields
            found.append(
                {
                    "cost": cost,
                    "kind": cost.cost_type,
                    "field": self[f"approved-{cost.cost_type_id}"] if is_typed else None,
                    "note": self[f"comment-{cost.cost_type_id}"] if is_typed else None,
                }
            )
        return found

    def data_for_action(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        typed = [cost.cost_type_id for cost in self.costs if f"approved-{cost.cost_type_id}" in self.fields]
        return {
            "approved": {pk: cleaned[f"approved-{pk}"] for pk in typed},
            "line_comments": {pk: cleaned[f"comment-{pk}"] for pk in typed},
            "comment": cleaned["comment"],
        }
