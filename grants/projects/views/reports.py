"""Reports: the owner writes and sends, the authority checks and approves."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.seen import seen
from grants.projects import actions, blockers, rules, selectors
from grants.projects.enums import WITH_OWNER, ProjectState, ReportKind, ReportState
from grants.projects.forms import CheckReportForm, NewReportForm, PlainForm, ReasonForm, ReportForm, StepForm
from grants.projects.models import Report
from grants.projects.reporting import next_due
from grants.projects.views.common import (
    StepRow,
    is_second_press,
    is_sent_already,
    posted_step,
    status_of,
    step_rows,
    token_of,
)
from grants.projects.views.projects import find as find_project

FORMS: dict[str, type[StepForm]] = {
    "submit": PlainForm,
    "request_supplement": ReasonForm,
    "mark_checked": CheckReportForm,
    "decide": PlainForm,
}
ACTIONS: dict[str, Callable[..., Any]] = {
    "submit": actions.submit_report,
    "request_supplement": actions.request_report_supplement,
    "mark_checked": actions.check_report,
    "decide": actions.decide_report,
}
DONE = {
    "submit": "Rapporten är inskickad.",
    "request_supplement": "Projektägaren har fått besked om vad som behöver kompletteras.",
    "mark_checked": "Rapporten är granskad. Nu kan den godkännas.",
    "decide": "Rapporten är godkänd.",
}


def find(request: HttpRequest, pk: Any) -> Report:
    """A report that the person sees. Raises Http404."""
    report = get_object_or_404(
        Report.objects.visible_to(request.user).select_related("document", "submitted_by", "checked_by", "decided_by"),
        pk=pk,
    )
    report.project = selectors.full(type(report.project).objects).get(pk=report.project_id)
    return report


@policy(Audience.SIGNED_IN, methods=["GET", "POST"], about="Ny lägesrapport eller slutrapport")
def new(request: HttpRequest, pk: Any) -> HttpResponse:
    project = find_project(request, pk)
    if not rules.may_write(project, request.user):
        raise Http404
    reasons: Any = ()
    status = 200
    if request.method == "POST":
        form = NewReportForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                report = actions.create_report(project, **form.cleaned_data, by=request.user, token=token_of(request))
                return redirect(report)
            except Blocked as stop:
                reasons, status = form.add_reasons(stop.reasons), status_of(stop)
    else:
        form, reasons = NewReportForm(initial=next_report(project)), blockers.reports_open(project)
    context = {"project": project, "form": form, "reasons": reasons, "token": token_of(request) or uuid.uuid4()}
    return render(request, "projects/applicant/report_new.html", context, status=status)


def next_report(project: Any) -> dict[str, Any]:
    """What the new report most likely is: the next one that is due, or the final one, which is about the whole project."""
    due = next_due(project, project.reports.all())
    if project.state == ProjectState.CLOSING or (due is not None and due.kind == ReportKind.FINAL):
        return {"kind": ReportKind.FINAL, "period_start": project.start_on, "period_end": project.end_on}
    span = {} if due is None else {"period_start": due.period_start, "period_end": due.period_end}
    return {"kind": ReportKind.PROGRESS, **span}


@policy(Audience.SIGNED_IN, methods=["GET", "POST"], about="En rapport: skriva, läsa, granska")
def detail(request: HttpRequest, pk: Any) -> HttpResponse:
    report = find(request, pk)
    if request.method != "POST":
        return page(request, report)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return page(request, report, form=form, status=422)
    try:
        saved = actions.save_report(report, form.cleaned_data, by=request.user, version=seen(request))
    except Blocked as stop:
        if is_sent_already(request, report):
            return redirect(report)
        reasons = form.add_reasons(stop.reasons)
        return page(
            request,
            find(request, pk),
            form=form,
            reasons=reasons,
            is_stale=isinstance(stop, Stale),
            status=status_of(stop),
        )
    if request.POST.get("do") != "submit":
        messages.success(request, "Rapporten är sparad. Den är inte inskickad än.")
        return redirect(report)
    try:
        actions.submit_report(saved, by=request.user, version=saved.version)
    except Blocked as stop:
        return page(
            request, find(request, pk), form=form, reasons=form.add_reasons(stop.reasons), status=status_of(stop)
        )
    messages.success(request, DONE["submit"])
    return redirect(report)


def page(
    request: HttpRequest,
    report: Report,
    *,
    form: ReportForm | None = None,
    refused: StepRow | None = None,
    reasons: Any = (),
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The report's page: a form while it is the writer's turn, else its text."""
    user = request.user
    is_desk = selectors.is_at_desk(report.project, user)
    texts = {name: getattr(report, name) for name in blockers.REPORT_TEXTS}
    is_editable = report.state in WITH_OWNER and rules.may_write_part(report, user)
    steps = step_rows(report, user, "report:", FORMS, refused)
    if is_editable:
        steps = [row for row in steps if row.step.name != "submit"]
    context = {
        "report": report,
        "project": report.project,
        "form": (form or ReportForm(initial=texts)) if is_editable or form else None,
        "is_editable": is_editable,
        "may_sign": rules.may_sign(report, user),
        "may_discard": is_editable and report.state == ReportState.DRAFT,
        "saved": [(label, texts[name]) for name, label in blockers.REPORT_TEXTS.items()] if is_stale else [],
        "texts": [(label, texts[name]) for name, label in blockers.REPORT_TEXTS.items()],
        "asked": asked_of(report),
        "steps": steps,
        "refused": refused.form if refused else None,
        "reasons": reasons,
        "events": selectors.history(report.project, user, report),
    }
    face = "desk" if is_desk else "applicant"
    return render(request, f"projects/{face}/report.html", context, status=status)


def asked_of(part: Any) -> str:
    """What the authority asked to have completed, while it is the owner's turn."""
    if part.state != "supplement_requested":
        return ""
    last = part.events.filter(name="request_supplement").last()
    return last.reason if last else ""


@policy(Audience.SIGNED_IN, methods=["POST"], about="Ett steg med en rapport")
def step(request: HttpRequest, pk: Any, name: str) -> HttpResponse:
    if name not in ACTIONS:
        raise Http404
    report = find(request, pk)
    posted = posted_step(report, name, request, FORMS)
    form = posted.form
    assert form is not None
    if not form.is_valid():
        return page(request, report, refused=posted, status=422)
    try:
        ACTIONS[name](report, by=request.user, version=seen(request), **form.cleaned_data)
    except Blocked as stop:
        report = find(request, pk)
        if not is_second_press(report, name, request.user, form.cleaned_data):
            return page(request, report, refused=posted, reasons=form.add_reasons(stop.reasons), status=status_of(stop))
    messages.success(request, DONE[name])
    return redirect(report)


@policy(Audience.SIGNED_IN, methods=["POST"], about="Kasta ett utkast till rapport")
def discard(request: HttpRequest, pk: Any) -> HttpResponse:
    report = find(request, pk)
    try:
        actions.discard_report(report, by=request.user, version=seen(request))
    except Blocked as stop:
        return page(request, find(request, pk), reasons=stop.reasons, status=status_of(stop))
    messages.success(request, "Utkastet är borttaget.")
    return redirect(report.project)
