"""Inviting somebody, and choosing name and password when one is invited."""

from __future__ import annotations

from django import forms

from applications.forms.base import DraftForm, EmailField
from grants.accounts.enums import Level
from grants.core.forms import ReasonedForm, TextField

LEVEL_ERROR = "Välj vad personen ska få göra."


class InviteForm(DraftForm):
    """Whom, and on which level."""

    email = EmailField(
        label="Personens e-postadress",
        help_text="Vi skickar en länk dit. Personen behöver inte ha något konto.",
        required=False,
    )
    level = forms.ChoiceField(
        label="Vad får personen göra?",
        choices=Level.choices,
        widget=forms.RadioSelect,
        initial=Level.EDIT,
        error_messages={"required": LEVEL_ERROR, "invalid_choice": LEVEL_ERROR},
    )

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["email"].error_messages["invalid"] = "Skriv personens e-postadress som namn@organisation.se."


class JoinForm(ReasonedForm):
    """Name and password of an invited person without an account."""

    name = TextField(label="Ditt namn", max_length=150)
    password = forms.CharField(
        label="Välj ett lösenord",
        help_text="Minst 15 tecken. Välj något som du inte använder på andra ställen.",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={
            "required": "Välj ett lösenord.",
            "max_length": "Lösenordet är för långt. Välj ett med högst 200 tecken.",
            "null_characters_not_allowed": "Lösenordet har ett tecken som inte går att använda. Välj ett annat.",
        },
    )
