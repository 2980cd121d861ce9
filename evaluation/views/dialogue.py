"""Dialog: messages between the authority and the applicant, as the authority's people read and write them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from applications.forms import MessageForm
from applications.messaging import mark_read, messages_for, send_message
from applications.views.review import token_of
from evaluation import rules
from evaluation.views.case import find, show
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy


@policy(Audience.AUTHORITY, methods=("GET", "POST"), about="Dialogen med sökanden i ett ärende")
def dialogue(request: HttpRequest, pk: str) -> HttpResponse:
    """Reading marks as read by the person; those who handle cases answer for the authority."""
    review = find(request, pk)
    application = review.application
    form = MessageForm(request.POST or None, request.FILES or None)
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
                    as_officer=True,
                    token=token_of(request),
                )
            except Blocked as stop:
                reasons = form.add_reasons(stop.reasons)
            else:
                messages.success(request, "Meddelandet är skickat och lagt i ärendet.")
                return redirect("evaluation:case_dialogue", pk)
    form.fields["text"].label = "Meddelande till sökanden"
    talk = messages_for(application, request.user)
    if request.method == "GET":
        mark_read(talk, by=request.user)
    more = {
        "talk": talk,
        "form": form,
        "token": uuid.uuid4(),
        "may_write": rules.may_handle(review, request.user),
    }
    return show(request, review, "dialog", reasons=reasons, status=status, more=more)
