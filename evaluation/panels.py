"""What the applicant sees of evaluation on the application's page."""

from __future__ import annotations

from typing import Any

from evaluation.enums import DecisionState
from evaluation.models import Decision


def decision_panel(application: Any, user: Any) -> tuple[str, dict[str, Any]] | None:
    """The dispatched decision with a link to its whole text; nothing before it is dispatched."""
    decision = (
        Decision.objects.visible_to(user)
        .of_applications()
        .filter(application=application, state__in=(DecisionState.DISPATCHED, DecisionState.FINAL))
        .first()
    )
    if decision is None:
        return None
    return "evaluation/applicant/panel.html", {"decision": decision}
