"""The answer to a request for supplement."""

from __future__ import annotations

from applications.forms.base import DraftForm
from grants.core.forms import TextField


class SupplementForm(DraftForm):
    """The answer to a request for supplement."""

    answer = TextField(label="Ert svar", multiline=True, rows=8, max_length=5_000, required=False)
