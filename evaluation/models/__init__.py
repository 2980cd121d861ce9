"""Review, formal check, assessments, opinions and decisions."""

from evaluation.models.deciding import Decision, DecisionQuerySet, DecisionYear
from evaluation.models.reviewing import Assessment, FormalCheckItem, Review, ReviewQuerySet, Score

__all__ = [
    "Assessment",
    "Decision",
    "DecisionQuerySet",
    "DecisionYear",
    "FormalCheckItem",
    "Review",
    "ReviewQuerySet",
    "Score",
]
