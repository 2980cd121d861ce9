"""The assessment page: each criterion with the answer it judges beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.enums import Section
from applications.reading import content_for
from evaluation import actions, rules
from evaluation.forms import AssessmentForm
from evaluation.models import Assessment
from evaluation.views.case import find, status_code
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy

# Which part of the application a criterion judges, by words of its title; the project itself when none fits.
PARTS = (
    (("rus", "mål", "strateg", "område"), Section.OBJECTIVES),
    (("kostnad", "budget", "finans"), Section.BUDGET),
    (("samverkan", "part", "samarbet"), Section.PARTIES),
)


def section_for(title: str) -> Section:
    """The section whose answers are shown beside the criterion."""
    words = title.lower()
    return next((section for parts, section in PARTS if any(part in words for part in parts)), Section.PROJECT)


@policy(Audience.AUTHORITY, methods=("GET", "POST"), about="En bedömning: poäng och motivering per kriterium")
def assessment(request: HttpRequest, pk: str) -> HttpResponse:
    """One's own to fill in; completed ones of others can be read by those who see the case.

    In a blind call not by those who still owe their own.
    """
    row = get_object_or_404(Assessment.objects.select_related("assessor", "review"), pk=pk)
    review = find(request, row.review.application_id)
    row.review = review
    own = rules.may_assess(row, request.user)
    if not own and (row.completed_at is None or owes(review, request.user)):
        return render(request, "evaluation/desk/blind.html", {"application": review.application}, status=403)
    criteria = list(review.application.call.criteria.prefetch_related("levels"))
    scores = {score.criterion_id: score for score in row.scores.all()}
    form = AssessmentForm(request.POST if request.method == "POST" else None, criteria=criteria, scores=scores)
    reasons: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                given, stamp = form.scores(), request.POST.get("sedd", "")
                if "klar" in request.POST:
                    if not (
                        own and row.completed_at and actions.is_saved(row, given)
                    ):  # a second press changes nothing
                        actions.save_scores(row, given, by=request.user, seen=stamp)
                        actions.complete_assessment(row, by=request.user)
                    messages.success(request, "Bedömningen är klar.")
                    return redirect("evaluation:case_assessment", review.application_id)
                actions.save_scores(row, given, by=request.user, seen=stamp)
                messages.success(request, "Bedömningen är sparad.")
                return redirect("evaluation:assessment", pk)
            status = 422
        except Blocked as stop:
            reasons, status = form.add_reasons(stop.reasons), status_code(stop)
    content = content_for(review.application, request.user)
    context = {
        "row": row,
        "review": review,
        "application": review.application,
        "form": form,
        "reasons": reasons,
        "stamp": actions.stamp_of(row),
        "stale": status == 409,
        "writes": own and row.completed_at is None,
        "parts": _parts(form, criteria, scores, content),
        "content": content,
    }
    return render(request, "evaluation/desk/assessment.html", context, status=status)


def owes(review: Any, user: Any) -> bool:
    """Whether the person must not see others' yet: their own is not complete, and the call says that assessors score unseen."""
    return (
        bool(review.application.call.is_blind)
        and review.assessments.filter(assessor=user, completed_at__isnull=True).exists()
    )


def _parts(form: Any, criteria: list[Any], scores: dict[Any, Any], content: dict[str, Any]) -> list[dict[str, Any]]:
    parts = []
    for criterion in criteria:
        section = section_for(criterion.title)
        parts.append(
            {
                "criterion": criterion,
                "points": form[f"points-{criterion.pk}"],
                "reasons": form[f"reasons-{criterion.pk}"],
                "score": scores.get(criterion.pk),
                "meaning": meaning_of(criterion, scores.get(criterion.pk)),
                "section": section.label,
                "blocks": [block for block in content["blocks"] if block.get("section") == section.value],
            }
        )
    return parts


def meaning_of(criterion: Any, score: Any) -> str:
    """What the given points mean by the call; "" when it does not say, or nothing is given."""
    given = None if score is None else score.points
    return next((level.meaning for level in criterion.levels.all() if level.points == given), "")
