"""Who works with one application besides the applicant's members: people it is shared with, and invitations."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from applications.models.application import Application
from grants.accounts.enums import Level
from grants.accounts.models import Membership, Organisation
from grants.core.time import now


class ParticipantQuerySet(models.QuerySet):
    def in_force(self) -> ParticipantQuerySet:
        """Rows that have not been ended. Whether the person is still in the organisation they came through: ``holding``."""
        return self.filter(ended_at__isnull=True)

    def holding(self, day: Any = None) -> ParticipantQuerySet:
        """What really holds today: not ended, an account that is open, and still a member where they came through one."""
        member = Membership.objects.in_force(day).filter(user=OuterRef("user"), organisation=OuterRef("through"))
        return self.in_force().filter(Q(through__isnull=True) | Exists(member), user__is_active=True)

    def of_person(self, user: Any) -> ParticipantQuerySet:
        """What is shared with the person now. Who came through an organisation loses it with the membership (INV-20)."""
        through = Q(through__isnull=True) | Q(through__in=user.organisation_ids)
        return self.in_force().filter(through, user=user)


class Participant(models.Model):
    """A person whom an application is shared with, and what they may do with it.

    ``through``: the organisation that they were a member of when they got it. The right holds as long as that membership does;
    empty for somebody who belongs to none of the application's organisations.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="application_shares", verbose_name="person"
    )
    level = models.CharField("behörighet", max_length=10, choices=Level.choices)
    through = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="medlem i"
    )
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField("från", default=now)
    ended_at = models.DateTimeField("till", null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"], condition=Q(ended_at__isnull=True), name="participant_one_at_a_time"
            ),
            models.CheckConstraint(
                name="participant_period", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("given_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_level_display()}"


class InvitationQuerySet(models.QuerySet):
    def pending(self) -> InvitationQuerySet:
        """Neither accepted nor taken back; it may have expired."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def usable(self, at: dt.datetime) -> InvitationQuerySet:
        """Those that can be accepted at that moment."""
        return self.pending().filter(expires_at__gt=at)


class Invitation(models.Model):
    """An invitation by mail to work with an application. Its link works once, for the address only, until it expires.

    The link's key stands nowhere in the database: only its hash, and the ``seed`` from which the sender of mail makes it
    with the installation's secret (grants.core.mail).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("e-postadress")
    level = models.CharField("behörighet", max_length=10, choices=Level.choices)
    seed = models.UUIDField(default=uuid.uuid4, editable=False)
    key_sha256 = models.CharField("nyckelns kontrollsumma", max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField("inbjuden", default=now)
    expires_at = models.DateTimeField("gäller till")
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField("antagen", null=True, blank=True)
    withdrawn_at = models.DateTimeField("återtagen", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["invited_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_pending",
            ),
            models.CheckConstraint(
                name="invitation_accepted_pair",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["email"], name="invitation_email")]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_level_display()}"
