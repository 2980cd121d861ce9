"""Verify the history: every chain from its first event to its head (TRUST INV-9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from grants.core.models import Event, StreamHead


@dataclass(frozen=True)
class Fault:
    """One place where a chain does not hold."""

    stream: Any
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.stream} event {self.seq}: {self.what}"


def faults(stream: Any = None) -> Iterator[Fault]:
    """Every fault of every chain, or of one. Finds changed, removed, inserted, swapped and forked events, and cut tails."""
    events = Event.objects.order_by("stream", "seq")
    heads = StreamHead.objects.all()
    if stream is not None:
        events, heads = events.filter(stream=stream), heads.filter(stream=stream)
    ends = {head.stream: head for head in heads.iterator()}
    for key, chain in groupby(events.iterator(chunk_size=2000), key=lambda event: event.stream):
        expected, previous = 1, ""
        for event in chain:
            if event.seq != expected:
                yield Fault(key, expected, "is missing")
            if event.previous_hash != previous:
                yield Fault(key, event.seq, "does not follow the event before it")
            if event.compute_hash() != event.hash:
                yield Fault(key, event.seq, "was changed after it was written")
            expected, previous = event.seq + 1, event.hash
        head = ends.pop(key, None)
        if head is None:
            yield Fault(key, 0, "has no head")
        elif (head.seq, head.hash) != (expected - 1, previous):
            yield Fault(key, head.seq, "the chain does not end where its head says")
    for head in ends.values():
        if head.seq:
            yield Fault(head.stream, 1, "the whole chain is gone")
