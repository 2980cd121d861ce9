"""INV-9: a corpus of tamperings with the history, each at several places; the verifier must find every one.

What no chain can show by itself, a rewrite of everything including the head, is counted apart: it needs anchors outside the
database, which do not exist yet (docs/trust.md).
"""

from __future__ import annotations

import copy
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F

from grants.core import triggers
from grants.core.history import faults
from grants.core.models import Event, StreamHead
from tests.builders import base, evaluation
from tests.faults.figures import Figures

PLACES = 12
"""Places in the chain that each kind is tried at."""


def run(places: int = PLACES) -> Figures:
    """Every kind at every place of a whole case's chain, found; the triggers refuse the same without help."""
    figures = Figures()
    decision = evaluation.dispatched_decision()
    other = evaluation.made_decision()
    stream = decision.application_id
    length = Event.objects.filter(stream=stream).count()
    figures["events in the chain"] = length
    figures.must_equal("faults before", len(list(faults())), 0)
    where = sorted({round(place * (length - 1) / (places - 1)) for place in range(places)})
    tried, missed = corpus(stream, other.application_id, where)
    figures["kinds"], figures["places"], figures["tamperings"] = len(KINDS), len(where), tried
    figures.must_equal("not found", len(missed), 0)
    figures.must(not missed, f"not found: {sorted(missed)[:10]}")
    figures.must_equal("let through by the triggers", let_through(stream), 0)
    figures["rewrites with their head found"] = sum(is_found(stream, rewrite, 2) for rewrite in BEYOND.values())
    figures.must_equal("faults after", len(list(faults())), 0)
    return figures


def corpus(stream: Any, other: Any, places: list[int]) -> tuple[int, list[tuple[str, int]]]:
    """(how many were tried, those that the verifier did not find)."""
    tried, missed = 0, []
    for name, tamper in KINDS.items():
        for place in places:
            tried += 1
            if not is_found(stream, tamper, place, other):
                missed.append((name, place))
    return tried, missed


def is_found(stream: Any, tamper: Any, place: int, other: Any = None) -> bool:
    """Whether the verifier sees it; the database is as before afterwards."""
    with transaction.atomic():
        triggers.drop(connection)  # comes back with the rollback, on both databases
        events = list(Event.objects.filter(stream=stream).order_by("seq"))
        tamper(events, place, other)
        seen = bool(list(faults()))
        transaction.set_rollback(True)
    return seen


def let_through(stream: Any) -> int:
    """How many of the plain attacks the database lets through while the triggers stand: must be none."""
    table = Event._meta.db_table
    attacks = [
        f"UPDATE {table} SET label = 'annat' WHERE seq = 1",
        f"UPDATE {table} SET reason = 'annat'",
        f"DELETE FROM {table} WHERE seq = 1",
        f"DELETE FROM {table}",
    ]
    if connection.vendor == "postgresql":
        attacks.append(f"TRUNCATE {table}")
    passed = 0
    for attack in attacks:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(attack)
                transaction.set_rollback(True)
        except DatabaseError:
            continue
        passed += 1
    return passed


# The kinds -----------------------------------------------------------------------------------------------------------


def write(event: Event, **values: Any) -> None:
    Event.objects.filter(pk=event.pk).update(**values)


def field(name: str, value: Callable[[Event], Any]) -> Any:
    """Change one column of one event."""

    def tamper(events: list[Event], place: int, other: Any) -> None:
        write(events[place], **{name: value(events[place])})

    return tamper


def rehashed(name: str, value: Callable[[Event], Any]) -> Any:
    """Change one column and give the event the hash that its new content has."""

    def tamper(events: list[Event], place: int, other: Any) -> None:
        event = events[place]
        setattr(event, name, value(event))
        write(event, **{name: getattr(event, name), "hash": event.compute_hash()})

    return tamper


def remove(events: list[Event], place: int, other: Any) -> None:
    Event.objects.filter(pk=events[place].pk).delete()


def remove_and_renumber(events: list[Event], place: int, other: Any) -> None:
    """Close the gap after the removed one."""
    Event.objects.filter(pk=events[place].pk).delete()
    for event in events[place + 1 :]:
        write(event, seq=event.seq - 1)


def remove_and_relink(events: list[Event], place: int, other: Any) -> None:
    """Close the gap and let the next event follow the one before."""
    Event.objects.filter(pk=events[place].pk).delete()
    for event in events[place + 1 :]:
        write(event, seq=event.seq - 1)
    if place + 1 < len(events):
        write(events[place + 1], previous_hash=events[place].previous_hash)


def cut_tail(events: list[Event], place: int, other: Any) -> None:
    """The last events go, as after the restore of an older copy."""
    Event.objects.filter(stream=events[0].stream, seq__gt=max(place, 0)).delete()


def insert(events: list[Event], place: int, other: Any) -> None:
    """A forged event, well hashed, with those after it moved up."""
    for event in reversed(events[place:]):
        write(event, seq=event.seq + 1)
    forged = copy.copy(events[place])
    forged.pk, forged.label = None, "Föreslog avslag"
    forged.hash = forged.compute_hash()
    Event.objects.bulk_create([forged])


def append(events: list[Event], place: int, other: Any) -> None:
    """A forged event after the last, well hashed and linked, without the head."""
    last = events[-1]
    forged = copy.copy(events[place])
    forged.pk, forged.seq, forged.previous_hash = None, last.seq + 1, last.hash
    forged.hash = forged.compute_hash()
    Event.objects.bulk_create([forged])


def swap(events: list[Event], place: int, other: Any) -> None:
    one, two = events[place], events[place - 1]
    write(one, seq=9_999)
    write(two, seq=one.seq)
    write(one, seq=two.seq)


def swap_contents(events: list[Event], place: int, other: Any) -> None:
    one, two = events[place], events[place - 1]
    write(one, label=f"{two.label} ", at=two.at, by=two.by_id)
    write(two, label=f"{one.label} ", at=one.at, by=one.by_id)


def rewrite_tail(events: list[Event], place: int, other: Any) -> None:
    """Everything from here on anew with right hashes and links; only the head remembers."""
    previous = events[place].previous_hash
    for event in events[place:]:
        event.label, event.previous_hash = f"{event.label}.", previous
        event.hash = previous = event.compute_hash()
        write(event, label=event.label, previous_hash=event.previous_hash, hash=event.hash)


def fork(events: list[Event], place: int, other: Any) -> None:
    """Another course from here on: the rest goes, one well hashed and linked event takes its place."""
    kept = events[place]
    Event.objects.filter(stream=kept.stream, seq__gt=kept.seq).delete()
    forged = copy.copy(kept)
    forged.pk, forged.seq, forged.label, forged.previous_hash = None, kept.seq + 1, "Drog tillbaka", kept.hash
    forged.hash = forged.compute_hash()
    Event.objects.bulk_create([forged])


def move_to_other(events: list[Event], place: int, other: Any) -> None:
    """One event goes to the end of another case's chain."""
    last = Event.objects.filter(stream=other).order_by("-seq")[0]
    write(events[place], stream=other, seq=last.seq + 1)


def copy_from_other(events: list[Event], place: int, other: Any) -> None:
    """An event of another case stands in the place of this one."""
    theirs = Event.objects.filter(stream=other).order_by("seq")[min(place, 2)]
    names = ("object_type", "object_id", "name", "label", "by_id", "at", "facts", "hash")
    write(events[place], **{name: getattr(theirs, name) for name in names})


def head_back(events: list[Event], place: int, other: Any) -> None:
    """The head points at an earlier event."""
    at = events[place - 1] if place else events[0]
    seq = at.seq if place else at.seq + 1
    StreamHead.objects.filter(stream=at.stream).update(seq=seq, hash=at.hash)


def head_gone(events: list[Event], place: int, other: Any) -> None:
    StreamHead.objects.filter(stream=events[0].stream).delete()


def head_hash(events: list[Event], place: int, other: Any) -> None:
    StreamHead.objects.filter(stream=events[0].stream).update(hash=flipped(events[-1].hash, place))


def chain_gone(events: list[Event], place: int, other: Any) -> None:
    Event.objects.filter(stream=events[0].stream).delete()


def flipped(digest: str, place: int = 0) -> str:
    """The digest with one digit changed."""
    at = place % len(digest)
    return digest[:at] + ("0" if digest[at] != "0" else "1") + digest[at + 1 :]


KINDS: dict[str, Any] = {
    "label": field("label", lambda e: f"{e.label} x"),
    "name": field("name", lambda e: f"{e.name}_x"),
    "reason": field("reason", lambda e: f"{e.reason} x"),
    "facts": field("facts", lambda e: {**e.facts, "amount_sek": 1}),
    "time, a microsecond": field("at", lambda e: e.at + dt.timedelta(microseconds=1)),
    "time, a year": field("at", lambda e: e.at - dt.timedelta(days=365)),
    "person": field("by", lambda e: base.reader()),
    "person gone": field("real_by", lambda e: base.reader()),
    "object": field("object_id", lambda e: str(uuid.uuid4())),
    "object type": field("object_type", lambda e: f"{e.object_type}x"),
    "from state": field("from_state", lambda e: f"{e.from_state}x"),
    "to state": field("to_state", lambda e: f"{e.to_state}x"),
    "hash": field("hash", lambda e: flipped(e.hash)),
    "previous hash": field("previous_hash", lambda e: flipped(e.previous_hash or "0" * 64)),
    "number": field("seq", lambda e: e.seq + 1000),
    "label, rehashed": rehashed("label", lambda e: f"{e.label} x"),
    "facts, rehashed": rehashed("facts", lambda e: {**e.facts, "amount_sek": 1}),
    "to state, rehashed": rehashed("to_state", lambda e: f"{e.to_state}x"),
    "removed": remove,
    "removed and renumbered": remove_and_renumber,
    "removed and relinked": remove_and_relink,
    "cut tail": cut_tail,
    "inserted": insert,
    "appended": append,
    "swapped": swap,
    "contents swapped": swap_contents,
    "tail rewritten": rewrite_tail,
    "forked": fork,
    "moved to another case": move_to_other,
    "copied from another case": copy_from_other,
    "head back": head_back,
    "head gone": head_gone,
    "head's hash": head_hash,
    "chain gone": chain_gone,
}


def with_head(tamper: Any) -> Any:
    """The same, and then the head is made to fit."""

    def both(events: list[Event], place: int, other: Any) -> None:
        tamper(events, place, other)
        last = Event.objects.filter(stream=events[0].stream).order_by("-seq").first()
        head = StreamHead.objects.filter(stream=events[0].stream)
        head.update(seq=last.seq if last else F("seq"), hash=last.hash if last else F("hash"))

    return both


BEYOND: dict[str, Any] = {
    "everything rewritten with its head": with_head(rewrite_tail),
    "tail cut with its head": with_head(cut_tail),
}
