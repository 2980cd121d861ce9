"""Invariants of calls. INV-1 against the decisions is registered downstream, where the decisions are."""

from django.db.models import F, OuterRef, Subquery, Sum

from calls import texts
from calls.enums import State
from calls.models import Call, TextTemplate, YearBudget
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


@invariant("TEXTS", "The texts that calls use hold only placeholders of the closed list, and those that they need")
def texts_hold_known_placeholders() -> list[str]:
    """A list that was made narrower after a text was saved would else show as braces in a letter."""
    newest = TextTemplate.objects.filter(call=OuterRef("call"), purpose=OuterRef("purpose")).order_by("-version")
    held = TextTemplate.objects.filter(pk=Subquery(newest.values("pk")[:1])).exclude(body="")
    found = []
    for row in held.select_related("call").order_by("call__code", "purpose"):
        purpose = texts.PURPOSES.get(row.purpose)
        if purpose is None:
            found.append(f"{row.call.code}, {row.purpose}: no such purpose")
            continue
        wrong = [*texts.faults(purpose, row.body), *texts.faults(purpose, row.subject, whole=False)]
        found += [f"{row.call.code}, {row.purpose}: {text}" for text in wrong]
    return found
