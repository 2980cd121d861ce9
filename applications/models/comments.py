"""Comments among the applicants: their own space (eget utrymme), never the authority's (TRUST INV-12)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from grants.core.time import now


class CommentQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> CommentQuerySet:
        """Those of the applications that the person writes or reads for an applicant; what the authority sees never counts."""
        return self.filter(application__in=Application.objects.owned_by(user).filter(is_test=False))


class Comment(models.Model):
    """One comment on a page of the application, or on the whole of it; a reply belongs to the comment that began the thread.

    No part of the application: never frozen, sent, printed or shown to the authority.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="comments")
    page = models.CharField("del", max_length=60, blank=True)
    """The address of the page that it is about (applications.pages); empty for the whole application."""
    thread = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies", verbose_name="svar på"
    )
    text = models.TextField("kommentar")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("skriven", default=now)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField("klar", null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="comment_resolved_pair",
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_reply_is_not_resolved", condition=Q(thread__isnull=True) | Q(resolved_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_by}: {self.text[:40]}"
