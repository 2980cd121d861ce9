"""Title, summary, period and answers."""

from __future__ import annotations

from typing import Any

from applications.drafting import (
    MAX_SUMMARY,
)
from calls.questions import AnswersForm
from grants.core.forms import DayField, TextField


class ProjectForm(AnswersForm):
    """Name, summary, period, and the call's questions unless they have pages of their own."""

    title = TextField(label="Projektets namn", max_length=150, required=False)
    summary = TextField(
        label="Sammanfattning",
        help_text="Beskriv projektet så att den som inte är insatt förstår. Texten publiceras om ni får stöd.",
        max_length=MAX_SUMMARY,
        multiline=True,
        rows=5,
        required=False,
    )
    start_on = DayField(
        label="Projektet startar", help_text="ÅÅÅÅ-MM-DD, tidigast den dag ni skickar in ansökan.", required=False
    )
    end_on = DayField(label="Projektet slutar", help_text="Skriv datumet som ÅÅÅÅ-MM-DD.", required=False)

    def data_for_action(self) -> dict[str, Any]:
        data = {name: self.cleaned_data[name] for name in ("title", "summary", "start_on", "end_on")}
        return {**data, "answers": self.answers} if self.asked else data
