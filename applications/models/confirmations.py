"""What parties have confirmed of their part, and reminders to those who have not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.enums import ConfirmedHow
from applications.models.application import Application
from applications.models.files import ApplicationAttachment
from applications.models.parties import Party
from grants.core.time import now, today


class PartyConfirmation(models.Model):
    """A party confirms its part and its co-financing, as ``content`` holds them. Rows are added, never changed.

    The latest one counts, and only as long as the party's part has the same ``sha256``: what changes afterwards makes it fall.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="party_confirmations")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="confirmations")
    how = models.CharField("hur", max_length=12, choices=ConfirmedHow.choices)
    content = models.JSONField("det som bekräftades")
    sha256 = models.CharField("kontrollsumma", max_length=64)
    name = models.CharField("vem", max_length=150)
    confirmed_on = models.DateField("dag")
    file = models.ForeignKey(ApplicationAttachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("registrerad", default=now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="confirmation_certificate_has_its_file",
                condition=Q(how="digital", file__isnull=True) | Q(how="certificate", file__isnull=False),
                violation_error_message="Ett intyg har en fil.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.name}, {self.confirmed_on}"


class PartyReminder(models.Model):
    """A reminder to a party that its confirmation is waited for: at most one a day, which the database keeps."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="reminders")
    day = models.DateField("dag", default=today)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "day"], name="party_reminder_once_a_day")]

    def __str__(self) -> str:
        return f"{self.party}, {self.day}"
