"""The receipt of an application."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from applications.content import versions_of
from applications.enums import State
from applications.views.finding import find
from grants.core.policy import Audience, policy
from grants.documents.enums import DocumentKind
from grants.documents.models import Document


@policy(Audience.SIGNED_IN, about="Kvittens på en inskickad ansökan")
def receipt(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk)
    if application.state == State.DRAFT:
        raise Http404("Not sent in yet.")
    proof = (
        Document.objects.visible_to(request.user).filter(case=application.case_id, kind=DocumentKind.RECEIPT).first()
    )
    first = versions_of(application).first()
    return render(
        request,
        "applications/applicant/receipt.html",
        {"application": application, "proof": proof, "first": first, "sha256": first.sha256 if first else ""},
    )
