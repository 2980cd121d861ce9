"""The ranking of a call's assessed applications against its budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from applications.enums import State
from applications.models import Application
from calls.applying import choosable_themes
from calls.models import Call, Cutoff, Theme
from evaluation import listing
from evaluation.enums import GRANTING, IN_FORCE
from evaluation.models import Decision, DecisionYear
from grants.core.money import percent_of
from grants.core.policy import Audience, policy
from grants.core.templatetags.ui import number, percent, sek, width

MOST_ROWS = 250


@policy(Audience.AUTHORITY, about="Rankning av en utlysnings ansökningar mot budgeten")
def ranking(request: HttpRequest, code: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.filter(authority__in=request.user.authority_ids), code=code)  # type: ignore[union-attr]
    part = part_from(call, request.GET)
    budget = part.money_sek(call)
    received = Application.objects.received_by(request.user).filter(part.where, call=call)
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
        "part": part,
        "rows": ranked,
        "cut_after": len(inside),
        "budget_sek": budget,
        "proposed_sek": proposed,
        "left_sek": budget - proposed,
        "next_needs": first_out["amount_sek"] if first_out else None,
        "kpis": [
            {"label": "Budget", "value": sek(budget), "note": part.note},
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


@dataclass(frozen=True)
class Part:
    """The part of a call that is ranked: one cut-off, one theme, both or the whole."""

    cutoffs: list[Cutoff]
    themes: list[Theme]
    cutoff: Cutoff | None = None
    theme: Theme | None = None

    @property
    def where(self) -> Q:
        """The applications of the part."""
        chosen = Q(cutoff=self.cutoff) if self.cutoff else Q()
        return chosen & Q(theme=self.theme) if self.theme else chosen

    @property
    def note(self) -> str:
        return "kvar när andra omgångars beslut är avräknade" if self.cutoff else ""

    def money_sek(self, call: Call) -> int:
        """The part's money: of the theme where the call divides it so, less what decisions in other cut-offs have used."""
        rows = call.budget_rows(self.theme.pk) if self.theme else list(call.year_budgets.all())
        money = sum(row.budget_sek for row in rows) or call.budget_sek or 0
        if self.cutoff is None:
            return money
        elsewhere = DecisionYear.objects.filter(
            ~Q(decision__application__cutoff=self.cutoff) | Q(decision__application__cutoff__isnull=True),
            year_budget__in=[row.pk for row in rows],
            decision__state__in=IN_FORCE,
        )
        return max(money - (elsewhere.aggregate(used=Sum("amount_sek"))["used"] or 0), 0)


def part_from(call: Call, query: Any) -> Part:
    """What the address asks for; what the call does not have is left out."""
    cutoffs, themes = list(call.cutoffs.all()), choosable_themes(call)
    number, theme = query.get("omgang", ""), query.get("tema", "")
    return Part(
        cutoffs,
        themes,
        next((one for one in cutoffs if str(one.number) == number), None),
        next((one for one in themes if str(one.pk) == theme), None),
    )


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
