"""The fields of the facts that the applicant and every party give of themselves."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.enums import Procurement, VatLiability
from applications.forms.base import EmailField
from applications.party_facts import CFAR, is_web_address
from grants.core.forms import TextField
from grants.core.text import clean_name

VAT_ERROR = "Välj om organisationen är momspliktig i projektet."
SIGNATORY_ERROR = "Skriv firmatecknarens e-postadress som namn@organisation.se."
CFAR_ERROR = "Skriv CFAR-numret med åtta siffror."
WEB_ERROR = "Skriv webbadressen som www.organisation.se."
PROCUREMENT_ERROR = "Välj om organisationen följer någon upphandlingslag."


class CfarField(TextField):
    """The number of a workplace, or nothing."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and not CFAR.fullmatch(clean_name(text)):
            raise forms.ValidationError(CFAR_ERROR)
        return text


class WebAddressField(TextField):
    """An address as people type it, or nothing."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and not is_web_address(clean_name(text)):
            raise forms.ValidationError(WEB_ERROR)
        return text


class FactsFields(forms.Form):
    """Mixed into the applicant's form and that of each party; everything may wait until the application is sent."""

    workplace = TextField(
        label="Arbetsställe", help_text="Där projektet bedrivs, till exempel Regionens hus.", required=False
    )
    cfar_number = CfarField(
        label="CFAR-nummer",
        help_text="Arbetsställets nummer hos SCB, åtta siffror.",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    vat = forms.ChoiceField(
        label="Är organisationen momspliktig i projektet?",
        choices=[("", "Välj svar"), *VatLiability.choices],
        required=False,
        error_messages={"invalid_choice": VAT_ERROR},
    )
    procurement = forms.ChoiceField(
        label="Följer organisationen någon upphandlingslag?",
        choices=[("", "Välj svar"), *Procurement.choices],
        required=False,
        error_messages={"invalid_choice": PROCUREMENT_ERROR},
    )
    web_address = WebAddressField(label="Webbadress", help_text="Frivilligt.", max_length=200, required=False)
    signatory_name = TextField(
        label="Firmatecknare",
        help_text="Den som får skriva under för organisationen.",
        max_length=150,
        required=False,
    )
    signatory_email = EmailField(
        label="Firmatecknarens e-postadress",
        help_text="Frivilligt. Dit kan vi skicka påminnelser.",
        fault=SIGNATORY_ERROR,
        required=False,
    )
