"""The append-only history (mechanism 2): who, when, what, from, to, why; one hash chain per case (TRUST INV-4, INV-9)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models, transaction

from grants.core import held
from grants.core.exceptions import Stale
from grants.core.held import whole
from grants.core.known import Known
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


def end_hash(obj: Any) -> str:
    """The hash at the end of the object's chain: another one after every event. Empty before the first."""
    from grants.core.models import StreamHead

    return StreamHead.objects.filter(pk=obj.stream).values_list("hash", flat=True).first() or ""


@whole
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
    opens: bool = False,
) -> Any:
    """Write one event to the end of the object's chain. Called inside the transaction that makes the change.

    ``opens``: the object was made just now and this is the first event of its case. Raises IntegrityError when it is not.
    """
    from grants.core.models import Event, StreamHead

    at = at or now()
    if opens:
        StreamHead.objects.bulk_create([StreamHead(stream=obj.stream)])
        held.memory()["end of chain", obj.stream] = (0, "")
    seq, last_hash = end_of(obj.stream)
    event = Event(
        stream=obj.stream,
        seq=seq + 1,
        object_type=obj._meta.label,
        object_id=str(obj.pk),
        name=name,
        label=label,
        from_state=from_state,
        to_state=to_state,
        by=person_of(by),
        at=at,
        reason=clean_text(reason),
        facts=clean_json(json.loads(canonical(facts))) if facts else {},
        previous_hash=last_hash,
    )
    event.hash = event.compute_hash()
    if not _written(event):
        raise Stale  # somebody wrote to the chain around this function: nothing may be added to a place that has moved
    held.memory()["end of chain", obj.stream] = (event.seq, event.hash)
    return event


def _written(event: Any) -> bool:
    """Add the event and move the chain's end from the one before to it; False when the end stands elsewhere.

    Both statements are written out: every action passes here, and composing them takes longer than running them.
    """
    from grants.core.models import StreamHead

    db = transaction.get_connection()
    fields = [field for field in event._meta.concrete_fields if not field.primary_key]
    names = ", ".join(db.ops.quote_name(field.column) for field in fields)
    values = [field.get_db_prep_save(getattr(event, field.attname), connection=db) for field in fields]
    stream = StreamHead._meta.pk.get_db_prep_value(event.stream, connection=db)
    with db.cursor() as cursor:
        marks = ", ".join(["%s"] * len(fields))
        cursor.execute(f"INSERT INTO {event._meta.db_table} ({names}) VALUES ({marks}) RETURNING id", values)
        event.pk = cursor.fetchone()[0]
        event._state.adding, event._state.db = False, db.alias
        cursor.execute(
            f"UPDATE {StreamHead._meta.db_table} SET seq = %s, hash = %s WHERE stream = %s AND seq = %s AND hash = %s",
            [event.seq, event.hash, stream, event.seq - 1, event.previous_hash],
        )
        return cursor.rowcount == 1


def end_of(stream: Any) -> tuple[int, str]:
    """Number and hash of the last event, with the chain's end locked. Read once in a transaction, which then holds the lock."""
    from grants.core.models import StreamHead

    known: tuple[int, str] | None = held.memory().get(("end of chain", stream))
    if known is not None:
        return known
    stream = StreamHead._meta.pk.to_python(stream)
    head = _LOCKED_END.first(stream)
    if head is None:
        StreamHead.objects.bulk_create([StreamHead(stream=stream)], ignore_conflicts=True)
        head = _LOCKED_END.get(stream)
    return head.seq, head.hash


def _end(stream: Any) -> Any:
    from grants.core.models import StreamHead

    return StreamHead.objects.select_for_update().filter(stream=stream).order_by()


_LOCKED_END: Known[Any] = Known(_end)
