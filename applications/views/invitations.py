"""Answering an invitation: by the link of the mail, or by one's own page when one is signed in already."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import sharing
from applications.forms.sharing import JoinForm
from applications.models import Application, Invitation
from grants.accounts.models import User
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.time import now

BACKEND = "grants.accounts.backends.AllauthBackend"
TOO_OFTEN = "Det har varit många försök. Vänta en minut och försök igen."


@policy(Audience.PUBLIC, methods=("GET", "POST"), about="Svarar på en inbjudan till en ansökan, genom länken i mejlet")
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Join with the account that one is signed in with, sign in, or choose name and password: the link proves the address.

    A link that was used, taken back, replaced or never given looks the same as one that expired.
    """
    if not ratelimit.consume(request, action="answer_invitation"):
        return gone(request, TOO_OFTEN, status=429)
    held = sharing.find(key)
    if held is not None and request.user.is_authenticated and held.accepted_by_id == request.user.pk:
        return opened(request, held.application)
    if held is None or held.accepted_at or held.withdrawn_at or held.expires_at <= now():
        return gone(request)
    if request.user.is_authenticated:
        return as_signed_in(request, held)
    if User.objects.filter(email=held.email).exists():
        login_url = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
        return page(request, held, {"sign_in_url": login_url})
    return as_new(request, held)


def as_signed_in(request: HttpRequest, held: Invitation) -> HttpResponse:
    """One button; for another account than the invited one, what to do instead."""
    user: Any = request.user
    if user.email.lower() != held.email:
        return page(request, held, {"is_other": True}, status=403 if request.method == "POST" else 200)
    if request.method == "GET":
        return page(request, held, {"may_accept": True})
    try:
        return opened(request, sharing.accept(held, by=user))
    except Blocked as stop:
        return page(request, held, {"may_accept": True, "reasons": stop.reasons}, status=422)


def as_new(request: HttpRequest, held: Invitation) -> HttpResponse:
    """Name and password for an account of one's own; then one is signed in and in the application."""
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return page(request, held, {"form": form})
    if not form.is_valid():
        return page(request, held, {"form": form}, status=422)
    try:
        person = sharing.join_and_accept(held, **form.cleaned_data)
    except Blocked as stop:
        return page(request, held, {"form": form, "reasons": form.add_reasons(stop.reasons)}, status=422)
    login(request, person, backend=BACKEND)
    return opened(request, held.application)


def opened(request: HttpRequest, application: Application) -> HttpResponse:
    messages.success(request, "Du är med i ansökan.")
    return redirect(application)


def page(request: HttpRequest, held: Invitation, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {"invitation": held, "application": held.application, **context}
    return render(request, "applications/applicant/invitation.html", context, status=status)


def gone(request: HttpRequest, text: str = "", status: int = 404) -> HttpResponse:
    return render(request, "applications/applicant/invitation_gone.html", {"text": text}, status=status)


@policy(Audience.SIGNED_IN, methods=("POST",), about="Tackar ja till en inbjudan som gäller den egna adressen")
def accept_own(request: HttpRequest) -> HttpResponse:
    """From the page of the own applications: the account's address is proven already."""
    try:
        key = uuid.UUID(request.POST.get("invitation", ""))
    except ValueError:
        key = uuid.UUID(int=0)
    held = sharing.waiting_for(request.user).filter(pk=key).select_related("application").first()
    if held is None:
        return gone(request)
    user: Any = request.user
    try:
        return opened(request, sharing.accept(held, by=user))
    except Blocked as stop:
        return gone(request, stop.reasons[0], status=422)
