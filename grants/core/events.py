"""The append-only history (mechanism 2): who, when, what, from, to, why; one hash chain per case (TRUST INV-4, INV-9)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models, transaction

from grants.core.people import SYSTEM
from grants.core.text import clean_json, clean_text
from grants.core.time import now


def canonical(value: Any) -> str:
    """JSON with one spelling, for hashing."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def sha256(text: str) -> str:
    """The hex digest of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def person_of(by: Any) -> Any:
    """The user row behind an actor; None for the system."""
    return None if by is SYSTEM else by


def of(obj: Any) -> models.QuerySet:
    """The events of one object, oldest first."""
    from grants.core.models import Event

    return Event.objects.filter(stream=obj.stream, object_type=obj._meta.label, object_id=str(obj.pk)).order_by("seq")


def in_stream(stream: Any) -> models.QuerySet:
    """The whole history of a case, oldest first, with the people."""
    from grants.core.models import Event

    return Event.objects.filter(stream=stream).select_related("by").order_by("seq")


@transaction.atomic
def record(
    obj: Any,
    name: str,
    *,
    by: Any,
    label: str,
    at: Any = None,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> Any:
    """Write one event to the end of the object's chain. Called inside the transaction that makes the change."""
    from grants.core.models import Event, StreamHead

    at = at or now()
    head = StreamHead.objects.select_for_update().filter(stream=obj.stream).first()
    if head is None:
        StreamHead.objects.bulk_create([StreamHead(stream=obj.stream)], ignore_conflicts=True)
        head = StreamHead.objects.select_for_update().get(stream=obj.stream)
    event = Event(
        stream=obj.stream,
        seq=head.seq + 1,
        object_type=obj._meta.label,
        object_id=str(obj.pk),
        name=name,
        label=label,
        from_state=from_state,
        to_state=to_state,
        by=person_of(by),
        at=at,
        reason=clean_text(reason),
        facts=clean_json(json.loads(canonical(facts or {}))),
        previous_hash=head.hash,
    )
    event.hash = event.compute_hash()
    event.save(force_insert=True)
    StreamHead.objects.filter(stream=obj.stream).update(seq=event.seq, hash=event.hash)
    return event
