"""Forms of consulting: the request, the answer, telling the applicant, the applicant's view."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from grants.core.forms import DayField, ReasonedForm, TextField
from grants.core.time import today
from grants.documents.attachments import TYPE_LIST

REPLY_DAYS = 14
NOW_OR_NEVER = (("ja", "Kommunicera till sökanden"), ("nej", "Kommunicera inte"))


class AskForm(ReasonedForm):
    """What the consulted body is to answer, and by when (26 § förvaltningslagen)."""

    question = TextField(
        label="Vad ska de svara på?",
        multiline=True,
        rows=6,
        max_length=4_000,
        error_messages={"required": "Skriv vad de ska svara på."},
    )
    due_on = DayField(label="Svara senast", help_text="Sista dagen att svara, ÅÅÅÅ-MM-DD.")


class AnswerForm(ReasonedForm):
    """The opinion itself. ``recorded``: it came in another way, on a day that the handler notes."""

    answer = TextField(
        label="Yttrande",
        multiline=True,
        rows=10,
        max_length=20_000,
        error_messages={"required": "Skriv yttrandet, eller vad som står i det om det finns i en fil."},
    )
    answered_on = DayField(label="Svarets dag", help_text="Dagen då svaret kom in till oss, ÅÅÅÅ-MM-DD.")
    upload = forms.FileField(
        label="Fil (frivilligt)",
        required=False,
        allow_empty_file=True,
        help_text=f"Högst 20 MB: {TYPE_LIST}.",
        error_messages={"invalid": "Välj filen igen. Den kom inte med."},
    )
    mark_optional = False

    def __init__(self, *args: Any, recorded: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not recorded:
            del self.fields["answered_on"]
        else:
            self.fields["answered_on"].initial = today


class CommunicateForm(ReasonedForm):
    """Whether the applicant is sent the opinion, with days to answer, or why not (25 § förvaltningslagen)."""

    how = forms.ChoiceField(
        label="Ska yttrandet kommuniceras?",
        choices=NOW_OR_NEVER,
        widget=forms.RadioSelect,
        initial="ja",
        error_messages={
            "required": "Välj om yttrandet ska kommuniceras.",
            "invalid_choice": "Välj om yttrandet ska kommuniceras.",
        },
    )
    due_on = DayField(
        label="Sökanden svarar senast",
        required=False,
        help_text="Sista dagen att lämna synpunkter, ÅÅÅÅ-MM-DD. Fylls i när yttrandet kommuniceras.",
    )
    reason = TextField(
        label="Varför behöver det inte kommuniceras?",
        multiline=True,
        rows=3,
        max_length=4_000,
        required=False,
        help_text="Till exempel att yttrandet saknar betydelse för beslutet, eller att ansökan beviljas helt.",
    )
    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = today() + dt.timedelta(days=REPLY_DAYS)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("how") == "ja" and data.get("due_on") is None and "due_on" not in self.errors:
            self.add_error("due_on", "Skriv sista dagen för sökandens synpunkter som ÅÅÅÅ-MM-DD.")
        return data


class ReplyForm(ReasonedForm):
    """The applicant's view of an opinion."""

    text = TextField(
        label="Era synpunkter",
        multiline=True,
        rows=8,
        max_length=20_000,
        error_messages={"required": "Skriv era synpunkter."},
    )
