"""The rows of the set-up pages."""

from __future__ import annotations

from typing import Any

from django import forms

from calls.enums import CostTypeCode, ThemeLevel
from calls.forms.fields import (
    KeptField,
    LevelsField,
    ManyField,
    OneField,
    PercentField,
    RowKeyField,
    WholeField,
)
from calls.forms.rows import RowForm
from grants.core.forms import DayField, InstantField, SekField, TextField
from grants.core.money import NBSP

FIRST_YEAR, LAST_YEAR = 2010, 2100


def wrapping() -> forms.Textarea:
    """A box that shows the whole of a long text. What is typed in it is cleaned to one line like in any other."""
    return forms.Textarea(attrs={"rows": 2})


class CutoffRow(RowForm):
    layout = (("closes_at", "decided_by_on"),)

    closes_at = InstantField(label="Sista tid", help_text="ÅÅÅÅ-MM-DD TT.MM")
    decided_by_on = DayField(label="Beslut planeras senast", required=False, help_text="ÅÅÅÅ-MM-DD")


class ThemeRow(RowForm):
    layout = (("level", "title"), "about")
    quiet = ("level",)

    def told(self) -> str:
        return self.shown("title")

    id = RowKeyField()
    level = OneField(label="Nivå", options=[(ThemeLevel.THEME, "Tema"), (ThemeLevel.TRACK, "Inriktning")])
    title = TextField(label="Namn", max_length=200, error_messages={"required": "Skriv vad temat heter."})
    about = TextField(label="Beskrivning", multiline=True, rows=2, max_length=3000, required=False)


class KindRow(RowForm):
    layout = ("chosen",)

    chosen = forms.BooleanField(required=False)


class InvitationRow(RowForm):
    layout = (("organisation", "amount_sek"),)

    organisation = OneField(label="Organisation", empty="Välj organisation")
    amount_sek = SekField(label="Erbjudet belopp, kronor", min_sek=1, required=False)


class AreaRow(RowForm):
    layout = ("chosen", "budget_sek")

    chosen = forms.BooleanField(required=False)
    budget_sek = SekField(label="Vägledande budget, kronor", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("budget_sek") and not data.get("chosen"):
            self.add_error("budget_sek", "Kryssa för området, eller ta bort beloppet.")
        return data


class YearRow(RowForm):
    layout = (("year", "theme", "budget_sek"),)

    year = WholeField(what="året", least=FIRST_YEAR, most=LAST_YEAR, label="År")
    theme = OneField(label="Tema", required=False, empty="Hela utlysningen")
    budget_sek = SekField(
        label="Budget, kronor", min_sek=1, error_messages={"required": "Skriv årets budget i hela kronor."}
    )


class CostTypeRow(RowForm):
    layout = ("chosen", ("label", "unit"), "help_text")
    fold_name = "Visas som"

    chosen = forms.BooleanField(required=False)
    label = TextField(label="Benämning", max_length=100, required=False)
    help_text = TextField(label="Förklaring", max_length=300, required=False, widget=wrapping())
    unit = TextField(label="Enhet", max_length=30, required=False)

    def told(self) -> str:
        label, unit, about = (self.shown(name) for name in ("label", "unit", "help_text"))
        named = f"{label}, per {unit}" if label and unit else label
        return f"{named}: {about}" if named and about else named or about


class FlatRateRow(RowForm):
    layout = (("cost_type", "percent"), "basis", ("valid_from", "valid_until"))
    quiet = ("cost_type",)

    cost_type = OneField(label="Kostnadsslag", options=[(code, code.label) for code in CostTypeCode])
    percent = PercentField(label="Procent")
    basis = ManyField(
        label="Beräknas på",
        required=False,
        options=[(code, code.label) for code in CostTypeCode if code != CostTypeCode.IN_KIND],
    )
    valid_from = DayField(label="Gäller från", called="första dagen", help_text="ÅÅÅÅ-MM-DD")
    valid_until = DayField(
        label="Gäller till och med", called="sista dagen", required=False, help_text="Tomt: tills vidare."
    )

    def told(self) -> str:
        label = dict(CostTypeCode.choices).get(self.shown("cost_type"), "")
        percent, since = self.shown("percent"), self.shown("valid_from")
        return f"{label}, {percent}{NBSP}% från {since}" if label and percent and since else ""


class CriterionRow(RowForm):
    layout = ("title", "guidance", ("weight_percent", "max_points", "minimum_points"), "levels")

    id = RowKeyField()
    title = TextField(label="Kriterium", max_length=200, error_messages={"required": "Skriv vad kriteriet heter."})
    guidance = TextField(label="Vägledning", multiline=True, rows=2, max_length=2000, required=False)
    weight_percent = WholeField(what="vikten i procent", least=1, most=100, label="Vikt, %")
    max_points = WholeField(what="högsta poäng", least=1, most=10, label="Skalan går från 0 till", required=False)
    minimum_points = WholeField(
        what="lägsta poäng för stöd", least=0, most=10, label="Lägsta poäng för stöd", required=False
    )
    levels = LevelsField(label="Vad poängen betyder")

    def told(self) -> str:
        title, weight = self.shown("title"), self.shown("weight_percent")
        return f"{title}, {weight}{NBSP}%" if title and weight else title


class FormalPointRow(RowForm):
    layout = ("question", "legal_ground", "help_text")

    code = KeptField()
    question = TextField(label="Fråga", max_length=300, widget=wrapping(), error_messages={"required": "Skriv frågan."})
    legal_ground = TextField(
        label="Grund",
        max_length=200,
        error_messages={"required": "Skriv vad punkten grundar sig på."},
    )
    help_text = TextField(label="Vägledning", max_length=500, required=False, widget=wrapping())

    def told(self) -> str:
        return self.shown("question")


class AttachmentRow(RowForm):
    layout = ("title", "help_text", "is_required")

    code = KeptField()
    title = TextField(label="Vad filen är", max_length=150, error_messages={"required": "Skriv vad filen är."})
    help_text = TextField(label="Förklaring", max_length=500, required=False, widget=wrapping())
    is_required = forms.BooleanField(label="Måste finnas när ansökan skickas in", required=False)

    def told(self) -> str:
        title = self.shown("title")
        return title if not title or self["is_required"].value() else f"{title} (frivillig)"


class ConsultationRow(RowForm):
    layout = ("chosen", "question", "answer_days")

    chosen = forms.BooleanField(required=False)
    question = TextField(
        label="Fråga",
        multiline=True,
        rows=2,
        max_length=2000,
        required=False,
    )
    answer_days = WholeField(what="svarstiden i dagar", least=1, most=180, label="Svarstid, dagar", required=False)


class DecisionRuleRow(RowForm):
    """A choice that nothing is chosen for beforehand: it is missing until somebody has made it. Made, it may change."""

    layout = ("is_appealable",)
    headed_by = "is_appealable"

    is_appealable = OneField(
        widget=forms.RadioSelect,
        options=[(True, "Kan överklagas"), (False, "Kan inte överklagas")],
        required=False,
        error_messages={"required": "Välj om det kan överklagas."},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["is_appealable"].required = self.initial.get("is_appealable") is not None

    @property
    def is_there(self) -> bool:
        return self.cleaned_data.get("is_appealable") is not None
