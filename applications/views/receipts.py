"""The receipt of an application, and the public page that confirms one to whoever holds it."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from applications.content import versions_of
from applications.enums import State
from applications.models import Application
from applications.verifying import look_up
from applications.views.finding import find
from grants.core.forms import ReasonedForm
from grants.core.policy import Audience, policy
from grants.documents.enums import DocumentKind
from grants.documents.models import Document

UNKNOWN = "Vi hittar ingen kvittens med den kontrollsumman. Kontrollera att alla 64 tecken är med, bara siffror och bokstäverna a till f."
TOO_MANY = "Det har varit många kontroller härifrån på kort tid. Vänta en minut och försök igen."


@policy(Audience.SIGNED_IN, about="Kvittens på en inskickad ansökan")
def receipt(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk)
    if application.state == State.DRAFT:
        raise Http404("Not sent in yet.")
    first = versions_of(application).first()
    return render(
        request,
        "applications/applicant/receipt.html",
        {
            "application": application,
            "proof": proof_of(application, request.user),
            "first": first,
            "sha256": first.sha256 if first else "",
        },
    )


@policy(Audience.SIGNED_IN, about="Mottagningsbeviset för en inskickad egen ansökan som json")
def receipt_json(request: HttpRequest, pk: Any) -> HttpResponse:
    """The content of the receipt as it is frozen: ``manage.py verify_receipt`` takes the file."""
    proof = proof_of(find(request, pk, whole=False), request.user)
    if proof is None:
        raise Http404("Not sent in yet.")
    name = f'attachment; filename="mottagningsbevis-{proof.case.register_number}.json"'
    return JsonResponse(
        proof.content,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": name},
    )


def proof_of(application: Application, user: Any) -> Document | None:
    """The acknowledgement of receipt in the case file, the corrected one where there is one, if the person may see it."""
    seen = Document.objects.visible_to(user).filter(case=application.case_id, kind=DocumentKind.RECEIPT)
    return seen.select_related("case").order_by("-number").first()


class VerifyForm(ReasonedForm):
    """The checksum of a receipt."""

    mark_optional = False

    kod = forms.Field(
        label="Kontrollsumma",
        help_text="64 tecken. Den står på kvittensens sida, i mejlet och i mottagningsbeviset. Mellanslag gör inget.",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )


@policy(Audience.PUBLIC, methods=("GET", "POST"), about="Bekräftar en kvittens utan att visa innehållet")
def verify(request: HttpRequest) -> HttpResponse:
    """Register number, time and call of what came in with the checksum. Limited per address, so that nobody tries their luck."""
    form = VerifyForm(request.POST if request.method == "POST" else None)
    found, status = None, 200
    if request.method == "POST":
        limits = {"verify_receipt": settings.RECEIPT_CHECK_RATE}
        if not ratelimit.consume(request, app="applications", action="verify_receipt", config=limits):
            form.add_error("kod", TOO_MANY)
            status = 429
        else:
            found = look_up(form.data.get("kod", ""))
            if found is None:
                form.add_error("kod", UNKNOWN)
                status = 422
    return render(request, "applications/public/verify.html", {"form": form, "found": found}, status=status)
