"""Drawing on a call's budget years (INV-1): a guarded UPDATE in the decision's transaction, never a sum that is read first."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from calls.models import YearBudget
from evaluation.blockers import budget_is_out
from grants.core.exceptions import Blocked
from grants.core.known import rows_of


def draw(year_budget_id: Any, amount_sek: int) -> bool:
    """Take the amount from the year if it is there. False when it is not; then nothing is taken."""
    taken = YearBudget.objects.filter(pk=year_budget_id, used_sek__lte=F("budget_sek") - amount_sek)
    return bool(taken.update(used_sek=F("used_sek") + amount_sek))


def draw_all(decision: Any) -> None:
    """Take the decision's amounts, year by year in order. Raises Blocked with every year that does not hold its amount."""
    short: list[str] = []
    for row in sorted(rows_of(decision, "years", "year_budget__theme"), key=lambda row: row.year_budget.year):
        if not draw(row.year_budget_id, row.amount_sek):
            row.year_budget.refresh_from_db(fields=["used_sek", "budget_sek"])
            short.append(budget_is_out(row.year_budget, row.amount_sek))
    if short:
        raise Blocked(short)


def give_back(decision: Any) -> None:
    """Return the amounts of a made decision that is taken back before it was dispatched."""
    for row in decision.years.order_by("year_budget__year"):
        YearBudget.objects.filter(pk=row.year_budget_id).update(used_sek=F("used_sek") - row.amount_sek)
