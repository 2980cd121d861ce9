"""The call and what it declares."""

from calls.models.call import Call, CallQuerySet, Programme, percent_words
from calls.models.form import FormVersion, Question, QuestionSection
from calls.models.judging import (
    Consultation,
    Criterion,
    CriterionLevel,
    DecisionRule,
    FormalCheckPoint,
    TextTemplate,
)
from calls.models.money import CostType, FlatRate, YearBudget
from calls.models.scope import (
    ApplicantKind,
    CallArea,
    Cutoff,
    Invitation,
    PublicAnswer,
    Reopening,
    RequiredAttachment,
    Theme,
)

__all__ = [
    "ApplicantKind",
    "Call",
    "CallArea",
    "CallQuerySet",
    "Consultation",
    "CostType",
    "Criterion",
    "CriterionLevel",
    "Cutoff",
    "DecisionRule",
    "FlatRate",
    "FormVersion",
    "FormalCheckPoint",
    "Invitation",
    "Programme",
    "PublicAnswer",
    "Question",
    "QuestionSection",
    "Reopening",
    "RequiredAttachment",
    "TextTemplate",
    "Theme",
    "YearBudget",
    "percent_words",
]
