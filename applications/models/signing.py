"""The wish of those who write that somebody with a mandate signs."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from applications.models.application import Application
from grants.core.time import now


class SignatureRequest(models.Model):
    """Somebody has asked the authorised signatories to read the draft and send it in."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="signature_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("bad om underskrift", default=now)
    note = models.TextField("hälsning", blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.asked_by}: {self.application}"
