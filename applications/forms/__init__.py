"""The forms of the sections. Everything may wait until the application is sent; only what is malformed is a fault."""

from applications.forms.base import DraftForm, EmailField, Rows, row_name
from applications.forms.beside import TryForm, UploadForm
from applications.forms.budget import FinancingForm, FinancingRows
from applications.forms.costs import BudgetForm, CostField, Place, cost_key
from applications.forms.messages import MessageForm
from applications.forms.objectives import ObjectivesForm, how_field, how_key
from applications.forms.parties import PartiesForm, PartyForm, PartyRows
from applications.forms.place import PlaceForm
from applications.forms.project import ProjectForm
from applications.forms.supplement import MoreTimeForm, SupplementForm

__all__ = [
    "BudgetForm",
    "CostField",
    "DraftForm",
    "EmailField",
    "FinancingForm",
    "FinancingRows",
    "MessageForm",
    "MoreTimeForm",
    "ObjectivesForm",
    "PartiesForm",
    "PartyForm",
    "PartyRows",
    "Place",
    "PlaceForm",
    "ProjectForm",
    "Rows",
    "SupplementForm",
    "TryForm",
    "UploadForm",
    "cost_key",
    "how_field",
    "how_key",
    "row_name",
]
