"""Answering a request for supplement."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications import actions, rules
from applications.blockers import before_submit
from applications.content import content_of_loaded, fingerprint
from applications.enums import Section
from applications.forms import SupplementForm
from applications.views.finding import find
from applications.views.links import section_link, section_url
from applications.views.review import read_sha256, token_of
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.time import today


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="Besvarar en begäran om komplettering av en egen ansökan")
def supplement(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk)
    asked = application.supplement_requests.filter(answered_at__isnull=True).first()
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
    missing = before_submit(application) if asked else []
    opened = [Section(section) for section in asked.sections] if asked else []
    return render(
        request,
        "applications/applicant/supplement.html",
        {
            "application": application,
            "asked": asked,
            "is_overdue": asked is not None and asked.due_on < today(),
            "answered": application.supplement_requests.filter(answered_at__isnull=False),
            "form": form,
            "reasons": reasons,
            "has_errors": bool(reasons or form.errors),
            "links": {
                getattr(reason, "where", ""): section_link(application, reason) for reason in [*reasons, *missing]
            },
            "missing": missing if not reasons else [],
            "sections": [(section.label, section_url(application, section)) for section in opened],
            "may_answer": rules.may_answer(application, request.user),
            "token": uuid.uuid4(),
            "sha256": fingerprint(content_of_loaded(application)),
        },
        status=status,
    )
