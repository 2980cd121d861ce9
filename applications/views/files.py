"""Attachments of an application: adding, opening, removing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect

from applications import actions, rules
from applications.enums import Section
from applications.forms import UploadForm
from applications.models import Application, ApplicationAttachment
from applications.reading import hidden_codes, is_only_assessor
from applications.views.finding import find
from applications.views.sections import attachments_page
from grants.core.exceptions import Blocked, Reason
from grants.core.policy import Audience, policy
from grants.documents.attachments import serve


@policy(Audience.SIGNED_IN, methods=("POST",), about="Lägger till en bilaga i en egen ansökan")
def add(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk)
    if not rules.may_edit(application, request.user):
        raise PermissionDenied("Du får läsa ansökan men inte ändra den.")
    form = UploadForm(request.POST, request.FILES, asked=list(application.call.required_attachments.all()))
    is_script = "application/json" in request.headers.get("Accept", "")
    if not form.is_valid():
        reasons = [str(text) for errors in form.errors.values() for text in errors]
        return answer_script(reasons) if is_script else attachments_page(request, application, form)
    reasons = take_in(request, application, form.cleaned_data)
    if is_script:
        return answer_script(reasons)
    if reasons:
        return attachments_page(request, find(request, pk), form, form.add_reasons(reasons))
    return redirect("applications:section", pk, Section.ATTACHMENTS.value)


def take_in(request: HttpRequest, application: Application, given: dict[str, Any]) -> list[str]:
    """Add each file by itself: one that is refused keeps none of the others back. Returns why some were refused."""
    reasons: list[str] = []
    added = 0
    for upload in given["file"]:
        try:
            actions.add_attachment(
                application,
                upload,
                by=request.user,
                label=given["label"],
                required=given.get("required"),
                replaces=given["replaces"] if added == 0 else None,
            )
            added += 1
        except Blocked as stop:
            told = [Reason(str(reason), getattr(reason, "where", "") or "file") for reason in stop.reasons]
            reasons += [reason for reason in told if reason not in reasons]
    if added and reasons:
        messages.info(request, "De andra filerna är tillagda." if added > 1 else "Den andra filen är tillagd.")
    return reasons


def answer_script(reasons: list[str]) -> JsonResponse:
    """What the script that shows the progress gets for each file."""
    return JsonResponse({"reasons": [str(reason) for reason in reasons]}, status=422 if reasons else 201)


@policy(Audience.SIGNED_IN, methods=("POST",), about="Tar bort en bilaga ur en egen ansökan")
def remove(request: HttpRequest, pk: Any, number: int) -> HttpResponse:
    application = find(request, pk)
    row = get_object_or_404(ApplicationAttachment, application=application, pk=number)
    try:
        actions.remove_attachment(application, row.pk, by=request.user)
    except Blocked as stop:
        return attachments_page(request, application, None, stop.reasons)
    return redirect("applications:section", pk, Section.ATTACHMENTS.value)


@policy(Audience.SIGNED_IN, about="Hämtar en bilaga till en ansökan som man får se")
def download(request: HttpRequest, pk: Any, number: int) -> HttpResponseBase:
    """For the applicant's people and, once it is sent in, for the authority: the rule is that of the application."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    rows = application.attachments.select_related("attachment")
    if not Application.objects.owned_by(request.user).filter(pk=pk).exists():
        rows = rows.filter(removed_at__isnull=True)
        if is_only_assessor(application.call.authority_id, request.user):
            rows = rows.exclude(question_code__in=hidden_codes(application))
    return serve(get_object_or_404(rows, pk=number).attachment)
