"""The applicant's page of one application, and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications import actions, rules
from applications.blockers import missing_by_section
from applications.drafting import editable_sections
from applications.enums import State
from applications.messaging import unread_count
from applications.panels import badges_of, panels_of
from applications.process import lanes_of
from applications.progress import next_step, signatories
from applications.views.finding import find
from grants.core import events
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.seen import is_second_press, seen
from grants.core.workflow import steps_for
from grants.documents.models import Document

OWN_STEPS = ("withdraw",)


@policy(Audience.SIGNED_IN, about="En egen ansökan: läge, nästa steg, händelser och handlingar")
def detail(request: HttpRequest, pk: Any) -> HttpResponse:
    return page(request, pk)


def page(
    request: HttpRequest, pk: Any, reasons: list[str] | None = None, reason: str = "", status: int = 200
) -> HttpResponse:
    """The page; ``reasons``: why a step was refused, shown above with what was typed kept."""
    application = find(request, pk)
    if application.supplement_id:
        return redirect("applications:supplement", application.pk)
    missing = missing_by_section(application) if application.state == State.DRAFT else {}
    documents = (
        Document.objects.visible_to(request.user).filter(case=application.case_id) if application.case_id else []
    )
    return render(
        request,
        "applications/applicant/detail.html",
        {
            "application": application,
            "badge": badges_of([application], request.user)[application.pk],
            "missing_count": sum(len(found) for found in missing.values()),
            "may_edit": rules.may_edit(application, request.user),
            "may_use_again": not application.is_test and request.user.may_edit_for(application.applicant_id),  # type: ignore[union-attr]
            "is_editable": bool(editable_sections(application)),
            "next_step": next_step(application),
            "steps": [s for s in steps_for(application, request.user) if s.name in OWN_STEPS],
            "signatories": signatories(application) if application.state == State.DRAFT else [],
            "asked": asked_of(application),
            "events": list(events.of(application).select_related("by").order_by("-seq")[:50]),
            "documents": documents,
            "panels": [render_panel(request, *panel) for panel in panels_of(application, request.user)],
            "unread": unread_count(application, request.user),
            "reasons": reasons or [],
            "reason": reason,
        },
        status=status,
    )


def asked_of(application: Any) -> Any:
    """The open request for supplement, which only that state has."""
    if application.state != State.SUPPLEMENT_REQUESTED:
        return None
    return application.supplement_requests.filter(answered_at__isnull=True).first()


@policy(Audience.SIGNED_IN, about="Hela vägen från ansökan till utbetalning, med ”ni är här”")
def whole_way(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk, whole=False)
    context = {"application": application, "lanes": lanes_of(application, request.user)}
    return render(request, "applications/applicant/process.html", context)


def render_panel(request: HttpRequest, template: str, context: dict[str, Any]) -> str:
    """A later stage's part of the page, as safe markup from its own template."""
    from django.template.loader import render_to_string

    return render_to_string(template, context, request=request)


@policy(Audience.SIGNED_IN, methods=("POST",), about="Återtar en egen ansökan")
def withdraw(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk, whole=False)
    reason = request.POST.get("reason", "")
    try:
        application = actions.withdraw(application, by=request.user, reason=reason, version=seen(request))
    except Blocked as stop:
        application = find(request, pk, whole=False)
        if not is_second_press(application, "withdraw", by=request.user, reason=reason):
            return page(request, pk, stop.reasons, reason, status=409 if isinstance(stop, Stale) else 422)
    messages.success(request, f"Ansökan {application.register_number} är återtagen.")
    return redirect(application)
