"""The budget as a workbook: downloaded, and uploaded filled in."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications import actions, rules
from applications.budget_book import write_budget
from applications.budget_upload import LIMITS, read_budget
from applications.drafting import editable_sections
from applications.enums import Section
from applications.forms.book import BudgetFileForm
from applications.models import Application
from applications.views.finding import find, up_to_date
from applications.views.links import section_url
from applications.views.sections import version_of
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.sheets import Unreadable, read_upload
from grants.core.ui import count_words

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@policy(Audience.SIGNED_IN, about="Laddar ned budgeten i en egen ansökan som Excel")
def download(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "budget.xlsx"
        write_budget(application, path)
        answer = HttpResponse(path.read_bytes(), content_type=TYPE)
    answer["Content-Disposition"] = 'attachment; filename="budget.xlsx"'
    return answer


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="Laddar upp budgeten i en egen ansökan från Excel")
def upload(request: HttpRequest, pk: Any) -> HttpResponse:
    """Nothing is written unless the whole file is right. The file itself is not kept."""
    application = find(request, pk)
    if request.method != "POST":
        application = up_to_date(request, application)
    may_edit = rules.may_edit(application, request.user)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied("Du får läsa ansökan men inte ändra den.")
    if not may_edit or Section.BUDGET not in editable_sections(application):
        return redirect("applications:review", pk)
    if request.method != "POST":
        return page(request, application, BudgetFileForm())
    form = BudgetFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, application, form, status=422)
    try:
        found = read_budget(application, read_upload(form.cleaned_data["budget"], LIMITS))
    except Unreadable as fault:
        form.add_error("budget", str(fault))
        return page(request, application, form, status=422)
    if found.faults:
        form.add_error("budget", "Budgeten är inte ändrad. Det som ska rättas i filen står nedan.")
        return page(request, application, form, faults=found.faults, status=422)
    try:
        row = actions.save_budget(application, found.data, by=request.user, version=version_of(request))
    except Blocked as stop:
        status = 409 if isinstance(stop, Stale) else 422
        return page(request, find(request, pk), form, reasons=stop.reasons, status=status)
    messages.success(request, "Budgeten är hämtad från filen. Läs igenom summorna.")
    return redirect(section_url(row, Section.BUDGET.value))


def page(
    request: HttpRequest,
    application: Application,
    form: BudgetFileForm,
    *,
    reasons: list[str] | None = None,
    faults: list[tuple[str, str, str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    held = count_words(len(faults), "sak", "saker") if faults else ""
    context = {
        "application": application,
        "title": f"Rätta {held} i filen och ladda upp den igen" if held else "",
        "form": form,
        "reasons": reasons or [],
        "faults": faults or [],
        "has_errors": status == 422,
        "version": application.version,
        "back_url": section_url(application, Section.BUDGET.value),
    }
    return render(request, "applications/applicant/budget_excel.html", context, status=status)
