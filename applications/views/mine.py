"""Våra ansökningar: what is under way, what is missing, whose turn it is."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from applications.blockers import before_submit
from applications.content import with_content
from applications.enums import State
from applications.models import Application, SupplementRequest
from applications.panels import badges_of
from applications.progress import next_step, waits_for
from applications.sharing import waiting_for
from calls.models import Call
from calls.reading import hold_scopes
from grants.core.policy import Audience, policy
from grants.core.time import now, stockholm, today

PAGE_SIZE = 50


@policy(Audience.SIGNED_IN, about="Den egna organisationens ansökningar")
def mine(request: HttpRequest) -> HttpResponse:
    rows = with_content(
        Application.objects.visible_to(request.user).owned_by(request.user).filter(is_test=False, supplement=None)
    ).prefetch_related(Prefetch("supplement_requests", SupplementRequest.objects.filter(answered_at__isnull=True)))
    paginator = Paginator(rows.order_by("-updated_at", "pk"), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("sida"))
    hold_scopes(application.call for application in page)
    badges = badges_of(page, request.user)
    cards = [{**card(application), "badge": badges[application.pk]} for application in page]
    at = now()
    calls = (
        []
        if cards
        else [call for call in Call.objects.visible_to(request.user).order_by("closes_at") if call.is_open(at)]
    )
    invitations = waiting_for(request.user).select_related("application__applicant", "invited_by")
    context = {"page": page, "cards": cards, "calls": calls[:3], "invitations": invitations}
    return render(request, "applications/applicant/mine.html", context)


def card(application: Application) -> dict[str, Any]:
    """One application as the list shows it."""
    is_draft = application.state == State.DRAFT
    asked = next(iter(application.supplement_requests.all()), None)
    day = asked.due_on if asked else None
    if is_draft and application.call.closes_at:
        day = stockholm(application.call.closes_at).date()
    return {
        "application": application,
        "missing_count": len(before_submit(application)) if is_draft else 0,
        "is_draft": is_draft,
        "day": day,
        "days_left": (day - today()).days if day else None,
        "next_step": next_step(application),
        "waits_for": waits_for(application),
    }
