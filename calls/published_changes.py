"""What has changed in a call since it was published, as its events tell: each with what stood there before and after.

Those who apply shall be able to compare (equal treatment, 5 § förvaltningslagen); who made the change is the authority's to see.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from calls.actions.setup import label_of
from calls.models import Call
from grants.core.models import Event

TOLD = ("saved", "extended")
Row = tuple[str, str, str]
"""What, before, after."""


@dataclass(frozen=True)
class Change:
    """One change of the published call; ``reason`` names what it is about."""

    at: dt.datetime
    label: str
    reason: str
    rows: list[Row]


def rows_of(event: Any) -> list[Row]:
    """What an event says stood there before and after; an event of a draft, and of another kind, has none."""
    facts = event.facts or {}
    if event.name != "saved" or "before" not in facts:
        return []
    labels = {key: label_of(key) for key in facts["changed"] if key in facts["before"]}
    return [(label[:1].upper() + label[1:], facts["before"][key], facts["after"][key]) for key, label in labels.items()]


def changes_of(call: Call) -> list[Change]:
    """The changes of the published call, newest first. A moved deadline says in its reason from when to when."""
    read = [(e, rows_of(e)) for e in Event.objects.filter(stream=call.pk, name__in=TOLD).order_by("-seq")]
    return [Change(e.at, e.label, e.reason, rows) for e, rows in read if rows or e.name == "extended"]
