"""Review, formal check, assessments, opinions and decisions."""

from evaluation.models.deciding import Decision, DecisionQuerySet, DecisionYear
from evaluation.models.opinions import Opinion, OpinionQuerySet
from evaluation.models.reviewing import Assessment, FormalCheckItem, Review, ReviewQuerySet, Score

__all__ = [
    "Assessment",
    "Decision",
    "DecisionQuerySet",
    "DecisionYear",
    "FormalCheckItem",
    "Opinion",
    "OpinionQuerySet",
    "Review",
    "ReviewQuerySet",
    "Score",
]
