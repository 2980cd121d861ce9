"""The decision page: the facts, the letter as it will be sent, what is left before deciding, and the steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from evaluation import actions, appeal, blockers, letters, listing, rules, scoring
from evaluation.enums import GRANTING, DecisionState
from evaluation.forms import DecideForm, FinalForm
from evaluation.models import Decision
from evaluation.views.case import status_code
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.seen import is_second_press, seen
from grants.core.workflow import steps_for

POST = ("POST",)
OWN_FORMS = ("decide", "make_final")
"""Steps that ask something, each in a part of the page of its own."""


def find(request: HttpRequest, pk: Any) -> Decision:
    """The decision, for the people of its authority; 404 otherwise."""
    decisions = Decision.objects.visible_to(request.user).filter(
        authority__in=request.user.authority_ids  # type: ignore[union-attr]
    )
    return get_object_or_404(
        decisions.select_related(
            "case",
            "authority",
            "rapporteur",
            "decider",
            "document",
            "application__call",
            "application__applicant",
            "application__case",
            "application__main_objective__rus",
            "application__main_area",
        ).prefetch_related("years__year_budget"),
        pk=pk,
    )


@policy(Audience.AUTHORITY, about="Ett beslut: underlag, beslutstext och vad som återstår")
def decision(request: HttpRequest, pk: str) -> HttpResponse:
    return show(request, find(request, pk))


def show(
    request: HttpRequest,
    row: Decision,
    *,
    reasons: list[str] | None = None,
    form: Any = None,
    final_form: Any = None,
    status: int = 200,
) -> HttpResponse:
    """The decision's page; with the reasons of a refusal, and what was typed, kept."""
    steps = steps_for(row, request.user)
    decide_step, final_step = (next((step for step in steps if step.name == name), None) for name in OWN_FORMS)
    is_open = row.state == DecisionState.PROPOSED
    left = (blockers.before_deciding(row) if is_open else []) if decide_step is None else list(decide_step.reasons)
    context = {
        "decision": row,
        "application": row.application,
        "steps": [step for step in steps if step.name not in (*OWN_FORMS, "propose")],
        "decide_step": decide_step,
        "form": form or DecideForm(),
        "final_step": final_step,
        "final_form": final_form or FinalForm(),
        "final_on": appeal.final_on(row) if final_step else None,
        "letter": row.document.content if row.document else letters.content_of(row),
        "todo": before_deciding(row, request.user, left) if is_open else [],
        "years": [
            {"row": year, "left": year.year_budget.budget_sek - year.year_budget.used_sek} for year in row.years.all()
        ],
        "reasons": reasons or [],
        "below": scoring.below_lowest(row.application.review)
        if row.outcome in GRANTING and row.kind == "support"
        else [],
        "score": None if listing.hidden_scores(request.user, [row.application_id]) else row.application.review.score,
    }
    return render(request, "evaluation/desk/decision.html", context, status=status)


def before_deciding(row: Decision, user: Any, left: list[str]) -> list[dict[str, Any]]:
    """The list "Innan ni beslutar": what holds, and every reason that still stands in the way."""
    items: list[dict[str, Any]] = [{"text": str(reason), "done": False} for reason in left]
    where = {getattr(reason, "where", "") for reason in left}
    if row.kind == "support" and "assessments" not in where:
        items.append({"text": "Bedömningarna är klara", "done": True})
    if "rapporteur" not in where:
        items.append({"text": "Föredraganden har inte anmält jäv", "done": True})
    if row.years.all() and "years" not in where:
        items.append({"text": "Beloppen ryms i årens budget", "done": True})
    if rules.is_assessor_of(row.application_id, user):
        items.append({"text": "Du har bedömt ansökan och kan inte besluta i den", "done": False})
    elif row.rapporteur_id == user.pk:
        items.append({"text": "Du är föredragande. En annan person beslutar", "done": False})
    return items


def _step(request: HttpRequest, pk: str, take: Any, said: str, **given: Any) -> HttpResponse:
    """Take a step from the version that the person read; a second press of the same gets the first one's answer."""
    row = find(request, pk)
    try:
        take(row, by=request.user, version=seen(request), **given)
    except Blocked as stop:
        row = find(request, pk)
        if not is_second_press(row, take.__name__, by=request.user, **given):
            return show(request, row, reasons=stop.reasons, status=status_code(stop))
    messages.success(request, said)
    return redirect("evaluation:decision", pk)


@policy(Audience.AUTHORITY, methods=POST, about="Fastställ ett beslut")
def decide(request: HttpRequest, pk: str) -> HttpResponse:
    row = find(request, pk)
    form = DecideForm(request.POST)
    if not form.is_valid():
        if not rules.may_decide(row, request.user):
            raise PermissionDenied("Fastställ beslut: du har inte behörighet.")
        return show(request, row, form=form, status=422)
    try:
        actions.decide(row, by=request.user, version=seen(request), **form.cleaned_data)
    except Blocked as stop:
        reasons = form.add_reasons(stop.reasons)
        return show(request, find(request, pk), reasons=reasons, form=form, status=status_code(stop))
    messages.success(request, "Beslutet är fattat. Nu kan det expedieras.")
    return redirect("evaluation:decision", pk)


@policy(Audience.AUTHORITY, methods=POST, about="Återför ett förslag eller beslut till handläggaren")
def send_back(request: HttpRequest, pk: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    too_long = blockers.too_long("Motiveringen", reason, 4_000, "reason")
    if too_long:
        return show(request, find(request, pk), reasons=[str(text) for text in too_long], status=422)
    return _step(request, pk, actions.send_back, "Ärendet är återfört.", reason=reason)


@policy(Audience.AUTHORITY, methods=POST, about="Expediera ett beslut till sökanden")
def dispatch(request: HttpRequest, pk: str) -> HttpResponse:
    return _step(request, pk, actions.dispatch, "Beslutet är expedierat till sökanden.")


@policy(Audience.AUTHORITY, methods=POST, about="Anteckna att ett beslut har fått laga kraft")
def make_final(request: HttpRequest, pk: str) -> HttpResponse:
    form = FinalForm(request.POST)
    if not form.is_valid():
        row = find(request, pk)
        if not rules.may_dispatch(row, request.user):
            raise PermissionDenied("Anteckna laga kraft: du har inte behörighet.")
        return show(request, row, final_form=form, status=422)
    row = find(request, pk)
    try:
        actions.make_final(row, by=request.user, version=seen(request), **form.cleaned_data)
    except Blocked as stop:
        row = find(request, pk)
        if not is_second_press(row, "make_final", by=request.user):
            reasons = form.add_reasons(stop.reasons)
            return show(request, row, reasons=reasons, final_form=form, status=status_code(stop))
    messages.success(request, "Laga kraft är antecknad.")
    return redirect("evaluation:decision", pk)
