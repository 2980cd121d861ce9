"""Ask for a workbook, follow it, fetch it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from evaluation.models import Decision
from grants.core import files, workbook
from grants.core.exceptions import Blocked
from grants.core.models import Job, WorkState
from grants.core.policy import Audience, policy
from grants.documents.attachments import download as send_file
from grants.exports import decisions as subject
from grants.exports import jobs
from grants.exports.forms import DecisionsForm

RECENT = 10


@policy(Audience.AUTHORITY, methods=("GET", "POST"), about="Ta ut beslut till Excel")
def decisions(request: HttpRequest) -> HttpResponse:
    """Choose a call and ask for the workbook; ?utlysning=CODE chooses it beforehand."""
    reasons: list[str] = []
    if request.method == "POST":
        form = DecisionsForm(request.POST, user=request.user)
        if form.is_valid():
            try:
                job = jobs.ask(by=request.user, call=form.call, token=form.cleaned_data["token"])
            except Blocked as stop:
                reasons = stop.reasons
            except Job.DoesNotExist:
                reasons = ["Sidan var för gammal. Tryck på knappen en gång till."]
            else:
                return redirect("exports:job", job.pk)
        posted = request.POST.copy()
        posted["token"] = str(uuid.uuid4())  # the old one is used, or was of no use
        form.data = posted
        chosen = form.calls.get(posted.get("utlysning", ""))
    else:
        form = DecisionsForm(user=request.user)
        chosen = form.calls.get(request.GET.get("utlysning", ""))
        form.initial = {"utlysning": chosen.code if chosen else "", "token": str(uuid.uuid4())}
    context = {
        "form": form,
        "reasons": reasons,
        "count": subject.ending(Decision.objects.visible_to(request.user), chosen).count(),
        "selection": subject.selection(chosen),
        "recent": [_shown(job) for job in jobs.own(request.user)[:RECENT]],
        "columns": subject.COLUMNS,
        "about": subject.DecisionResource.about,
    }
    return render(request, "exports/desk/decisions.html", context, status=422 if reasons or form.errors else 200)


def _shown(job: Job) -> dict[str, Any]:
    """A job as the pages show it."""
    code = job.params.get("call", "")
    return {
        "job": job,
        "selection": f"Utlysning {code}" if code else "Alla utlysningar",
        "code": code,
        "is_done": job.state == WorkState.DONE,
        "is_failed": job.state == WorkState.FAILED,
        "url": reverse("exports:job", args=[job.pk]),
        "download_url": reverse("exports:download", args=[job.pk]),
    }


@policy(Audience.AUTHORITY, about="Följa ett eget uttag")
def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far the export has come, its file, or what went wrong. htmx asks for the moving part only."""
    found = get_object_or_404(jobs.own(request.user), pk=pk)
    context = _shown(found) | {"token": uuid.uuid4()}
    is_part = bool(getattr(request, "htmx", False))
    return render(request, "exports/desk/job_part.html" if is_part else "exports/desk/job.html", context)


@policy(Audience.AUTHORITY, about="Hämta ett eget uttag som Excel-fil")
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The finished file, to the person who asked for it, as long as they may see every decision in it."""
    found = get_object_or_404(jobs.own(request.user), pk=pk, state=WorkState.DONE)
    if not jobs.is_still_theirs(found, request.user):
        messages.error(
            request,
            "Filen lämnas inte ut, eftersom besluten i den eller din rätt att se dem har ändrats. Gör ett nytt uttag.",
        )
        return redirect("exports:job", found.pk)
    if not files.path_of(found.file).exists():
        messages.error(request, "Filen finns inte kvar. Gör ett nytt uttag.")
        return redirect("exports:job", found.pk)
    return send_file(found.file, found.file_name, workbook.XLSX)
