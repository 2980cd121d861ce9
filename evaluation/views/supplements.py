"""Supplements as the handler works with them: ask, answer about more time, see what differs between the versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications.extending import answer_extension, open_extension
from applications.models import Application
from applications.reading import readable
from applications.supplementing import open_request
from applications.texts import values_of
from applications.views.versions import compared
from calls.texts import text_for
from evaluation import actions, rules
from evaluation.forms import SupplementForm
from evaluation.forms_supplements import ExtensionForm
from evaluation.views.case import find, status_code
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.seen import is_second_press, seen


@policy(Audience.AUTHORITY, methods=("GET", "POST"), about="Begär komplettering av en ansökan")
def supplement(request: HttpRequest, pk: str) -> HttpResponse:
    review = find(request, pk)
    if not rules.may_handle(review, request.user):
        raise PermissionDenied("Begär komplettering: du har inte behörighet.")
    consequence = text_for(review.application.call, "supplement-consequence", values_of(review.application))
    form = SupplementForm(request.POST if request.method == "POST" else None, initial={"consequence": consequence})
    reasons: list[str] = []
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.request_supplement(review, by=request.user, version=seen(request), **form.cleaned_data)
            except Blocked as stop:
                review = find(request, pk)
                asked = is_asked_already(review.application, form.cleaned_data["question"], request.user)
                reasons, status = ([], 302) if asked else (form.add_reasons(stop.reasons), status_code(stop))
            else:
                status = 302
            if status == 302:
                messages.success(request, "Begäran om komplettering är skickad till sökanden.")
                return redirect("evaluation:case", pk)
        else:
            status = 422
    context = {"review": review, "application": review.application, "form": form, "reasons": reasons}
    return render(request, "evaluation/desk/supplement.html", context, status=status)


def is_asked_already(application: Application, question: str, user: Any) -> bool:
    """Whether the person has just asked this very question: a second press of the button."""
    asked = application.supplement_requests.order_by("asked_at").last()
    return (
        asked is not None and asked.question == question and is_second_press(application, "request_supplement", by=user)
    )


@policy(Audience.AUTHORITY, methods=("GET", "POST"), about="Svarar på en begäran om mer tid att komplettera")
def extension(request: HttpRequest, pk: str) -> HttpResponse:
    """The request for more time that waits; who comes when none does, as a second press, is told so on the case's page."""
    review = find(request, pk)
    if not rules.may_handle(review, request.user):
        raise PermissionDenied("Svara om mer tid: du har inte behörighet.")
    asked = open_request(review.application)
    waiting = open_extension(asked)
    if asked is None or waiting is None:
        messages.info(request, "Ingen begäran om mer tid väntar på svar.")
        return redirect("evaluation:case_assessment", pk)
    form = ExtensionForm(
        request.POST if request.method == "POST" else None,
        initial={"decision": "ja", "granted_until": waiting.wanted_on},
    )
    reasons: list[str] = []
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        day = data["granted_until"] if data["decision"] == "ja" else None
        try:
            answer_extension(waiting, by=request.user, granted_until=day, answer=data["answer"])
        except Blocked as stop:
            reasons, status = form.add_reasons(stop.reasons), status_code(stop)
        else:
            messages.success(request, "Sökanden har fått besked om svarstiden.")
            return redirect("evaluation:case_assessment", pk)
    context = {
        "review": review,
        "application": review.application,
        "asked": asked,
        "waiting": waiting,
        "form": form,
        "reasons": reasons,
    }
    return render(request, "evaluation/desk/extension.html", context, status=status)


@policy(Audience.AUTHORITY, about="Versioner av en ansökan och vad som skiljer dem")
def versions(request: HttpRequest, pk: str) -> HttpResponse:
    review = find(request, pk)
    application = review.application
    context = compared(application, request.GET, lambda content: readable(content, application, request.user))
    return render(request, "evaluation/desk/versions.html", {**context, "review": review})
