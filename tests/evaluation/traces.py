"""What a refusal could have left behind."""

from calls.models import YearBudget
from evaluation.models import Assessment, Decision, DecisionYear, Score
from grants.core.models import Event, OutgoingMessage
from grants.documents.models import Document


def everything():
    """A count of every row that a refusal could have left behind."""
    budgets = sorted(YearBudget.objects.values_list("pk", "used_sek"))
    models = (Decision, DecisionYear, Assessment, Score, Event, OutgoingMessage, Document)
    states = sorted(Decision.objects.values_list("pk", "state", "version"))
    return [model.objects.count() for model in models], budgets, states
