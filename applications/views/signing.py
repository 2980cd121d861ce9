"""Signing: the press that sends an application in, after the signatory has confirmed who they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import actions, rules, signing, stopped, trials
from applications.enums import State
from applications.models import Application
from applications.views.finding import find
from applications.views.review import page, read_sha256, token_of
from grants.accounts import stepup
from grants.core import edge
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy

PRESSED = "pressed"
"""Where the session keeps what was pressed and when, while the person confirms who they are."""
COUNTS_FOR = dt.timedelta(minutes=15)
"""How long the instant of that first press counts as the arrival."""
WHY = "Du skriver under för {}. Ansökan skickas in när du har bekräftat att det är du och trycker på knappen igen."


@policy(Audience.SIGNED_IN, methods=("POST",), about="Skickar in en egen ansökan; kräver fullmakt och ny bekräftelse")
def submit(request: HttpRequest, pk: Any) -> HttpResponse:
    """The instant of arrival is taken first: waiting for locks never counts against the applicant (INV-3).

    Who has not just confirmed who they are is led there and back to the same page; what has come in already needs no
    confirmation to show its receipt (INV-14).
    """
    arrived_at = edge.arrived_at(request)
    application = find(request, pk, whole=False)
    if application.is_test:
        return try_page(request, application)
    sha256 = read_sha256(request)
    at = first_press(request, application, sha256, arrived_at)
    is_new = application.state == State.DRAFT and rules.may_submit(application, request.user)
    if is_new and not stepup.is_confirmed(request):
        request.session[PRESSED] = [str(application.pk), sha256, at.isoformat()]
        back_to = f"{reverse('applications:review', args=[pk])}#skicka-h"
        return stepup.ask(request, back_to, WHY.format(application.applicant))
    if is_new and settings.CLAMD_ADDRESS:
        stopped.check_waiting(application)
    try:
        application = actions.submit(application, by=request.user, at=at, token=token_of(request), read_sha256=sha256)
    except Blocked as stop:
        return page(request, find(request, pk), stop.reasons, status=409 if isinstance(stop, Stale) else 422)
    request.session.pop(PRESSED, None)
    return redirect("applications:receipt", application.pk)


@policy(Audience.SIGNED_IN, methods=("POST",), about="Ber firmatecknaren skicka in en egen ansökan")
def ask(request: HttpRequest, pk: Any) -> HttpResponse:
    """Those with a mandate get a mail with a link to the review."""
    application = find(request, pk, whole=False)
    note = request.POST.get("note", "")
    try:
        signing.ask(application, by=request.user, note=note)
    except Blocked as stop:
        return page(request, find(request, pk), stop.reasons, status=422, note=note)
    messages.success(request, "Vi har skickat ett meddelande till dem som kan skriva under.")
    return redirect(f"{reverse('applications:review', args=[pk])}#skicka-h")


def first_press(request: HttpRequest, application: Application, sha256: str, at: dt.datetime) -> dt.datetime:
    """When the same content was first pressed in, if that led to the confirmation just now; else ``at``.

    What was asked for meanwhile is the authority's own check of who pressed: it takes no time from the applicant (INV-3).
    """
    match request.session.get(PRESSED):
        case [str(pk), str(read), str(moment)] if (pk, read) == (str(application.pk), sha256):
            pressed_at = dt.datetime.fromisoformat(moment)
            return pressed_at if dt.timedelta(0) <= at - pressed_at <= COUNTS_FOR else at
    return at


def try_page(request: HttpRequest, application: Application) -> HttpResponse:
    """A try: every check, and the receipt as it would be. Nothing of it stays."""
    try:
        trial = trials.send(application, by=request.user)
    except Blocked as stop:
        return page(request, find(request, application.pk), stop.reasons, status=422)
    context = {"application": application, "receipt": trial.receipt, "receivers": trial.receivers}
    return render(request, "applications/applicant/try_receipt.html", context)
