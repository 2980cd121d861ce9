"""What the applicant sees of evaluation on the application's page and in the list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evaluation.enums import DecisionState, Outcome
from evaluation.models import Assessment, Decision, DecisionQuerySet, Opinion, Review
from grants.documents.models import has_conflict


def sent_decisions(user: Any) -> DecisionQuerySet:
    """The decisions on applications that have been dispatched and that the person may see."""
    ended = Decision.objects.visible_to(user).of_applications()
    return ended.filter(state__in=(DecisionState.DISPATCHED, DecisionState.FINAL))


def outcomes_of(applications: Iterable[Any], user: Any) -> dict[Any, Outcome]:
    """How the applications ended, by primary key; the latest decision where there are several. One query at most."""
    keys = [application.pk for application in applications]
    if not keys:
        return {}
    rows = sent_decisions(user).filter(application__in=keys).order_by("number")
    return {pk: Outcome(outcome) for pk, outcome in rows.values_list("application", "outcome")}


def decision_panel(application: Any, user: Any) -> tuple[str, dict[str, Any]] | None:
    """The dispatched decision with a link to its whole text; nothing before it is dispatched."""
    decision = sent_decisions(user).filter(application=application).first()
    if decision is None:
        return None
    return "evaluation/applicant/panel.html", {"decision": decision}


def opinions_panel(application: Any, user: Any) -> tuple[str, dict[str, Any]] | None:
    """The opinions that were communicated, with the last day for views on them; nothing when there are none."""
    opinions = list(Opinion.objects.communicated_to(user).filter(review__application=application))
    return ("evaluation/applicant/opinions_panel.html", {"opinions": opinions}) if opinions else None


def officers_of(application: Any) -> list[Any]:
    """The handler of the case, who is told what comes in; nobody while it has none, or once the handler has a conflict in it."""
    review = Review.objects.select_related("handler").filter(application=application).first()
    handler = review.handler if review is not None else None
    return [handler] if handler is not None and not has_conflict(application.case_id, handler) else []


def left_out_of_case_file(application: Any) -> list[tuple[int, str]]:
    """Assessments are notes of those who judge; what counts of them stands in the decision."""
    number = Assessment.objects.filter(review__application=application).count()
    what = "bedömning" if number == 1 else "bedömningar"
    return [
        (
            number,
            f"{what} visas inte. De är arbetsmaterial medan ärendet bereds (2 kap. 12 § tryckfrihetsförordningen). "
            "När beslutet har skickats kan ni begära ut dem.",
        )
    ]
