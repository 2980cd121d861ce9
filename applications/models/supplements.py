"""What the authority asks an applicant for, and reminders of deadlines."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from grants.core.time import now


class SupplementRequest(models.Model):
    """The authority asks the applicant to complete the application: question, sections, day and consequence (FL 20 §)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="supplement_requests")
    question = models.TextField("vad som behöver kompletteras")
    reason = models.TextField("varför det behövs", blank=True)
    sections = models.JSONField("delar som öppnas", default=list)
    due_on = models.DateField("svara senast")
    consequence = models.TextField("om ni inte svarar")
    copied_rows = models.JSONField(default=dict, editable=False)
    """Of each row of the working copy, which row of the application it was made from (applications.cloning)."""
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("begärd", default=now)
    answer = models.TextField("svar", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("besvarad", null=True, blank=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(answered_at__isnull=True), name="supplement_one_open"
            ),
            models.CheckConstraint(
                name="supplement_answer_pair",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"komplettering av {self.application}"


class SupplementExtension(models.Model):
    """The applicant asks for more time to answer, with a reason; the handler gives a new day or says no, with a reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(SupplementRequest, on_delete=models.PROTECT, related_name="extensions")
    reason = models.TextField("varför ni behöver mer tid")
    wanted_on = models.DateField("ny svarsdag som ni föreslår")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("begärd", default=now)
    granted_until = models.DateField("ny svarsdag", null=True, blank=True)
    answer = models.TextField("myndighetens skäl", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("besvarad", null=True, blank=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(answered_at__isnull=True), name="extension_one_open"
            ),
            models.CheckConstraint(
                name="extension_answer_whole",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, granted_until__isnull=True, answer="")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False)
                    & (Q(granted_until__isnull=False) | ~Q(answer=""))
                ),
                violation_error_message="Ett svar om längre tid har en ny dag eller ett skäl.",
            ),
        ]

    def __str__(self) -> str:
        return f"mer tid: {self.request}"


class DeadlineReminder(models.Model):
    """A reminder to the people of a draft that a deadline is near: once per draft, deadline and number of days."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="deadline_reminders")
    closes_at = models.DateTimeField("sista tid")
    days_before = models.PositiveSmallIntegerField("dagar före")
    queued_at = models.DateTimeField("köad", default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "closes_at", "days_before"], name="deadline_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.days_before} dagar före {self.closes_at}"
