"""Comments among the applicants: writing, answering, calling done. They stand on the review page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from applications import commenting
from applications.views.finding import find
from applications.views.review import page, token_of
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy


@policy(Audience.SIGNED_IN, methods=("POST",), about="Kommenterar en egen ansökan, bara för dem som arbetar med den")
def add(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk)
    about, thread = request.POST.get("page", ""), number_of(request.POST.get("thread", ""))
    text = request.POST.get("text", "")
    try:
        made = commenting.comment(
            application, by=request.user, text=text, page=about, thread=thread, token=token_of(request)
        )
    except Blocked as stop:
        typed = {"page": about, "thread": thread, "text": text, "reasons": stop.reasons}
        return page(request, find(request, pk), status=422, typed=typed)
    return redirect(f"{reverse('applications:review', args=[pk])}#kommentar-{made.pk}")


@policy(
    Audience.SIGNED_IN, methods=("POST",), about="Markerar en kommentar på en egen ansökan som klar, eller inte klar"
)
def resolve(request: HttpRequest, pk: Any, number: int) -> HttpResponse:
    application = find(request, pk)
    try:
        held = commenting.resolve(application, number, by=request.user, done=request.POST.get("klar") == "1")
    except Blocked as stop:
        return page(request, application, stop.reasons, status=422)
    return redirect(f"{reverse('applications:review', args=[pk])}#kommentar-{held.pk}")


def number_of(text: str) -> int | None:
    """The key of the thread that is answered; None when the comment begins one. A broken key is that of no thread."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
