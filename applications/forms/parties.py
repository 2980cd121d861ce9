"""Contact and parties."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import formset_factory

from applications.drafting import (
    MAX_CONTRIBUTION,
    MAX_PARTIES,
    ORG_NUMBER,
)
from applications.enums import PartyKind
from applications.forms.base import DraftForm, EmailField, Rows, row_name
from applications.forms.facts import FactsFields
from applications.party_facts import CONTACT, OWN
from grants.accounts.models import Organisation
from grants.core.forms import NumberedRow, TextField
from grants.strategy.models import CollaborationLevel

PARTY_KINDS = [(kind.value, kind.label) for kind in PartyKind if kind != PartyKind.BENEFICIARY]


FILLS = ("kind", "name", "org_number", "contribution", *OWN, *CONTACT)
"""Any of them makes the row a party."""


class PartiesForm(FactsFields, DraftForm):
    """Joint project or not, the contact, and the applicant's own facts."""

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
        label="Kontaktpersonens e‑postadress", help_text="Hit skickar vi kvittens och frågor.", required=False
    )
    contact_phone = TextField(label="Kontaktpersonens telefonnummer", max_length=40, required=False)

    def clean_is_joint(self) -> bool:
        return self.cleaned_data["is_joint"] == "ja"


class PartyForm(NumberedRow, FactsFields, DraftForm):
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
    contact_name = TextField(label="Kontaktperson", max_length=150, required=False)
    contact_email = EmailField(label="Kontaktpersonens e-postadress", required=False)

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
        return any(self.cleaned_data.get(name) for name in FILLS) or bool(set(self.errors) & set(self.fields))


PartyRows = formset_factory(
    PartyForm, formset=Rows, extra=0, max_num=MAX_PARTIES, absolute_max=MAX_PARTIES, validate_max=True
)
