"""Who works with an application: whom it is shared with, on which level, and who is invited."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications import rules
from applications import sharing as actions
from applications.forms.sharing import InviteForm
from applications.models import Application, Participant
from applications.views.finding import find
from grants.accounts.enums import Level
from grants.accounts.models import Membership, User
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.time import now


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="Vilka som arbetar med en egen ansökan; bjuda in fler")
def sharing(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk)
    if request.method == "GET":
        return page(request, application, InviteForm())
    form = InviteForm(request.POST)
    if not form.is_valid():
        return page(request, application, form, status=422)
    try:
        given = actions.invite(application, **form.cleaned_data, by=request.user)
    except Blocked as stop:
        return page(request, application, form, form.add_reasons(stop.reasons), status=422)
    if isinstance(given, Participant):
        messages.success(request, f"{given.user} är med. Vi har skickat ett mejl som säger det.")
    else:
        messages.success(request, f"Inbjudan är skickad till {given.email}.")
    return redirect("applications:sharing", pk)


@policy(Audience.SIGNED_IN, methods=("POST",), about="Ändrar eller tar bort en persons behörighet till en egen ansökan")
def share(request: HttpRequest, pk: Any, number: int) -> HttpResponse:
    """One person's row: another level, handing over, taking away. Leaving is taking one's own away."""
    application = find(request, pk)
    press = request.POST.get("gor", "")
    try:
        if press == "niva":
            given = actions.change_level(application, number, request.POST.get("level", ""), by=request.user)
            said = f"{given.user} får nu {given.get_level_display().lower()}."
        elif press == "lamna-over":
            given = actions.hand_over(application, number, by=request.user)
            said = f"{given.user} styr nu behörigheterna."
        elif press == "ta-bort":
            actions.remove(application, number, by=request.user)
            said = "Behörigheten är borttagen."
        else:
            raise Blocked("Sidan skickades inte hel. Ladda om den och försök igen.")
    except Blocked as stop:
        return page(request, application, InviteForm(), stop.reasons, status=422)
    messages.success(request, said)
    # Read anew, without the rights that this request began with: they may just have left.
    user: Any = request.user
    person = User.objects.get(pk=user.pk)
    still = Application.objects.owned_by(person).filter(pk=pk).exists()
    return redirect("applications:sharing", pk) if still else redirect("applications:mine")


@policy(
    Audience.SIGNED_IN, methods=("POST",), about="Skickar en inbjudan till en egen ansökan igen, eller tar tillbaka den"
)
def invitation(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk)
    held = application.invitations.pending().filter(pk=id_of(request)).first()
    try:
        if held is None:
            raise Blocked(actions.GONE)
        if request.POST.get("gor") == "igen":
            actions.invite(application, email=held.email, level=held.level, by=request.user)
            messages.success(
                request, f"En ny inbjudan är skickad till {held.email}. Den förra länken gäller inte längre."
            )
        else:
            actions.withdraw_invitation(application, held.pk, by=request.user)
            messages.success(request, "Inbjudan är återtagen.")
    except Blocked as stop:
        return page(request, application, InviteForm(), stop.reasons, status=422)
    return redirect("applications:sharing", pk)


def id_of(request: HttpRequest) -> uuid.UUID:
    """The posted invitation's key; that of no invitation for anything that is none."""
    try:
        return uuid.UUID(request.POST.get("invitation", ""))
    except ValueError:
        return uuid.UUID(int=0)


def page(
    request: HttpRequest,
    application: Application,
    form: InviteForm,
    reasons: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    user: Any = request.user
    at = now()
    members = Membership.objects.in_force().filter(organisation=application.applicant_id, user__is_active=True)
    shares = Participant.objects.holding().filter(application=application).select_related("user", "through")
    manages = rules.may_manage(application, user)
    held = list(shares)
    return render(
        request,
        "applications/applicant/sharing.html",
        {
            "application": application,
            "members": members.select_related("user").order_by("user__name"),
            "shares": held,
            "own": next((one for one in held if one.user_id == user.pk), None),
            "parties": [party for party in application.parties.all() if party.organisation_id],
            "invitations": [
                {"row": one, "is_expired": one.expires_at <= at} for one in application.invitations.pending()
            ],
            "levels": Level.choices,
            "may_manage": manages,
            "form": form,
            "reasons": reasons or [],
            "valid_days": actions.VALID_DAYS,
        },
        status=status,
    )
