"""The proposal of the decision that ends an application."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from evaluation import actions, listing, rules, scoring, texts
from evaluation.blockers import OUTCOMES
from evaluation.enums import GRANTING, DecisionKind, DecisionState, ReviewState
from evaluation.forms import ProposalForm
from evaluation.views.case import ending_of, find, status_code
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.time import stockholm


@policy(Audience.AUTHORITY, methods=("GET", "POST"), about="Föreslå beslut om en ansökan")
def propose(request: HttpRequest, pk: str) -> HttpResponse:
    review = find(request, pk)
    if not rules.may_handle(review, request.user):
        raise PermissionDenied("Föreslå beslut: du har inte behörighet.")
    application = review.application
    years = application.call.budget_rows(application.theme_id)
    held = ending_of(application)
    initial = {} if request.method == "POST" else first_values(review, held, request.GET)
    below = scoring.below_lowest(review)
    form = ProposalForm(
        request.POST if request.method == "POST" else None, years=years, below=bool(below), initial=initial
    )
    reasons: list[str] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                decision = actions.propose(review, by=request.user, **form.facts())
            except Blocked as stop:
                first_year = {"years": f"year-{years[0].year}"} if years else {}
                reasons, status = form.add_reasons(stop.reasons, first_year), status_code(stop)
            else:
                messages.success(request, "Förslaget är lämnat till beslutsfattaren.")
                return redirect("evaluation:decision", decision.pk)
    is_open = review.state in (ReviewState.FORMAL_CHECK, ReviewState.ASSESSING)
    context = {
        "review": review,
        "application": application,
        "form": form,
        "reasons": reasons,
        "years": [
            {"row": row, "field": field, "left": row.budget_sek - row.used_sek} for row, field in form.year_fields()
        ],
        "is_open": is_open and (held is None or held.state == DecisionState.PREPARING),
        "decision": held,
        "below": below,
        "starts": [(outcome.value, str(outcome.label)) for outcome in OUTCOMES[DecisionKind.SUPPORT]],
        "score": None if listing.hidden_scores(request.user, [application.pk]) else review.score,
        "sent_back": returned(held),
    }
    return render(request, "evaluation/desk/propose.html", context, status=status)


def returned(decision: Any) -> Any:
    """The event that sent the proposal back, with its reason; None when it was not."""
    if decision is None or decision.state != DecisionState.PREPARING:
        return None
    return decision.events.filter(name="send_back").select_related("by").last()


def first_values(review: Any, held: Any, query: Any) -> dict[str, Any]:
    """What the form starts with: the proposal that was sent back, else the application's own figures and the call's texts.

    ``query`` picks kind (``slag``) and outcome (``utfall``).
    """
    application = review.application
    asked_kind, asked_outcome = query.get("slag", ""), query.get("utfall", "")
    if held is not None:
        values = {
            name: getattr(held, name)
            for name in (
                "kind",
                "outcome",
                "amount_sek",
                "basis_cost_sek",
                "start_on",
                "end_on",
                "reasons",
                "short_reasons",
                "legal_grounds",
                "below_lowest_reasons",
                "conditions",
                "special_conditions",
                "appeal_text",
            )
        }
        values |= {f"year-{row.year_budget.year}": row.amount_sek for row in held.years.select_related("year_budget")}
        return {**values, "version": review.version}
    kind = DecisionKind(asked_kind) if asked_kind in [k.value for k in OUTCOMES] else DecisionKind.SUPPORT
    outcome = next((o for o in OUTCOMES[kind] if o.value == asked_outcome), OUTCOMES[kind][0])
    first = texts.first_texts(review, kind, outcome)
    values = {"kind": kind.value, "outcome": outcome.value, "version": review.version, **first}
    if kind == DecisionKind.SUPPORT and outcome in GRANTING:
        values |= {
            "amount_sek": application.applied_sek,
            "basis_cost_sek": application.total_cost_sek,
            "start_on": earliest(application),
            "end_on": application.end_on,
        }
    elif kind == DecisionKind.CLOSING_WITHOUT_TRIAL:
        values |= {"short_reasons": "Ansökan är återtagen."}
    elif kind == DecisionKind.DISMISSAL:
        unmet = [
            f"{check.question} Nej. {check.comment}".strip() for check in review.formal_checks.filter(is_met=False)
        ]
        values["reasons"] = "\n".join(part for part in (first["reasons"], *unmet) if part)
    return values


def earliest(application: Any) -> Any:
    """The start that was applied for, but no earlier than the day the application came in: before that no cost has support."""
    came_in = stockholm(application.submitted_at).date()
    return max(application.start_on, came_in) if application.start_on else None
