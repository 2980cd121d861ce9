"""What happens next in a case, in a sentence and as buttons, for the person who looks at it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from applications.enums import State
from evaluation.enums import DecisionState, ReviewState
from evaluation.models import Assessment, Review
from grants.accounts.enums import Role


def owed_assessment(review: Review, user: Any) -> Assessment | None:
    """The person's own assessment of the case while it is not complete."""
    if Role.ASSESSOR not in user.role_codes or review.state not in (ReviewState.FORMAL_CHECK, ReviewState.ASSESSING):
        return None
    own: Assessment | None = review.assessments.filter(assessor=user, completed_at__isnull=True).first()  # type: ignore[attr-defined]
    return own


def next_step(review: Review, decision: Any, *, handles: bool = True, owed: Any = None) -> str:
    """The sentence at the head of the case that says what happens next; to others than those who handle it, who does it."""
    application = review.application
    if owed is not None:
        return "Gör din bedömning."
    if not handles and application.state not in (State.WITHDRAWN, State.SUPPLEMENT_REQUESTED):
        waits = {
            ReviewState.FORMAL_CHECK: "Handläggaren gör den formella kontrollen.",
            ReviewState.ASSESSING: "Ansökan bedöms." if review.score is None else "Handläggaren ska föreslå beslut.",
        }.get(ReviewState(review.state))
        if waits:
            return waits
    if application.state == State.WITHDRAWN:
        return "Ansökan är återtagen. Föreslå att ärendet skrivs av."
    if application.state == State.SUPPLEMENT_REQUESTED:
        if any(
            not one.answered_at for asked in application.supplement_requests.all() for one in asked.extensions.all()
        ):
            return "Sökanden har bett om mer tid att komplettera. Svara om mer tid under Bedömning."
        return "Sökanden har fått en begäran om komplettering."
    if review.state == ReviewState.UNASSIGNED:
        return "Ärendet behöver en handläggare."
    if review.state == ReviewState.FORMAL_CHECK:
        if review.checked_by_id is not None and review.confirmed_by_id is None:
            return "En andra person ska bekräfta den formella kontrollen."
        return "Gör den formella kontrollen."
    if review.state == ReviewState.ASSESSING:
        return "Vänta in bedömningarna och föreslå beslut." if review.score is None else "Föreslå beslut."
    if review.state == ReviewState.PROPOSED:
        return "Förslaget väntar på beslut."
    if decision and decision.state == DecisionState.MADE:
        return "Beslutet är fattat och ska expedieras."
    return "Ärendet är beslutat."


def buttons(review: Review, decision: Any, handles: bool, owed: Any = None) -> list[dict[str, Any]]:
    """What may be done now, as links or posts, each shut one with its reasons; ``handles``: the person handles cases."""
    pk = review.application_id
    found: list[dict[str, Any]] = []

    def add(label: str, name: str, reasons: Any = (), *, post: bool = False, query: str = "") -> None:
        found.append(
            {
                "label": label,
                "url": reverse(f"evaluation:{name}", args=[pk]) + query,
                "post": post,
                "reasons": list(reasons),
                "id": f"steg-{len(found)}",
            }
        )

    if decision and decision.state != DecisionState.PREPARING:
        found.append(
            {
                "label": "Öppna beslutet",
                "url": reverse("evaluation:decision", args=[decision.pk]),
                "post": False,
                "reasons": [],
                "id": "steg-beslut",
            }
        )
    if owed is not None:
        found.append(
            {
                "label": "Gör din bedömning",
                "url": reverse("evaluation:assessment", args=[owed.pk]),
                "post": False,
                "reasons": [],
                "id": "steg-bedomning",
            }
        )
    if not handles:
        return found
    steps = review.steps()
    application = review.application
    if review.state == ReviewState.UNASSIGNED or (
        application.state == State.SUBMITTED and review.state == ReviewState.FORMAL_CHECK
    ):
        add("Börja handlägga", "begin", post=True)
    elif review.state == ReviewState.FORMAL_CHECK and application.state != State.WITHDRAWN:
        add("Gör formell kontroll", "formal_check")
    if review.state == ReviewState.ASSESSING and application.state != State.WITHDRAWN:
        add("Föreslå beslut", "propose", steps["propose"].reasons(review))
    if review.state in (ReviewState.FORMAL_CHECK, ReviewState.ASSESSING):
        if application.state in (State.SUBMITTED, State.IN_REVIEW):
            add("Begär komplettering", "supplement")
        withdrawn = application.state == State.WITHDRAWN
        label = "Föreslå avskrivning" if withdrawn else "Föreslå avvisning"
        query = "?slag=closing_without_trial" if withdrawn else "?slag=dismissal"
        add(label, "propose", steps["propose_ending"].reasons(review), query=query)
    return found
