"""The form of a programme."""

from __future__ import annotations

from typing import Any

from calls.forms.fields import CodeField
from grants.core.forms import DayField, ReasonedForm, TextField


class ProgrammeForm(ReasonedForm):
    """A programme or assignment that calls belong to. Its code stands fast once it is made."""

    code = CodeField(label="Beteckning", max_length=40, help_text="Till exempel strategisk-planering-2024.")
    title = TextField(label="Namn", max_length=200)
    about = TextField(label="Om programmet", multiline=True, rows=4, max_length=5000, required=False)
    assignment_number = TextField(label="Uppdragets beteckning", max_length=100, required=False)
    starts_on = DayField(label="Börjar", required=False, help_text="ÅÅÅÅ-MM-DD")
    ends_on = DayField(label="Slutar", required=False, help_text="ÅÅÅÅ-MM-DD")
    final_report_on = DayField(label="Slutredovisas senast", required=False, help_text="ÅÅÅÅ-MM-DD")
    source = TextField(
        label="Källa", multiline=True, rows=2, max_length=2000, required=False, help_text="Var uppgifterna står."
    )

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]
