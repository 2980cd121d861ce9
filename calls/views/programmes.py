"""Programmes of the authority: the list, a new one, and changing one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from calls import actions, rules
from calls.forms.programme import ProgrammeForm
from calls.models import Programme
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.time import format_day
from grants.core.ui import ListCell, ListColumn, ListRow, address

COLUMNS = (
    ListColumn("title", "Program", card="title"),
    ListColumn("assignment_number", "Uppdrag", card="line"),
    ListColumn("starts_on", "Börjar", "day", "line"),
    ListColumn("ends_on", "Slutar", "day", "line"),
    ListColumn("call_count", "Utlysningar", "amount", "line"),
)


@policy(Audience.AUTHORITY, about="Myndighetens program")
def programmes(request: HttpRequest) -> HttpResponse:
    managed = {row.pk for row in rules.managed_authorities(request.user)}
    rows = Programme.objects.visible_to(request.user).annotate(call_count=Count("calls")).order_by("-starts_on", "code")
    page = Paginator(rows, 50).get_page(request.GET.get("sida"))
    context = {
        "page": page,
        "columns": COLUMNS,
        "rows": [_row(row, row.authority_id in managed) for row in page],
        "may_create": bool(managed),
    }
    return render(request, "calls/desk/programmes.html", context)


def _row(row: Any, may_change: bool) -> ListRow:
    url = address("calls:programme", code=row.code) if may_change else ""
    first = ListCell(COLUMNS[0], row.title, url=url, note=row.code)
    return ListRow((first, *(ListCell(c, getattr(row, c.key)) for c in COLUMNS[1:])), id=str(row.pk), name=row.title)


@policy(Audience.AUTHORITY, roles=[Role.CALL_MANAGER], methods=["GET", "POST"], about="Nytt program")
def create(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, ProgrammeForm(), None)
    form = ProgrammeForm(request.POST, use_required_attribute=False)
    reasons: list[str] = []
    if form.is_valid():
        authority = rules.managed_authorities(request.user)[0]
        try:
            programme = actions.create_programme(form.cleaned_data, by=request.user, authority=authority)
        except Blocked as stop:
            reasons = form.add_reasons(stop.reasons)
        else:
            messages.success(request, f"Programmet ”{programme}” är sparat.")
            return redirect("calls:programmes")
    return _page(request, form, None, reasons, status=422)


@policy(Audience.AUTHORITY, roles=[Role.CALL_MANAGER], methods=["GET", "POST"], about="Ändra ett program")
def change(request: HttpRequest, code: str) -> HttpResponse:
    managed = rules.managed_authorities(request.user)
    programme = get_object_or_404(Programme.objects.filter(authority__in=managed), code=code)
    if request.method != "POST":
        initial = {name: getattr(programme, name) for name in ProgrammeForm.base_fields}
        return _page(request, ProgrammeForm(initial=initial, is_new=False), programme)
    form = ProgrammeForm(request.POST, is_new=False, use_required_attribute=False)
    version = request.POST.get("version", "")
    reasons: list[str] = []
    if form.is_valid():
        try:
            programme = actions.save_programme(programme, form.cleaned_data, by=request.user, version=version)
        except Stale as stop:
            programme = Programme.objects.get(pk=programme.pk)
            return _page(
                request, form, programme, status=409, stale=str(stop), differences=_differences(programme, form)
            )
        except Blocked as stop:
            reasons = form.add_reasons(stop.reasons)
        else:
            messages.success(request, f"Programmet ”{programme}” är sparat.")
            return redirect("calls:programmes")
    return _page(request, form, programme, reasons, status=422, version=version)


def _differences(programme: Programme, form: ProgrammeForm) -> list[tuple[str, str, str]]:
    """Label, saved text and typed text of what differs."""
    pairs = {name: (_words(getattr(programme, name)), _words(form.cleaned_data.get(name))) for name in form.fields}
    return [(str(form.fields[name].label), saved, mine) for name, (saved, mine) in pairs.items() if saved != mine]


def _words(value: Any) -> str:
    return format_day(value) if hasattr(value, "isoformat") else str(value or "")


def _page(
    request: HttpRequest,
    form: ProgrammeForm,
    programme: Programme | None,
    reasons: Any = (),
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "programme": programme,
        "reasons": reasons,
        "has_errors": status == 422,
        "version": actions.programme_version(programme) if programme else "",
        **extra,
    }
    return render(request, "calls/desk/programme.html", context, status=status)
