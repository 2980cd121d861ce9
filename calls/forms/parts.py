"""The fixed fields of each set-up page. What is only missing may wait until publishing; what cannot be read is refused."""

from __future__ import annotations

from typing import Any

from django import forms

from calls.enums import CallKind, ConfirmationRule, JointRule
from calls.forms.fields import CodeField, ManyField, OneField, UrlField, WholeField
from calls.forms.rows import offer
from grants.core.forms import DayField, InstantField, ReasonedForm, SekField, TextField

INSTANT_HINT = "Dag och klockslag: ÅÅÅÅ-MM-DD TT.MM, svensk tid."


class PartForm(ReasonedForm):
    """A page's fixed fields."""

    mark_optional = False


def _text(label: str, help_text: str = "", *, rows: int = 4, most: int = 5000) -> TextField:
    return TextField(label=label, multiline=True, rows=rows, max_length=most, required=False, help_text=help_text)


def _amount(label: str, help_text: str = "") -> SekField:
    return SekField(label=label, min_sek=1, required=False, help_text=help_text)


class NewCallForm(ReasonedForm):
    """What a new call starts with."""

    mark_optional = False

    kind = OneField(label="Slag av utlysning", options=[(kind, kind.label) for kind in CallKind])
    title = TextField(label="Rubrik", max_length=200)
    code = CodeField(
        label="Beteckning",
        max_length=40,
        help_text="Står i adressen, till exempel plan-2027. Går inte att ändra sedan.",
    )
    programme = OneField(label="Program", required=False, empty="Inget program")
    authority = OneField(label="Myndighet")

    def __init__(self, *args: Any, offered: dict[str, Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        options = {name: [(row, str(row)) for row in rows] for name, rows in offered.items()}
        offer(self, options)
        if len(options["authority"]) < 2:
            del self.fields["authority"]


class BasicsForm(PartForm):
    title = TextField(label="Rubrik", max_length=200)
    kind = OneField(label="Slag av utlysning", options=[(kind, kind.label) for kind in CallKind])
    programme = OneField(label="Program", required=False, empty="Inget program")
    authority = OneField(label="Myndighet")
    follows_ordinance = forms.BooleanField(
        label="Förordning (2003:596) gäller",
        required=False,
        help_text="Då är stödandelen högst 50 % (5 §) och berörd region tillfrågas alltid före beslut (3 §).",
    )
    assignment_number = TextField(
        label="Uppdragets beteckning",
        max_length=100,
        required=False,
        help_text="Diarienumret på det regeringsuppdrag som pengarna kommer från.",
    )
    source_url = UrlField(label="Länk till mer information", max_length=500, required=False)
    opens_at = InstantField(label="Öppnar", required=False, help_text=INSTANT_HINT)
    closes_at = InstantField(
        label="Stänger",
        required=False,
        help_text=f"{INSTANT_HINT} Ansökan ska vara inne före den tiden. Tomt: det sista av de delsista datumen.",
    )
    earliest_start_on = DayField(label="Projekten kan starta tidigast", required=False, help_text="ÅÅÅÅ-MM-DD")
    latest_end_on = DayField(label="Projekten ska sluta senast", required=False, help_text="ÅÅÅÅ-MM-DD")
    longest_months = WholeField(
        what="projekttiden i månader", least=1, most=120, label="Längsta projekttid, månader", required=False
    )


class WordingForm(PartForm):
    pitch = _text("Kort om utlysningen", "Två eller tre meningar. Står överst och i listan.", rows=3, most=600)
    who_may_apply = _text(
        "Vem kan söka", "Skriv det som sökanden behöver veta. Reglerna själva väljer du på en egen sida."
    )
    what_for = _text("Vad ni kan söka för", "Vad projektet ska göra, och vad som är syftet.", rows=6)
    how_much = _text(
        "Hur mycket ni kan få", "Förklara stödandel och belopp med ord. Beloppen själva står på sidan Pengar."
    )
    themes_intro = _text("Inriktningar och teman", "Står ovanför inriktningarna och temana.", rows=3)
    expected_results = _text("Förväntade resultat", "Vad som ska finnas när projektet är slut.")
    not_funded = _text("Det här ger inget stöd", "Skriv en sak per rad.")
    assessment_intro = _text("Så bedömer vi ansökan", "Står ovanför kriterierna.")
    cooperation_rules = _text(
        "Regler för gemensamma projekt", "Vem som söker, vem som tar emot stödet och vad de andra ansvarar för."
    )
    how_to_apply = _text("Så söker ni", "Steg för steg. Säg vem som får skicka in ansökan.")
    is_money_reserved = forms.BooleanField(
        label="Pengarna är inte beslutade än",
        required=False,
        help_text="Då ska ett förbehåll finnas innan utlysningen publiceras.",
    )
    reservation = _text(
        "Förbehåll", "Till exempel att beloppen är vägledande tills pengarna är tilldelade.", rows=2, most=2000
    )
    legal_basis = _text("Rättslig grund", "Förordning eller uppdrag som stödet vilar på.", rows=2, most=2000)
    contact = _text("Kontakt", "Vem man kan fråga, och hur.", rows=3, most=2000)


class ThemesForm(PartForm):
    """No fixed fields: the page is its rows."""


class ApplicantsForm(PartForm):
    joint_rule = OneField(label="Söka tillsammans", options=[(rule, rule.label) for rule in JointRule])
    fewest_applicants = WholeField(
        what="minsta antalet sökande",
        least=2,
        most=21,
        label="Minsta antal som söker tillsammans",
        required=False,
        help_text="Bara när de måste söka tillsammans. Tomt: två.",
    )
    confirmation_rule = OneField(
        label="Parternas bekräftelser",
        help_text="Varje part bekräftar sin del och sin medfinansiering, i tjänsten eller med ett intyg.",
        options=[(rule, rule.label) for rule in ConfirmationRule],
    )
    counties = ManyField(
        label="Län", required=False, help_text="Kryssa i de län som utlysningen gäller. Inga kryss: hela landet."
    )


class ConcernsForm(PartForm):
    challenges = ManyField(label="Samhällsutmaningar", required=False)
    key_questions = ManyField(label="Nyckelfrågor", required=False)
    dialogue_themes = ManyField(label="Dialogteman", required=False)
    planning_levels = ManyField(label="Planeringsnivåer", required=False)
    asks_spatial = forms.BooleanField(
        label="Fråga vilka kommuner projektet berör och hur rumslig strategin är",
        help_text="Sökanden väljer kommuner ur en lista och anger på en skala hur rumslig den regionala utvecklingsstrategin "
        "är före och efter projektet.",
        required=False,
    )


class MoneyForm(PartForm):
    budget_sek = _amount("Hela budgeten, kronor")
    smallest_amount_sek = _amount("Minsta stöd per projekt, kronor")
    largest_amount_sek = _amount("Högsta stöd per projekt, kronor")
    largest_share_percent = WholeField(
        what="stödandelen i procent",
        least=1,
        most=100,
        label="Högsta stödandel, %",
        required=False,
        help_text="Av kostnaderna som ger stöd. Högst 50 när förordning (2003:596) gäller.",
    )
    allows_cash = forms.BooleanField(label="Kontant medfinansiering", required=False)
    allows_in_kind = forms.BooleanField(label="Bidrag i annat än pengar", required=False)
    allows_direct = forms.BooleanField(label="Kostnader som någon annan betalar direkt", required=False)
    advance_highest_percent = WholeField(
        what="förskottets andel i procent",
        least=1,
        most=100,
        label="Högsta förskott, % av stödet",
        required=False,
        help_text="Tomt: inget förskott. Förordningen (2015:858) säger högst hälften, 11 §.",
    )
    advance_highest_sek = _amount("Högsta förskott, kronor", "Förordningen (2015:858) säger högst 400 000 kr, 11 §.")
    change_threshold_percent = WholeField(
        what="gränsen i procent", least=0, most=100, label="Gräns, % av kostnadsslagets budget"
    )
    change_threshold_sek = SekField(label="Gräns, kronor")
    first_report_months = WholeField(
        what="antalet månader till första rapporten", least=1, most=24, label="Första rapporten efter, månader"
    )
    report_interval_months = WholeField(
        what="antalet månader mellan rapporterna", least=1, most=24, label="Sedan var, månader"
    )
    report_due_days = WholeField(
        what="antalet dagar för en rapport", least=0, most=180, label="Rapporten ska in efter periodens slut, dagar"
    )
    final_report_due_days = WholeField(
        what="antalet dagar för slutrapporten",
        least=0,
        most=180,
        label="Slutrapporten ska in efter projektets slut, dagar",
    )


class JudgingForm(PartForm):
    assessors_needed = WholeField(what="antalet bedömare", least=1, most=5, label="Antal bedömare per ansökan")
    is_blind = forms.BooleanField(
        label="En bedömare ser andras poäng först när den egna bedömningen är klar", required=False
    )
    needs_second_check = forms.BooleanField(label="En andra person bekräftar den formella kontrollen", required=False)
    lowest_score = WholeField(
        what="lägsta poäng",
        least=1,
        most=100,
        label="Lägsta poäng för stöd",
        required=False,
        help_text="Sammanvägt, av 100. Tomt: ingen gräns.",
    )


class DecisionsForm(PartForm):
    """No fixed fields: the page is its rows."""
