"""One project: figures, what to do next, reports, payments, documents, history, and its own steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.seen import seen
from grants.projects import actions, blockers, rules, selectors
from grants.projects.enums import ProjectState
from grants.projects.forms import BeginForm, PlainForm, ReasonForm, StepForm
from grants.projects.models import Project
from grants.projects.reporting import due_reports
from grants.projects.views.common import StepRow, is_second_press, posted_step, status_of, step_rows

FORMS: dict[str, type[StepForm]] = {
    "begin": BeginForm,
    "pause": ReasonForm,
    "resume": PlainForm,
    "begin_closing": PlainForm,
    "close": PlainForm,
}
ACTIONS: dict[str, Callable[..., Any]] = {
    "begin": actions.begin,
    "pause": actions.pause,
    "resume": actions.resume,
    "begin_closing": actions.begin_closing,
    "close": actions.close,
}
DONE = {
    "begin": "Projektet är startat.",
    "pause": "Projektet är pausat och projektägaren har fått besked.",
    "resume": "Projektet är i gång igen.",
    "begin_closing": "Projektet håller på att avslutas.",
    "close": "Projektet är avslutat.",
}


def find(request: HttpRequest, pk: Any) -> Project:
    """A project that the person sees, with what its page tells. Raises Http404."""
    return get_object_or_404(selectors.full(Project.objects.visible_to(request.user)), pk=pk)


@policy(Audience.SIGNED_IN, about="Ett projekt: belopp, rapporter, utbetalningar, handlingar")
def detail(request: HttpRequest, pk: Any) -> HttpResponse:
    return page(request, find(request, pk))


def page(
    request: HttpRequest, project: Project, refused: StepRow | None = None, reasons: Any = (), status: int = 200
) -> HttpResponse:
    """The project's page; ``refused`` and ``reasons``: the step that was just refused, with what was typed."""
    user = request.user
    is_desk = selectors.is_at_desk(project, user)
    reports = list(project.reports.visible_to(user))
    payments = list(project.payment_applications.visible_to(user))
    for part in (*reports, *payments):
        part.project = project
    may_write = rules.may_write(project, user)
    context = {
        "project": project,
        "figures": selectors.figures(project),
        "links": project.application.objective_links.select_related("objective"),
        "further_areas": project.application.further_areas.select_related("area"),
        "reports": reports,
        "due_reports": due_reports(project, reports if may_write else list(project.reports.all()))
        if project.state != ProjectState.CLOSED
        else [],
        "payments": payments,
        "next": selectors.next_for_desk(project, reports, payments, user)
        if is_desk
        else selectors.next_for_owner(project, reports, payments),
        "steps": step_rows(project, user, "", FORMS, refused),
        "refused": refused.form if refused else None,
        "reasons": reasons,
        "new_parts": new_parts(project) if may_write else [],
        "documents": selectors.documents(project, user),
        "events": selectors.history(project, user),
    }
    face = "desk" if is_desk else "applicant"
    return render(request, f"projects/{face}/detail.html", context, status=status)


def new_parts(project: Project) -> list[dict[str, Any]]:
    """What the owner's people begin on the page, with the reasons where they cannot now. Nothing once the project is closed."""
    if project.state == ProjectState.CLOSED:
        return []
    waiting = [*blockers.payments_open(project), *blockers.one_open_payment(project)]
    return [
        {
            "id": "ny-rapport",
            "label": "Ny rapport",
            "url": reverse("projects:new_report", args=[project.pk]),
            "reasons": blockers.reports_open(project),
        },
        {
            "id": "ny-utbetalning",
            "label": "Ny ansökan om utbetalning",
            "url": reverse("projects:new_payment", args=[project.pk]),
            "reasons": waiting,
        },
    ]


@policy(Audience.SIGNED_IN, methods=["POST"], about="Ett steg i projektet: starta, pausa, avsluta")
def step(request: HttpRequest, pk: Any, name: str) -> HttpResponse:
    if name not in ACTIONS:
        raise Http404
    project = find(request, pk)
    posted = posted_step(project, name, request, FORMS)
    form = posted.form
    assert form is not None
    if not form.is_valid():
        return page(request, project, posted, status=422)
    try:
        ACTIONS[name](project, by=request.user, version=seen(request), **form.cleaned_data)
    except Blocked as stop:
        project = find(request, pk)
        if not is_second_press(project, name, request.user, form.cleaned_data):
            return page(request, project, posted, form.add_reasons(stop.reasons), status_of(stop))
    messages.success(request, DONE[name])
    return redirect(project)
