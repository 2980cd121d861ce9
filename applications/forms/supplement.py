"""The answer to a request for supplement, and asking for more time."""

from __future__ import annotations

from applications.forms.base import DraftForm
from grants.core.forms import DayField, ReasonedForm, TextField


class SupplementForm(DraftForm):
    """The answer to a request for supplement."""

    answer = TextField(label="Ert svar", multiline=True, rows=8, max_length=5_000, required=False)


class MoreTimeForm(ReasonedForm):
    """Why the applicant needs more time, and until when."""

    wanted_on = DayField(label="Ny svarsdag som ni behöver", help_text="Sista dagen att svara, ÅÅÅÅ-MM-DD.")
    reason = TextField(
        label="Varför behöver ni mer tid?",
        multiline=True,
        rows=5,
        max_length=2_000,
        help_text="Till exempel vilket underlag ni väntar på och när det kommer.",
    )
