"""The own applications in the order in which they need somebody: what waits for oneself and is due first stands first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from applications.enums import OPEN_STATES, State
from applications.models import SupplementRequest
from calls.models import Cutoff, Reopening
from grants.core.time import stockholm, today

OURS, LATE, THEIRS, ENDED = range(4)
"""What waits for the applicant in time; drafts whose time has run out; what the authority handles; what has ended."""


@dataclass(frozen=True)
class Place:
    """One application's place in the list. ``day``: by when the applicant acts, None when nothing is waited for."""

    pk: Any
    rank: int
    day: dt.date | None
    updated_at: dt.datetime

    @property
    def key(self) -> Any:
        return (self.rank, self.day or dt.date.max, -self.updated_at.timestamp())


def places(applications: Any, at: dt.datetime) -> list[Place]:
    """All of them, most urgent first: four statements for any number."""
    rows = list(
        applications.order_by().values_list("pk", "state", "call", "call__closes_at", "applicant", "updated_at")
    )
    drafts = {row[2] for row in rows if row[1] == State.DRAFT}
    cutoffs = defaultdict(list)
    for call, closes_at in (
        Cutoff.objects.filter(call__in=drafts).order_by("closes_at").values_list("call", "closes_at")
    ):
        cutoffs[call].append(closes_at)
    waiting = [row[0] for row in rows if row[1] == State.SUPPLEMENT_REQUESTED]
    asked = SupplementRequest.objects.filter(application__in=waiting, answered_at__isnull=True)
    due = dict(asked.order_by().values_list("application", "due_on"))
    reopened = Reopening.objects.filter(call__in=drafts, ends_at__gt=at, at__lte=at).order_by("ends_at")
    again = {(one.call_id, one.organisation_id): one.ends_at for one in reopened}
    found = []
    for pk, state, call, closes_at, applicant, updated_at in rows:
        if state == State.DRAFT:
            ends = cutoffs[call] or ([closes_at] if closes_at else [])
            ends = [*ends, *([again[call, applicant]] if (call, applicant) in again else [])]
            end = next((one for one in ends if at < one), ends[-1] if ends else None)
            rank = LATE if end and at >= end else OURS
            found.append(Place(pk, rank, stockholm(end).date() if end else None, updated_at))
        elif state == State.SUPPLEMENT_REQUESTED:
            found.append(Place(pk, OURS, due.get(pk, today()), updated_at))
        else:
            found.append(Place(pk, THEIRS if state in OPEN_STATES else ENDED, None, updated_at))
    return sorted(found, key=lambda place: place.key)
