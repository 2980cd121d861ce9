"""Using an earlier application in a new call, and reading what did not fit there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications.forms.reusing import ReuseForm
from applications.models import Application
from applications.reusing import files_of, reuse
from applications.views.finding import find
from calls import applying
from calls.models import Call
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.time import now


def open_calls(application: Application, user: Any) -> list[Call]:
    """The calls in which the applicant may start an application now."""
    at = now()
    rows = Call.objects.visible_to(user).filter(state="open").order_by("closes_at", "title")
    return [call for call in rows if applying.is_open_for(call, application.applicant_id, at)]


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="Använder en egen ansökan som grund för en ny")
def use_again(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk, whole=False)
    user: Any = request.user
    if application.supplement_id:
        return redirect(application)
    if application.is_test or not user.may_edit_for(application.applicant_id):
        raise PermissionDenied("Använd en tidigare ansökan: du får inte skriva ansökningar för organisationen.")
    form = ReuseForm(
        request.POST if request.method == "POST" else None,
        calls=open_calls(application, user),
        held=files_of(application),
    )
    reasons: list[str] = []
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            row = reuse(
                application, form.cleaned_data["call"], by=user, files=form.cleaned_data.get("chosen_files", [])
            )
        except Blocked as stop:
            reasons, status = form.add_reasons(stop.reasons), 422
        else:
            messages.success(request, "En ny ansökan är påbörjad med det som passar i utlysningen.")
            return redirect("applications:left_over", row.pk)
    context = {"application": application, "form": form, "reasons": reasons, "calls": form.calls}
    return render(request, "applications/applicant/use_again.html", context, status=status)


@policy(Audience.SIGNED_IN, about="Läser det ur en tidigare ansökan som inte fick plats i den nya")
def left_over(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk, whole=False)
    context = {"application": application, "rows": list(application.earlier_answers.values())}
    return render(request, "applications/applicant/left_over.html", context)
