"""The forms of questions and answers about a call."""

from __future__ import annotations

from django import forms

from calls.actions.answers import LONGEST_ANSWER, LONGEST_QUESTION
from calls.enums import AnswerSubject
from grants.core.forms import ReasonedForm, TextField
from grants.core.prose import HOW_TO_LIST


class AnswerForm(ReasonedForm):
    """A question about the call and the authority's answer. Publishing asks for the subject; a draft may wait with it."""

    mark_optional = False
    subject = forms.ChoiceField(
        label="Ämne",
        choices=[("", "Välj ämne"), *AnswerSubject.choices],
        required=False,
        help_text="På utlysningens sida står svaren under sina ämnen. Ämnet behövs när svaret publiceras.",
        error_messages={"invalid_choice": "Välj ett ämne ur listan."},
    )
    question = TextField(
        label="Fråga",
        multiline=True,
        rows=3,
        max_length=LONGEST_QUESTION,
        help_text="Skriv frågan så att alla förstår den. Skriv inte vem som ställde den.",
        error_messages={"required": "Skriv frågan."},
    )
    answer = TextField(
        label="Svar",
        multiline=True,
        rows=8,
        max_length=LONGEST_ANSWER,
        help_text=HOW_TO_LIST,
        error_messages={"required": "Skriv svaret."},
    )


class WithdrawForm(ReasonedForm):
    """Why a published answer is taken away."""

    reason = TextField(
        label="Varför tar du bort svaret?",
        multiline=True,
        rows=3,
        max_length=1_000,
        help_text="Skälet sparas i utlysningens händelser. Det visas inte för sökande.",
        error_messages={"required": "Skriv varför svaret tas bort."},
    )
