"""The ranking of a call's assessed applications against its budget."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from applications.enums import State
from applications.models import Application
from calls.models import Call
from evaluation import listing
from evaluation.enums import GRANTING
from evaluation.models import Decision
from grants.core.money import percent_of
from grants.core.policy import Audience, policy
from grants.core.templatetags.ui import number, percent, sek, width

MOST_ROWS = 250


@policy(Audience.AUTHORITY, about="Rankning av en utlysnings ansökningar mot budgeten")
def ranking(request: HttpRequest, code: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.filter(authority__in=request.user.authority_ids), code=code)  # type: ignore[union-attr]
    budget = call.year_budgets.aggregate(total=Sum("budget_sek"))["total"] or call.budget_sek or 0
    received = Application.objects.received_by(request.user).filter(call=call)
    endings = Decision.objects.of_applications()
    found = list(
        received.filter(review__score__isnull=False)
        .exclude(state__in=(State.WITHDRAWN, State.DISMISSED, State.CLOSED_WITHOUT_TRIAL))
        .select_related("applicant", "review", "region")
        .prefetch_related(Prefetch("decisions", endings, to_attr="endings"))
        .order_by("-review__score", "submitted_at", "pk")[: MOST_ROWS + 1]
    )
    hidden = listing.hidden_scores(request.user, [row.pk for row in found])
    shown = [row for row in found[:MOST_ROWS] if row.pk not in hidden]
    ranked = rank(shown, budget, call.lowest_score)
    inside = [row for row in ranked if row["inside"]]
    proposed = sum(row["amount_sek"] for row in inside)
    unscored = received.filter(Q(review__score__isnull=True) & ~Q(state=State.WITHDRAWN)).count()
    first_out = next((row for row in ranked if not row["inside"] and row["amount_sek"]), None)
    counties = {row["county"] for row in inside if row["county"]}
    context = {
        "call": call,
        "rows": ranked,
        "cut_after": len(inside),
        "budget_sek": budget,
        "proposed_sek": proposed,
        "left_sek": budget - proposed,
        "next_needs": first_out["amount_sek"] if first_out else None,
        "kpis": [
            {"label": "Budget", "value": sek(budget)},
            {
                "label": "Förslag inom budget",
                "value": sek(proposed),
                "note": f"{percent(percent_of(proposed, budget))} av budgeten",
            },
            {"label": "Kvar att fördela", "value": sek(budget - proposed)},
            {
                "label": "Projekt",
                "value": f"{number(len(inside))} av {number(len(ranked))}",
                "note": f"i {len(counties)} av 21 län",
            },
        ],
        "unscored": unscored,
        "hidden": len(hidden),
        "more": len(found) > MOST_ROWS,
    }
    return render(request, "evaluation/desk/ranking.html", context)


def rank(applications: list[Any], budget_sek: int, lowest_score: int | None) -> list[dict[str, Any]]:
    """Rows in order with what the proposal takes and the cumulated sum; from the first that does not fit, all are outside.

    The amount is the proposal's, or the applied one while nobody has proposed. An application that is proposed for
    rejection, or below the call's lowest score, takes nothing and is outside.
    """
    rows: list[dict[str, Any]] = []
    total, full = 0, False
    scale = budget_sek * 115 // 100  # room to the right of the budget's mark
    for application in applications:
        ending = application.endings[0] if application.endings else None
        refused = ending is not None and ending.outcome not in GRANTING
        below = lowest_score is not None and application.review.score < lowest_score
        amount = 0 if refused else (ending.amount_sek if ending else application.applied_sek)
        takes = amount if not (refused or (below and ending is None)) else 0
        full = full or total + takes > budget_sek
        before, total = total, total + takes
        scale = max(scale, total)
        rows.append(
            {
                "application": application,
                "score": application.review.score,
                "amount_sek": takes,
                "is_proposed": ending is not None,
                "note": "Förslag: avslag" if refused else "Under lägsta poäng" if below and ending is None else "",
                "before": before,
                "total": total,
                "inside": not full and takes > 0,
                "county": application.region_id,
            }
        )
    # Rows that take nothing stand among those outside, so that the budget's edge is one line.
    rows.sort(key=lambda row: not row["inside"])
    for place, row in enumerate(rows, start=1):
        row["place"] = place
        row["x"], row["own"], row["edge"] = (
            width(row["before"], scale),
            width(row["amount_sek"], scale),
            width(budget_sek, scale),
        )
    return rows
