"""The applicant's own case file, and the whole of it as a zip."""

from __future__ import annotations

import uuid
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications import casefile, casefile_zip
from applications.enums import PARTY_FILE_KINDS
from applications.models import Application
from applications.views.finding import find
from grants.core import files
from grants.core.exceptions import Blocked
from grants.core.models import WorkState
from grants.core.policy import Audience, policy
from grants.documents.attachments import download as send_file

PAGE_SIZE = 100


@policy(
    Audience.SIGNED_IN,
    methods=("GET", "POST"),
    about="Akten i ett eget ärende: handlingar, beslut, filer och händelser",
)
def case_file(request: HttpRequest, pk: Any) -> HttpResponse:
    """Newest first, by month; ?visa= narrows to a kind. A post asks for the whole file as a zip. 404 for a draft: no case yet."""
    application = find(request, pk, whole=False)
    if application.case_id is None:
        raise Http404("No case yet.")
    reasons: list[str] = []
    if request.method == "POST":
        try:
            return redirect("applications:file_job", casefile_zip.ask(application, by=request.user).pk)
        except Blocked as stop:
            reasons = stop.reasons
    return page(request, application, reasons)


def page(request: HttpRequest, application: Application, reasons: list[str]) -> HttpResponse:
    kind = request.GET.get("visa", "")
    kind = kind if kind in PARTY_FILE_KINDS else ""
    found = casefile.entries(application, request.user)
    shown = Paginator([one for one in found if kind in ("", one.kind)], PAGE_SIZE).get_page(request.GET.get("sida"))
    here = reverse("applications:case_file", args=[application.pk])
    context = {
        "application": application,
        "page": shown,
        "months": [(month, list(rows)) for month, rows in groupby(shown, key=lambda one: one.month)],
        "kinds": [
            {"label": f"{label} ({number})", "url": f"{here}?visa={value}" if value else here, "current": value == kind}
            for value, label in {"": "Allt", **PARTY_FILE_KINDS}.items()
            if (number := sum(value in ("", one.kind) for one in found)) or not value
        ],
        "kind": kind,
        "left_out": casefile.left_out(application, request.user),
        "reasons": reasons,
    }
    return render(request, "applications/applicant/case_file.html", context, status=422 if reasons else 200)


@policy(Audience.SIGNED_IN, about="Följer hur hela akten tas fram")
def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far the zip has come, its file, or what went wrong. htmx asks for the moving part only."""
    found = get_object_or_404(casefile_zip.own(request.user), pk=pk)
    application = casefile_zip.application_of(found, request.user)
    if application is None:
        raise Http404("Not theirs any longer.")
    context = {
        "job": found,
        "application": application,
        "is_done": found.state == WorkState.DONE,
        "is_failed": found.state == WorkState.FAILED,
        "url": reverse("applications:file_job", args=[found.pk]),
    }
    is_part = bool(getattr(request, "htmx", False))
    name = "case_file_job_part" if is_part else "case_file_job"
    return render(request, f"applications/applicant/{name}.html", context)


@policy(Audience.SIGNED_IN, about="Hämtar hela akten som zip")
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The finished zip, to the person who asked for it, as long as they may see everything in it."""
    found = get_object_or_404(casefile_zip.own(request.user), pk=pk, state=WorkState.DONE)
    if not casefile_zip.is_still_theirs(found, request.user) or not files.path_of(found.file).exists():
        messages.error(
            request, "Filen lämnas inte ut. Det du får se i ärendet har ändrats, eller så finns filen inte kvar."
        )
        return redirect("applications:mine")
    return send_file(found.file, found.file_name, "application/zip")
