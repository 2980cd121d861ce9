"""What the public sees of decisions: an allow-list of fields, only after dispatch, no personal data (TRUST INV-19)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Sum

from evaluation.enums import GRANTING, DecisionKind, DecisionState
from evaluation.models import Decision

PUBLIC_FIELDS = (
    "application__title",
    "application__applicant__name",
    "application__region__county_name",
    "application__call__title",
    "application__call__code",
    "application__main_area__short_sv",
    "application__main_objective__label",
    "application__main_objective__rus__title",
    "case__register_number",
    "amount_sek",
    "start_on",
    "end_on",
    "made_at",
)


def published() -> QuerySet:
    """Granted support whose decision has been dispatched."""
    return Decision.objects.filter(
        kind=DecisionKind.SUPPORT, outcome__in=GRANTING, state__in=(DecisionState.DISPATCHED, DecisionState.FINAL)
    ).exclude(document__secrecy__gt="")


def rows() -> QuerySet:
    """The allowed fields only, newest decision first."""
    return published().order_by("-made_at", "case__register_number").values(*PUBLIC_FIELDS)


def granted_total_sek() -> int:
    """The sum of all published grants."""
    total: dict[str, Any] = published().aggregate(total=Sum("amount_sek"))
    return total["total"] or 0
