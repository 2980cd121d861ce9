"""The forms of a call's life: calling off, opening again, copying."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from calls.actions.changes import FAR
from calls.forms.parts import INSTANT_HINT
from calls.models import Call
from grants.accounts.models import Organisation
from grants.core.forms import InstantField, ReasonedForm, TextField
from grants.core.money import group

MAX_REASON = 2_000
PICK = "Välj en organisation ur listan."


class LifeForm(ReasonedForm):
    """A form whose action's reasons stand at their fields, and above the form when they belong to none."""

    def add_all(self, reasons: list[str]) -> None:
        for reason in self.add_reasons(reasons):
            self.add_error(None, str(reason))


class CancelForm(LifeForm):
    """Why the call is called off. An empty reason is the action's to refuse, like any other."""

    reason = TextField(
        label="Skäl",
        help_text="Skälet skickas till alla som har ett utkast och sparas bland utlysningens händelser.",
        max_length=MAX_REASON,
        multiline=True,
        rows=4,
        error_messages={"required": "Skriv varför utlysningen ställs in."},
    )


class CopyForm(LifeForm):
    """The code of the copy, and whether those who were invited are invited again."""

    code = TextField(
        label="Beteckning",
        help_text="Kort och utan mellanslag, till exempel plan-2028. Den står i adressen till utlysningen.",
        max_length=40,
    )
    with_invitations = forms.BooleanField(label="Ta med de inbjudna organisationerna", required=False)


class OrganisationChoice(forms.ModelChoiceField):
    """An organisation by its id; an id that is none is refused like any other that is no choice."""

    def __init__(self, **kwargs: Any):
        messages = {"required": PICK, "invalid_choice": PICK}
        super().__init__(
            queryset=Organisation.objects.none(), error_messages=messages, empty_label="Välj organisation", **kwargs
        )


class FarForm(LifeForm):
    """A time that cannot be taken back; far ahead, as with a mistyped year, it is asked for once more."""

    far: str
    """The name of the field with the time."""
    is_meant = forms.BooleanField(label="Ja, jag menar en tid så långt fram", required=False)

    def __init__(self, *args: Any, after: dt.datetime, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.after = after

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data.get(self.far)
        if given and given - self.after > FAR and not self.cleaned_data["is_meant"]:
            days = group((given - self.after).days)
            self.add_error(
                "is_meant",
                f"Det är {days} dagar fram, och tiden går inte att flytta tillbaka. Kryssa för om du menar det.",
            )
        return {name: value for name, value in self.cleaned_data.items() if name != "is_meant"}

    @property
    def asks_again(self) -> bool:
        """Whether the box is shown."""
        return bool(self.errors.get("is_meant") or self["is_meant"].value())


class ExtensionForm(FarForm):
    """A later deadline."""

    far = "closes_at"
    closes_at = InstantField(label="Ny sista tid", help_text=INSTANT_HINT)


class ReopenForm(FarForm):
    """For whom, until when and why the call is open again."""

    far = "ends_at"
    organisation = OrganisationChoice(label="Organisation")
    ends_at = InstantField(
        label="Sista tid",
        help_text="Skriv dag och klockslag som ÅÅÅÅ-MM-DD TT.MM. Det som kommer in dessförinnan är inte sent.",
        error_messages={"required": "Skriv när tiden går ut, som ÅÅÅÅ-MM-DD TT.MM."},
    )
    reason = TextField(
        label="Skäl",
        help_text="Till exempel ett fel i tjänsten när utlysningen stängde. Skälet skickas till dem som får söka.",
        max_length=MAX_REASON,
        multiline=True,
        rows=4,
        error_messages={"required": "Skriv varför utlysningen öppnas igen för dem."},
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.applicants().order_by("name")
