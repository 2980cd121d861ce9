"""Våra ansökningar: what is under way, what is missing, whose turn it is; the most urgent first."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from applications import rules
from applications.blockers import before_submit
from applications.content import with_content
from applications.enums import State
from applications.models import Application, SupplementRequest
from applications.panels import badges_of
from applications.progress import next_step
from applications.sharing import waiting_for
from applications.turns import signatories_of, waiting
from applications.urgency import LATE, Place, places
from calls.models import Call
from calls.reading import hold_scopes
from grants.core.policy import Audience, policy
from grants.core.time import now, today

PAGE_SIZE = 50


@policy(
    Audience.SIGNED_IN,
    about="Ansökningar hos den egna organisationen, hos parter till den och dem man är inbjuden till",
)
def mine(request: HttpRequest) -> HttpResponse:
    at = now()
    own = Application.objects.owned_by(request.user).filter(is_test=False, supplement=None)
    page = Paginator(places(own, at), PAGE_SIZE).get_page(request.GET.get("sida"))
    held = {row.pk: row for row in read(own, [place.pk for place in page])}
    shown = [(place, held[place.pk]) for place in page if place.pk in held]
    hold_scopes(row.call for _, row in shown)
    badges = badges_of(held.values(), request.user)
    signs = signatories_of(row.applicant_id for _, row in shown)
    cards = [{**card(place, row, signs[row.applicant_id]), "badge": badges[row.pk]} for place, row in shown]
    calls = []
    if not cards:
        calls = [call for call in Call.objects.visible_to(request.user).order_by("closes_at") if call.is_open(at)]
    invitations = waiting_for(request.user).select_related("application__applicant", "invited_by")
    context = {
        "page": page,
        "cards": cards,
        "calls": calls[:3],
        "invitations": invitations,
        "to_sign": [(place, row) for place, row in shown if place.asked_at and rules.may_submit(row, request.user)],
    }
    return render(request, "applications/applicant/mine.html", context)


def read(own: Any, keys: list[Any]) -> Any:
    """Those of the page with everything that their cards say."""
    open_requests = SupplementRequest.objects.filter(answered_at__isnull=True)
    return with_content(own.filter(pk__in=keys)).prefetch_related(
        Prefetch("supplement_requests", open_requests), "parties", "party_confirmations"
    )


def card(place: Place, application: Application, signatories: list[str]) -> dict[str, Any]:
    """One application as the list shows it."""
    is_draft = application.state == State.DRAFT
    missing = before_submit(application) if is_draft else []
    return {
        "application": application,
        "missing_count": len(missing),
        "is_draft": is_draft,
        "is_late": place.rank == LATE,
        "day": place.day,
        "days_left": (place.day - today()).days if place.day else None,
        "next_step": next_step(application),
        "waits_for": waiting(application, missing, signatories),
    }
