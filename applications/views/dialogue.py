"""Messages with the authority, as the applicant's people read and write them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications import rules
from applications.forms import MessageForm
from applications.messaging import mark_read, messages_for, send_message
from applications.views.finding import find
from applications.views.review import token_of
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="Meddelanden med myndigheten om en egen ansökan")
def dialogue(request: HttpRequest, pk: Any) -> HttpResponse:
    """404 for a draft: there is no case to write in. Reading marks as read by the person."""
    application = find(request, pk, whole=False)
    if application.case_id is None:
        raise Http404("No case yet.")
    form = MessageForm()
    reasons: list[str] = []
    status = 200
    if request.method == "POST":
        form = MessageForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                send_message(
                    application,
                    by=request.user,
                    text=form.cleaned_data["text"],
                    uploads=form.cleaned_data["uploads"],
                    as_officer=False,
                    token=token_of(request),
                )
            except Blocked as stop:
                reasons = form.add_reasons(stop.reasons)
            else:
                messages.success(request, "Meddelandet är skickat och har kommit in till myndigheten.")
                return redirect("applications:messages", pk)
    talk = messages_for(application, request.user)
    if request.method == "GET":
        mark_read(talk, by=request.user)
    context = {
        "application": application,
        "talk": talk,
        "form": form,
        "reasons": reasons,
        "token": uuid.uuid4(),
        "may_write": rules.may_answer(application, request.user),
    }
    return render(request, "applications/applicant/messages.html", context, status=status)
