"""Who writes where just now. Worth nothing after a minute, so it is no part of any history."""

from __future__ import annotations

import datetime as dt
from typing import Any

from applications import rules
from applications.models import Application, Presence
from grants.core.time import now

LASTS = dt.timedelta(seconds=60)
"""A page says that somebody writes at most every 20 seconds."""
MOST = 20


def note(application: Application, user: Any, section: str) -> None:
    """The person writes in this section now: one row for each person and application, written in one statement."""
    if rules.may_edit(application, user):
        Presence.objects.bulk_create(
            [Presence(application=application, user=user, section=section, wrote_at=now())],
            update_conflicts=True,
            unique_fields=["application", "user"],
            update_fields=["section", "wrote_at"],
        )


def writers(application: Application, *, but: Any) -> list[Presence]:
    """The others who write now, those who wrote last first."""
    found = application.presences.filter(wrote_at__gt=now() - LASTS).exclude(user=but)
    return list(found.select_related("user").order_by("-wrote_at")[:MOST])


def words(one: Presence) -> str:
    """ "Anna Ek skriver här nu"."""
    return f"{one.user} skriver här nu"
