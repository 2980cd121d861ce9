"""Review, formal check and assessments."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from applications.models import Application
from calls.models import Criterion
from evaluation.enums import ReviewState
from evaluation.workflow import ReviewWorkflow
from grants.accounts.models import Organisation
from grants.core.time import now
from grants.core.workflow import StatefulQuerySet, state_constraint
from grants.documents.models import Conflict, conflicted_cases

USER = settings.AUTH_USER_MODEL


class ReviewQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> ReviewQuerySet:
        """The authority's own people, without declared conflict. Never the applicant's: drafts of an assessment are not public."""
        if not user.is_authenticated:
            return self.none()
        has_conflict = Conflict.objects.filter(case=OuterRef("application__case"), user=user)
        return self.filter(~Exists(has_conflict), authority__in=user.authority_ids)

    def received_by(self, user: Any) -> ReviewQuerySet:
        """The same, with the person's conflicts read once per request, as roles are."""
        hidden = conflicted_cases(user)
        seen = self.filter(authority__in=user.authority_ids)
        return seen.exclude(application__case__in=hidden) if hidden else seen


class Review(ReviewWorkflow):
    """The authority's preparation of one application: formal check, assessment, proposal."""

    called = "Ärendet"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="review", verbose_name="ansökan"
    )
    authority = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="myndighet", editable=False
    )
    """The call's: what people see of reviews is asked by it."""
    handler = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_reviews",
        verbose_name="handläggare",
    )
    score = models.DecimalField("poäng av 100", max_digits=5, decimal_places=1, null=True, blank=True)
    # Where the call asks for two persons: who answered for the formal check, and who confirmed it. New answers empty both.
    checked_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kontrollerad av"
    )
    checked_at = models.DateTimeField("kontrollerad", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bekräftad av"
    )
    confirmed_at = models.DateTimeField("bekräftad", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["handler", "state"], name="review_handler_state"),
            # Numbers of one's own and of the unassigned come from the index alone.
            models.Index(fields=["authority", "handler", "state"], name="review_numbers"),
        ]
        constraints = [
            state_constraint("review_state", ReviewState),
            models.CheckConstraint(
                name="review_has_handler", condition=Q(state=ReviewState.UNASSIGNED) | Q(handler__isnull=False)
            ),
            models.CheckConstraint(
                name="review_checked_pair",
                condition=Q(checked_by__isnull=True, checked_at__isnull=True)
                | Q(checked_by__isnull=False, checked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="review_confirmed_pair",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="review_checked_by_two_persons",
                condition=Q(confirmed_by__isnull=True)
                | (Q(checked_by__isnull=False) & ~Q(confirmed_by=F("checked_by"))),
                violation_error_message="Den som gjort den formella kontrollen kan inte också bekräfta den.",
            ),
        ]

    def __str__(self) -> str:
        return f"beredning av {self.application}"

    @property
    def stream(self) -> Any:
        return self.application_id


class FormalCheckItem(models.Model):
    """One point of the formal check as the call had it when the review was opened, answered yes or no with a comment."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="formal_checks")
    code = models.CharField(max_length=40)
    question = models.CharField("fråga", max_length=300)
    legal_ground = models.CharField("grund", max_length=200, blank=True)
    help_text = models.CharField("vägledning", max_length=500, blank=True)
    is_met = models.BooleanField("uppfyllt", null=True)
    comment = models.TextField("kommentar", blank=True)
    checked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["review", "code"], name="formal_check_once")]

    def __str__(self) -> str:
        return self.question


class Assessment(models.Model):
    """One assessor's assessment of one application. Done when ``completed_at`` is set; then it no longer changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="assessments", verbose_name="bedömare")
    asked_at = models.DateTimeField("utsedd", default=now)
    total = models.DecimalField("poäng av 100", max_digits=5, decimal_places=1, null=True, blank=True)
    completed_at = models.DateTimeField("klar", null=True, blank=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [models.UniqueConstraint(fields=["review", "assessor"], name="assessment_once")]

    def __str__(self) -> str:
        return f"{self.assessor}: {self.review}"


class Score(models.Model):
    """Points for one criterion with the reasons for them; either may wait until the assessment is completed."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField("poäng", null=True, blank=True)
    reasons = models.TextField("motivering", blank=True)

    class Meta:
        ordering = ["criterion__order"]
        constraints = [models.UniqueConstraint(fields=["assessment", "criterion"], name="score_once")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.points}"
