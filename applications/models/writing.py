"""What is kept of writing together: every change of a field, and who writes where just now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from applications.enums import RevisionKind
from applications.models.application import Application
from grants.core.time import now
from grants.core.triggers import protect


class RevisionQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> RevisionQuerySet:
        """Those of the person's own organisations' applications: how a text came about is never the authority's (TF 2:13, INV-12)."""
        own = Application.objects.owned_by(user)
        return self.filter(application__in=own.values("pk"))


class Revision(models.Model):
    """A change of one field. Rows are only added (grants.core.triggers).

    One person who goes on writing in a field, on one opened page, makes one row per ``PAUSE`` (applications.writing.revisions):
    ``old`` is what stood there before, ``new`` what was saved first; what it became in the end is the next row's ``old``, or
    what stands there now.
    A text that was refused, because somebody else had changed the field meanwhile, is a row of its own with the kind "conflict".
    """

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="revisions")
    section = models.CharField("del", max_length=80)
    """The address of the page that the field stands on."""
    field = models.CharField("fält", max_length=120)
    label = models.CharField("uppgift", max_length=300)
    kind = models.CharField("slag", max_length=10, choices=RevisionKind.choices, default=RevisionKind.WRITTEN)
    old = models.TextField("före", blank=True)
    """As the field sends it; several ticked boxes one per line."""
    new = models.TextField("efter", blank=True)
    base = models.CharField("utgick från", max_length=16, blank=True)
    """The fingerprint of the text that the writer's page had (applications.writing.values)."""
    run = models.CharField("skrivet på", max_length=24, blank=True)
    """Which opened page it was written on; a page that puts a whole text in the place of another begins anew."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("när", default=now)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["application", "field", "id"], name="revision_of_field")]
        constraints = [
            models.CheckConstraint(name="revision_kind", condition=models.Q(kind__in=RevisionKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.at:%Y-%m-%d %H.%M}"


protect("applications.Revision")


class Presence(models.Model):
    """Where a person is in an application: one row for each of the two, overwritten, and worth nothing after a minute."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.CharField("del", max_length=80)
    wrote_at = models.DateTimeField("skrev senast", default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.user} i {self.section}"
