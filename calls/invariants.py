"""Invariants of calls. INV-1 against the decisions is registered downstream, where the decisions are."""

from django.db.models import F, Sum

from calls.enums import State
from calls.models import Call, YearBudget
from grants.core.invariants import invariant


@invariant("INV-1", "What is used of a budget year is never below zero nor above the year's budget")
def years_within_budget() -> list[str]:
    broken = YearBudget.objects.exclude(used_sek__gte=0, used_sek__lte=F("budget_sek"))
    return [f"{row}: used {row.used_sek} of {row.budget_sek}" for row in broken.select_related("call")]


@invariant("INV-1", "The years of a published call add up to its budget")
def years_add_up() -> list[str]:
    calls = Call.objects.exclude(state=State.DRAFT).filter(budget_sek__isnull=False)
    broken = calls.annotate(total_sek=Sum("year_budgets__budget_sek")).exclude(total_sek=F("budget_sek"))
    return [f"{call.code}: years {call.total_sek}, budget {call.budget_sek}" for call in broken]


@invariant("INV-3", "A call that takes applications has an end, after its opening")
def open_calls_have_an_end() -> list[str]:
    broken = Call.objects.filter(state__in=(State.PUBLISHED, State.OPEN, State.CLOSED)).exclude(
        opens_at__isnull=False, closes_at__gt=F("opens_at")
    )
    return [f"{call.code} has no end after its opening" for call in broken]
