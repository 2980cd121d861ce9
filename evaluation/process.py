"""The review's and the decision's machines as parts of the call's process."""

from __future__ import annotations

from typing import Any

from applications.models import Application
from calls.diagram import Notes, Stage, register
from calls.words import consulted_words
from evaluation.enums import DecisionKind, DecisionState, ReviewState
from evaluation.models import Decision, Review
from grants.core.time import format_day
from grants.core.ui import count_words


def review_notes(call: Any) -> Notes:
    """How the call is judged: formal check, assessors, those consulted, the lowest score."""
    points = len(call.formal_check_points.all())
    check = [f"{count_words(points, 'punkt', 'punkter').capitalize()} kontrolleras"] if points else []
    if call.needs_second_check:
        check.append("Två personer kontrollerar")
    judged = [f"{count_words(call.assessors_needed, 'bedömare', 'bedömare').capitalize()} per ansökan"]
    if call.is_blind and call.assessors_needed > 1:
        judged.append("Var och en bedömer för sig")
    if call.lowest_score:
        judged.append(f"Minst {call.lowest_score} av 100 poäng")
    asked = consulted_words(call)
    if asked:
        judged.append(f"Vi frågar {asked}")
    return {ReviewState.FORMAL_CHECK: check, ReviewState.ASSESSING: judged}


def decision_notes(call: Any) -> Notes:
    """When decisions are planned, and whether they can be appealed once that is said."""
    planned = [(row.number, row.decided_by_on) for row in call.cutoffs.all() if row.decided_by_on]
    made = [
        f"Omgång {number}: senast {format_day(day)}" if len(planned) > 1 else f"Planeras senast {format_day(day)}"
        for number, day in planned
    ]
    said = [row.is_appealable for row in call.decision_rules.all() if row.kind == DecisionKind.SUPPORT]
    return {
        DecisionState.MADE: made,
        DecisionState.DISPATCHED: [
            "Kan överklagas" if is_appealable else "Kan inte överklagas" for is_appealable in said
        ],
    }


def review_where(subject: Any, user: Any) -> str:
    """The review is the authority's own work: the applicant sees its outcome, not its steps."""
    if not isinstance(subject, Application) or user is None:
        return ""
    return Review.objects.visible_to(user).filter(application=subject).values_list("state", flat=True).first() or ""


def decision_where(subject: Any, user: Any) -> str:
    """The decision that ends the application, as far as the person may see it: the applicant once it is dispatched."""
    if not isinstance(subject, Application) or user is None:
        return ""
    seen = Decision.objects.visible_to(user).of_applications().filter(application=subject)
    return seen.order_by("-number").values_list("state", flat=True).first() or ""


register(Stage("Beredning", Review, 30, review_notes, review_where))
register(Stage("Beslut", Decision, 40, decision_notes, decision_where))
