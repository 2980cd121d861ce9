"""The rows that the mechanisms keep: events with their chain, jobs, outgoing messages, number series."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from grants.core.enums import StateChoices
from grants.core.events import canonical, sha256
from grants.core.time import now


class StreamHead(models.Model):
    """The end of a case's chain: the number and hash of its last event. Locked while an event is added, so chains never fork."""

    stream = models.UUIDField(primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.stream} {self.seq}"


class Event(models.Model):
    """One entry of a case's history. Append-only: triggers refuse UPDATE and DELETE on both databases."""

    stream = models.UUIDField("ärende")
    seq = models.PositiveIntegerField("nummer")
    object_type = models.CharField(max_length=100)
    object_id = models.CharField(max_length=40)
    name = models.CharField("händelse", max_length=60)
    label = models.CharField("vad", max_length=200)
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="vem"
    )
    real_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("när")
    reason = models.TextField("motivering", blank=True)
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["stream", "seq"]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_one_per_place_in_chain")]
        indexes = [models.Index(fields=["object_type", "object_id"], name="event_object")]

    def __str__(self) -> str:
        return f"{self.seq}. {self.label}"

    def compute_hash(self) -> str:
        """The hash over the content and the hash before."""
        content: dict[str, Any] = {
            "stream": str(self.stream),
            "seq": self.seq,
            "object": [self.object_type, self.object_id],
            "name": self.name,
            "label": self.label,
            "from": self.from_state,
            "to": self.to_state,
            "by": self.by_id and str(self.by_id),
            "real_by": self.real_by_id and str(self.real_by_id),
            "at": self.at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "reason": self.reason,
            "facts": self.facts,
            "previous": self.previous_hash,
        }
        return sha256(canonical(content))

    @property
    def actor(self) -> str:
        """Who did it, as the timeline shows it."""
        return str(self.by) if self.by_id else "Systemet"


class WorkState(StateChoices):
    QUEUED = "queued", "neutral", "Väntar"
    RUNNING = "running", "info", "Pågår"
    DONE = "done", "success", "Klar"
    FAILED = "failed", "danger", "Misslyckades"


class Job(models.Model):
    """Work that must happen after a request (an export, a rendering): owned by the database, run by the worker.

    Claimed by a conditional UPDATE with a lease; a worker that dies lets the lease run out and the sweep takes it up again.
    """

    MAX_ATTEMPTS = 3

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="jobs")
    state = models.CharField("läge", max_length=10, choices=WorkState.choices, default=WorkState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    file = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "created_at"], name="job_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_finished(self) -> bool:
        return self.state in (WorkState.DONE, WorkState.FAILED)


class MessageState(StateChoices):
    QUEUED = "queued", "neutral", "Ska skickas"
    SENDING = "sending", "info", "Skickas"
    SENT = "sent", "success", "Skickat"
    FAILED = "failed", "danger", "Gick inte att skicka"


class OutgoingMessage(models.Model):
    """A mail as a row, written in the business transaction and sent after commit; nothing is marked sent before it is (INV-5)."""

    MAX_ATTEMPTS = 8

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stream = models.UUIDField("ärende", null=True, db_index=True)
    template = models.CharField(max_length=100)
    to = models.EmailField("till")
    subject = models.CharField("ämne", max_length=200)
    body = models.TextField("text")
    state = models.CharField("läge", max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "next_try_at"], name="message_state")]
        constraints = [
            models.CheckConstraint(
                name="message_sent_when_sent",
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | (~Q(state=MessageState.SENT) & Q(sent_at__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"


class NumberSeries(models.Model):
    """The last number given in a series: one per authority, kind and year. Gap-free: taken in the transaction that uses it."""

    series = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


class UsedToken(models.Model):
    """A form's token once used: a second press of the same button finds it taken and gets the first one's result (INV-14)."""

    token = models.UUIDField(primary_key=True)
    result = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.token)
