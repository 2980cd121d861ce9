"""Payment applications: the owner reports costs, the authority checks, decides and pays."""

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
from grants.projects.enums import WITH_OWNER, PaymentState, ReportState
from grants.projects.forms import (
    CertifyForm,
    CheckPaymentForm,
    CostsForm,
    NewPaymentForm,
    PaidForm,
    PlainForm,
    ReasonForm,
    StepForm,
)
from grants.projects.models import PaymentApplication, Report
from grants.projects.reporting import next_payment_start
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
from grants.projects.views.reports import asked_of

FORMS: dict[str, type[StepForm]] = {
    "submit": CertifyForm,
    "request_supplement": ReasonForm,
    "reopen": ReasonForm,
    "decide": PlainForm,
    "record_paid": PaidForm,
}
ACTIONS: dict[str, Callable[..., Any]] = {
    "request_supplement": actions.request_payment_supplement,
    "reopen": actions.reopen_payment,
    "decide": actions.decide_payment,
    "record_paid": actions.record_paid,
}
DONE = {
    "submit": "Ansökan om utbetalning är inskickad.",
    "request_supplement": "Projektägaren har fått besked om vad som behöver kompletteras.",
    "mark_checked": "Förslaget till beslut är lämnat. En beslutsfattare tar vid.",
    "reopen": "Granskningen är öppen igen.",
    "decide": "Beslutet är fattat och skickat till projektägaren.",
    "record_paid": "Utbetalningen är registrerad.",
}


def find(request: HttpRequest, pk: Any) -> PaymentApplication:
    """A payment application that the person sees. Raises Http404."""
    seen = PaymentApplication.objects.visible_to(request.user).select_related(
        "document", "submitted_by", "checked_by", "decided_by", "paid_by", "decision__document", "report"
    )
    payment = get_object_or_404(seen, pk=pk)
    payment.project = selectors.full(type(payment.project).objects).get(pk=payment.project_id)
    return payment


@policy(Audience.SIGNED_IN, methods=["GET", "POST"], about="Ny ansökan om utbetalning")
def new(request: HttpRequest, pk: Any) -> HttpResponse:
    project = find_project(request, pk)
    if not rules.may_write(project, request.user):
        raise Http404
    reports = Report.objects.filter(project=project).exclude(state=ReportState.DRAFT)
    reasons: Any = ()
    status = 200
    if request.method == "POST":
        form = NewPaymentForm(request.POST, reports=reports)
        status = 422
        if form.is_valid():
            try:
                payment = actions.create_payment(project, **form.cleaned_data, by=request.user, token=token_of(request))
                return redirect(payment)
            except Blocked as stop:
                reasons, status = form.add_reasons(stop.reasons), status_of(stop)
    else:
        initial = {"period_start": next_payment_start(project, project.payment_applications.all())}
        form = NewPaymentForm(reports=reports, initial=initial)
        reasons = [*blockers.payments_open(project), *blockers.one_open_payment(project)]
    context = {"project": project, "form": form, "reasons": reasons, "token": token_of(request) or uuid.uuid4()}
    return render(request, "projects/applicant/payment_new.html", context, status=status)


@policy(Audience.SIGNED_IN, methods=["GET", "POST"], about="En ansökan om utbetalning: skriva, läsa, granska")
def detail(request: HttpRequest, pk: Any) -> HttpResponse:
    payment = find(request, pk)
    if request.method != "POST":
        return page(request, payment)
    form = CostsForm(request.POST, costs=selectors.costs_of(payment))
    certify = CertifyForm(request.POST)
    is_submit = request.POST.get("do") == "submit"
    if not form.is_valid():
        return page(request, payment, form=form, status=422)
    try:
        saved = actions.save_payment(payment, form.data_for_action(), by=request.user, version=seen(request))
    except Blocked as stop:
        if is_sent_already(request, payment):
            return redirect(payment)
        reasons = form.add_reasons(stop.reasons)
        return page(
            request,
            find(request, pk),
            form=form,
            reasons=reasons,
            is_stale=isinstance(stop, Stale),
            status=status_of(stop),
        )
    if not is_submit:
        messages.success(request, "Kostnaderna är sparade. Ansökan är inte inskickad än.")
        return redirect(payment)
    if not certify.is_valid():
        return page(request, find(request, pk), form=form, certify=certify, status=422)
    try:
        actions.submit_payment(saved, by=request.user, version=saved.version)
    except Blocked as stop:
        reasons = form.add_reasons(stop.reasons)
        return page(request, find(request, pk), form=form, certify=certify, reasons=reasons, status=status_of(stop))
    messages.success(request, DONE["submit"])
    return redirect(payment)


def page(
    request: HttpRequest,
    payment: PaymentApplication,
    *,
    form: CostsForm | None = None,
    certify: CertifyForm | None = None,
    check: CheckPaymentForm | None = None,
    refused: StepRow | None = None,
    reasons: Any = (),
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page of a payment application: a form while it is the writer's turn, else the costs and the next step."""
    user = request.user
    project = payment.project
    is_desk = selectors.is_at_desk(project, user)
    costs = selectors.costs_of(payment)
    is_editable = payment.state in WITH_OWNER and rules.may_write_part(payment, user)
    steps = step_rows(payment, user, "payment:", FORMS, refused)
    if is_editable:
        steps = [row for row in steps if row.step.name != "submit"]
    if payment.state == PaymentState.SUBMITTED and rules.may_handle_part(payment, user):
        check = check or CheckPaymentForm(costs=costs)
    else:
        check = None
    if is_editable and form is None:
        form = CostsForm(initial=CostsForm.initial_of(payment, costs), costs=costs)
    context = {
        "payment": payment,
        "project": project,
        "costs": costs,
        "form": form,
        "certify": certify or CertifyForm(),
        "check": check,
        "check_reasons": type(payment).steps()["mark_checked"].reasons(payment) if check else [],
        "is_editable": is_editable,
        "is_stale": is_stale,
        "may_sign": rules.may_sign(payment, user),
        "may_discard": is_editable and payment.state == PaymentState.DRAFT,
        "asked": asked_of(payment),
        "figures": selectors.figures(project),
        "steps": steps,
        "refused": refused.form if refused else None,
        "reasons": reasons,
        "shows_decision": is_desk or payment.state in (PaymentState.DECIDED, PaymentState.PAID),
        "events": selectors.history(project, user, payment),
    }
    face = "desk" if is_desk else "applicant"
    return render(request, f"projects/{face}/payment.html", context, status=status)


@policy(Audience.SIGNED_IN, methods=["POST"], about="Ett steg med en ansökan om utbetalning")
def step(request: HttpRequest, pk: Any, name: str) -> HttpResponse:
    if name == "mark_checked":
        return _check(request, pk)
    if name not in FORMS:
        raise Http404
    payment = find(request, pk)
    posted = posted_step(payment, name, request, FORMS)
    form = posted.form
    assert form is not None
    if not form.is_valid():
        return page(request, payment, refused=posted, status=422)
    try:
        if name == "submit":
            actions.submit_payment(payment, by=request.user, version=seen(request))
        else:
            ACTIONS[name](payment, by=request.user, version=seen(request), **form.cleaned_data)
    except Blocked as stop:
        payment = find(request, pk)
        if not is_second_press(payment, name, request.user, form.cleaned_data):
            return page(
                request, payment, refused=posted, reasons=form.add_reasons(stop.reasons), status=status_of(stop)
            )
    messages.success(request, DONE[name])
    return redirect(payment)


def _check(request: HttpRequest, pk: Any) -> HttpResponse:
    """The handler's approval of the costs, and the proposal of the decision."""
    payment = find(request, pk)
    form = CheckPaymentForm(request.POST, costs=selectors.costs_of(payment))
    if not form.is_valid():
        return page(request, payment, check=form, status=422)
    try:
        actions.check_payment(payment, **form.data_for_action(), by=request.user, version=seen(request))
    except Blocked as stop:
        return page(
            request, find(request, pk), check=form, reasons=form.add_reasons(stop.reasons), status=status_of(stop)
        )
    messages.success(request, DONE["mark_checked"])
    return redirect(payment)


@policy(Audience.SIGNED_IN, methods=["POST"], about="Kasta ett utkast till ansökan om utbetalning")
def discard(request: HttpRequest, pk: Any) -> HttpResponse:
    payment = find(request, pk)
    try:
        actions.discard_payment(payment, by=request.user, version=seen(request))
    except Blocked as stop:
        return page(request, find(request, pk), reasons=stop.reasons, status=status_of(stop))
    messages.success(request, "Utkastet är borttaget.")
    return redirect(payment.project)
