"""Starting an application from the page of an open call."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications import actions
from applications.enums import Section, State
from applications.models import Application
from calls import applying
from calls.models import Call
from grants.accounts.models import Organisation
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.time import now


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="Startar en ansökan i en öppen utlysning")
def start(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation to write for: straight to the form. Several: a question which one. None: a sentence that says so."""
    at = now()
    user: Any = request.user
    call = get_object_or_404(Call.objects.visible_to(request.user), code=code)
    if request.method == "GET":
        return redirect(call)
    choices = [
        organisation
        for organisation in user.organisations_now
        if organisation.is_applicant and organisation.ended_on is None and user.may_edit_for(organisation.pk)
    ]
    chosen = request.POST.get("organisation")
    if not call.is_open(at):
        choices = [one for one in choices if applying.is_open_for(call, one.pk, at)]
        if not choices:
            return page(request, call, [], [applying.not_open_reason(call, at)])
    if not choices:
        return page(
            request, call, [], ["Du får inte skriva ansökningar för någon organisation. Be er ansvariga om behörighet."]
        )
    if chosen is None and len(choices) > 1:
        return page(request, call, choices, [], status=200)
    applicant = choices[0] if chosen is None else next((one for one in choices if str(one.pk) == chosen), None)
    if applicant is None:
        return page(request, call, choices, ["Välj en organisation ur listan."])
    untouched = begun_and_untouched(call, applicant, request.user)
    if untouched is not None:
        return redirect("applications:section", untouched.pk, Section.PARTIES.value)
    try:
        application = actions.start(call, applicant=applicant, by=request.user, title="", at=at)
    except Blocked as stop:
        return page(request, call, choices, stop.reasons)
    return redirect("applications:section", application.pk, Section.PARTIES.value)


def begun_and_untouched(call: Call, applicant: Organisation, user: Any) -> Application | None:
    """The draft that the same person started a moment ago and has not saved yet: a second press opens that one (INV-14)."""
    return Application.objects.filter(
        call=call, applicant=applicant, created_by=user, state=State.DRAFT, version=0, title="", is_test=False
    ).first()


def page(request: HttpRequest, call: Call, choices: list[Any], reasons: list[str], status: int = 422) -> HttpResponse:
    return render(
        request,
        "applications/applicant/start.html",
        {"call": call, "choices": choices, "reasons": reasons},
        status=status,
    )
