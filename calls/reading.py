"""What a call says of who may apply and with what, read in one query for any number of calls: pages ask it again and again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from calls.models import ApplicantKind, Call, Invitation, RequiredAttachment, Theme


@dataclass
class Scope:
    """The lists of one call that every check of an application asks."""

    kinds: set[str] = field(default_factory=set)
    """Kinds of organisations that may apply; empty: every kind."""
    counties: dict[int, str] = field(default_factory=dict)
    """Primary key of the region → the county's name; empty: the whole country."""
    invited: dict[uuid.UUID, int] = field(default_factory=dict)
    """Key of each organisation that is invited → what it is offered, in kronor; 0 where no amount is said."""
    tracks: dict[int, int] = field(default_factory=dict)
    """Primary key of each theme → of the track that it lies under, 0 for none."""
    required: dict[int, str] = field(default_factory=dict)
    """Primary key of each file that must be there → what it is, in order."""

    @property
    def themes(self) -> set[int]:
        """The themes that an application can choose: all but the tracks that others lie under."""
        return set(self.tracks) - set(self.tracks.values())


def scope_of(call: Call) -> Scope:
    """The call's lists, kept on the object that was read: a row read anew has them anew."""
    held = call.__dict__.get("scope_held")
    if held is None:
        [held] = hold_scopes([call])
    return held


def hold_scopes(calls: Iterable[Call]) -> list[Scope]:
    """Read the lists of all the calls at once and keep each on its object."""
    calls = list(calls)
    found: dict[Any, Scope] = {call.pk: Scope() for call in calls}
    for call_id, what, key, label in _rows(list(found)) if found else ():
        scope = found[call_id]
        if what == "kind":
            scope.kinds.add(key)
        elif what == "county":
            scope.counties[int(key)] = label
        elif what == "invited":
            scope.invited[uuid.UUID(key)] = int(label)
        elif what == "theme":
            scope.tracks[int(key)] = int(label)
        else:
            scope.required[int(key)] = label
    for call in calls:
        call.__dict__["scope_held"] = found[call.pk]
    return [found[call.pk] for call in calls]


def _rows(call_ids: list[Any]) -> Any:
    """(call, which list, key, label), from five tables in one query."""
    areas = Call.counties.through.objects.filter(call__in=call_ids)
    parts = [
        _part(ApplicantKind.objects.filter(call__in=call_ids), "kind", "kind", Value("")),
        _part(areas, "county", "region_id", F("region__county_name")),
        _part(Invitation.objects.filter(call__in=call_ids), "invited", "organisation_id", Coalesce("amount_sek", 0)),
        _part(Theme.objects.filter(call__in=call_ids), "theme", "pk", Cast(Coalesce("track_id", 0), CharField())),
        _part(
            RequiredAttachment.objects.filter(Q(call__in=call_ids), is_required=True), "file", "pk", F("title"), "order"
        ),
    ]
    return (row[:4] for row in parts[0].union(*parts[1:], all=True).order_by("place"))


def _part(rows: QuerySet, what: str, key: str, label: Any, place: str = "") -> QuerySet:
    return (
        rows.order_by()
        .annotate(
            which=Value(what, CharField()),
            key=Cast(key, CharField()),
            text=Cast(label, CharField()),
            place=F(place) if place else Value(0),
        )
        .values_list("call_id", "which", "key", "text", "place")
    )
