"""The forms of a call's set-up: the fixed fields of each page, its rows, and the programme."""

from calls.forms.fields import WholeField
from calls.forms.parts import INSTANT_HINT, NewCallForm
from grants.core.forms import InstantField, ReasonedForm

__all__ = ["ExtensionForm", "NewCallForm", "WholeField"]


class ExtensionForm(ReasonedForm):
    """A later deadline."""

    closes_at = InstantField(label="Ny sista tid", help_text=INSTANT_HINT)
