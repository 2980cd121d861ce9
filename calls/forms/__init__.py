"""The forms of a call's set-up: the fixed fields of each page, its rows, and the programme."""

from calls.forms.fields import WholeField
from calls.forms.parts import NewCallForm

__all__ = ["NewCallForm", "WholeField"]
