"""Answering a request for supplement, and asking for more time."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications import actions, rules
from applications.blockers import before_submit
from applications.content import fingerprint, sent_content, with_content
from applications.differences import differences
from applications.enums import Section
from applications.extending import ask_for_time, open_extension
from applications.forms import MoreTimeForm, SupplementForm
from applications.models import Application
from applications.supplementing import content_to_send, copy_of, ensure_copy, open_request
from applications.views.finding import find
from applications.views.links import section_link, section_url
from applications.views.review import read_sha256, token_of
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.time import today


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="Besvarar en begäran om komplettering av en egen ansökan")
def supplement(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk)
    if application.supplement is not None:
        return redirect("applications:supplement", application.supplement.application_id)
    form = SupplementForm(request.POST if request.method == "POST" else None)
    reasons: list[str] = []
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            application = actions.answer_supplement(
                application,
                by=request.user,
                answer=form.cleaned_data["answer"],
                token=token_of(request),
                read_sha256=read_sha256(request),
            )
        except Blocked as stop:
            reasons, application = form.add_reasons(stop.reasons), find(request, pk)
            status = 409 if isinstance(stop, Stale) else 422
        else:
            messages.success(request, "Kompletteringen är inskickad.")
            return redirect(application)
    return render(
        request,
        "applications/applicant/supplement.html",
        page_context(request, application, form, reasons),
        status=status,
    )


def page_context(
    request: HttpRequest, application: Application, form: SupplementForm, reasons: list[str]
) -> dict[str, Any]:
    """What the page shows: the request, the parts it opens, what is left, and what has been changed so far."""
    asked = open_request(application)
    may_answer = rules.may_answer(application, request.user)
    if asked is not None and asked.sections and may_answer:
        ensure_copy(application, asked)
    found = copy_of(asked)
    copy = get_object_or_404(with_content(Application.objects.filter(pk=found.pk))) if found else application
    missing = before_submit(copy) if asked else []
    content = content_to_send(application, asked) if asked else {}
    opened = [Section(section) for section in asked.sections] if asked else []
    extensions = list(asked.extensions.all()) if asked else []
    return {
        "application": application,
        "asked": asked,
        "is_overdue": asked is not None and asked.due_on < today(),
        "answered": application.supplement_requests.filter(answered_at__isnull=False),
        "form": form,
        "reasons": reasons,
        "has_errors": bool(reasons or form.errors),
        "links": {getattr(reason, "where", ""): section_link(copy, reason) for reason in [*reasons, *missing]},
        "missing": missing if not reasons else [],
        "sections": [(section.label, section_url(copy, section)) for section in opened],
        "may_answer": may_answer,
        "may_ask_for_time": may_answer and asked is not None and open_extension(asked) is None,
        "extensions": extensions,
        "changes": differences(sent_content(application), content) if found else [],
        "has_copy": found is not None,
        "token": uuid.uuid4(),
        "sha256": fingerprint(content),
    }


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="Begär mer tid för att komplettera en egen ansökan")
def more_time(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk, whole=False)
    if not rules.may_answer(application, request.user):
        raise PermissionDenied("Be om mer tid: du har inte behörighet.")
    asked = open_request(application)
    form = MoreTimeForm(request.POST if request.method == "POST" else None)
    reasons: list[str] = []
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_time(application, by=request.user, **form.cleaned_data)
        except Blocked as stop:
            reasons, status = form.add_reasons(stop.reasons), 422
        else:
            messages.success(request, "Er begäran om mer tid är skickad. Ni får besked med mejl.")
            return redirect("applications:supplement", pk)
    context = {"application": application, "asked": asked, "form": form, "reasons": reasons}
    return render(request, "applications/applicant/more_time.html", context, status=status)
