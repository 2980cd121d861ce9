"""The own applications in the order in which they need somebody: what waits for oneself and is due first stands first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from applications.enums import OPEN_STATES, State
from applications.models import SignatureRequest, SupplementRequest
from calls.models import Cutoff, Reopening
from grants.core.time import stockholm, today

OURS, LATE, THEIRS, ENDED = range(4)
"""What waits for the applicant in time; drafts whose time has run out; what the authority handles; what has ended."""


@dataclass(frozen=True)
class Place:
    """One application's place in the list. ``day``: by when the applicant acts, None when nothing is waited for.

    ``asked_at`` and ``asked_by``: when and by whom the signatory was last asked to send the draft in (applications.signing).
    """

    pk: Any
    rank: int
    day: dt.date | None
    updated_at: dt.datetime
    asked_at: dt.datetime | None = None
    asked_by: str | None = None

    @property
    def key(self) -> Any:
        return (self.rank, self.day or dt.date.max, -self.updated_at.timestamp())


def places(applications: Any, at: dt.datetime) -> list[Place]:
    """All of them, most urgent first: one statement for any number."""
    cutoffs = Cutoff.objects.filter(call=OuterRef("call")).order_by("closes_at").values("closes_at")
    again = Reopening.objects.filter(
        call=OuterRef("call"), organisation=OuterRef("applicant"), at__lte=at, ends_at__gt=at
    ).order_by("-ends_at")
    asked = SupplementRequest.objects.filter(application=OuterRef("pk"), answered_at__isnull=True)
    to_sign = SignatureRequest.objects.filter(application=OuterRef("pk")).order_by("-asked_at", "-pk")
    # The end that counts for a draft: the next cut-off, or the call's own; when that has gone, a time that is the applicant's alone.
    rows = (
        applications.filter(supplement=None)
        .order_by()
        .values_list(
            "pk",
            "state",
            "updated_at",
            Coalesce(Subquery(cutoffs.filter(closes_at__gt=at)[:1]), "call__closes_at"),
            Subquery(again.values("ends_at")[:1]),
            Subquery(asked.values("due_on")[:1]),
            Subquery(to_sign.values("asked_at")[:1]),
            Subquery(to_sign.values("asked_by__name")[:1]),
        )
    )
    return sorted((place_of(*row, at=at) for row in rows), key=lambda place: place.key)


def place_of(
    pk: Any,
    state: str,
    updated_at: dt.datetime,
    end: Any,
    own_end: Any,
    due_on: Any,
    asked_at: Any,
    asked_by: Any,
    *,
    at: Any,
) -> Place:
    if state == State.DRAFT:
        if end and at >= end and own_end:
            end = own_end
        rank = LATE if end and at >= end else OURS
        return Place(pk, rank, stockholm(end).date() if end else None, updated_at, asked_at, asked_by)
    if state == State.SUPPLEMENT_REQUESTED:
        return Place(pk, OURS, due_on or today(), updated_at)
    return Place(pk, THEIRS if state in OPEN_STATES else ENDED, None, updated_at)
