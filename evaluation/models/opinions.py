"""Opinions on an application: from the region concerned (samråd) and from agencies (remiss)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from calls.enums import ConsultedBody
from evaluation.enums import OpinionState
from evaluation.models.reviewing import Review
from evaluation.workflow import OpinionWorkflow
from grants.accounts.models import Organisation
from grants.core.workflow import StatefulQuerySet, state_constraint
from grants.documents.models import Attachment, CaseParty, Conflict, Document
from grants.strategy.models import Region

USER = settings.AUTH_USER_MODEL
SEEN_BY_CONSULTED = (OpinionState.REQUESTED, OpinionState.ANSWERED)
"""What the consulted organisation's people see: what they have been asked, not what may come or was never asked."""


def pair(name: str, who: str, when: str) -> models.CheckConstraint:
    """Who and when are both set or both empty."""
    both = [Q(**{f"{who}__isnull": empty, f"{when}__isnull": empty}) for empty in (True, False)]
    return models.CheckConstraint(name=name, condition=both[0] | both[1])


class OpinionQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> OpinionQuerySet:
        """The authority's people; the consulted organisation's own once it is asked; the parties what was communicated to them.

        Never a person with a declared conflict in the case.
        """
        if not user.is_authenticated:
            return self.none()
        is_party = CaseParty.objects.filter(
            case=OuterRef("review__application__case"), organisation__in=user.organisation_ids
        )
        has_conflict = Conflict.objects.filter(case=OuterRef("review__application__case"), user=user)
        asked = Q(organisation__in=user.organisation_ids, state__in=SEEN_BY_CONSULTED)
        told = Q(communicated_at__isnull=False) & Exists(is_party)
        return self.filter(asked | told | Q(review__authority__in=user.authority_ids), ~Exists(has_conflict))

    def asked_of(self, user: Any) -> OpinionQuerySet:
        """Those that the person's own organisations have been asked for."""
        if not user.is_authenticated or not user.organisation_ids:
            return self.none()
        return self.visible_to(user).filter(organisation__in=user.organisation_ids, state__in=SEEN_BY_CONSULTED)

    def communicated_to(self, user: Any) -> OpinionQuerySet:
        """Those that were communicated to the person's organisations as parties (25 § förvaltningslagen)."""
        mine = CaseParty.objects.filter(organisation__in=user.organisation_ids).values("case")
        return self.visible_to(user).filter(communicated_at__isnull=False, review__application__case__in=mine)

    def unsettled(self) -> OpinionQuerySet:
        """Not answered and not waived, or answered without a word on what the applicant is told."""
        open_answer = Q(state=OpinionState.ANSWERED, communicated_at__isnull=True, not_communicated_reason="")
        return self.filter(Q(state__in=(OpinionState.TO_ASK, OpinionState.REQUESTED)) | open_answer)


class Opinion(OpinionWorkflow):
    """What a body that must be consulted says of an application: 3 § förordning (2003:596), 26 § förvaltningslagen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="opinions", verbose_name="beredning")
    body = models.CharField("vem", max_length=20, choices=ConsultedBody.choices)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="län"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name="organisation",
    )
    """The consulted organisation, when it has an account here; its people may answer themselves."""
    name = models.CharField("namn", max_length=200)
    question = models.TextField("fråga", blank=True)
    answer_days = models.PositiveSmallIntegerField("svarstid, dagar", default=21)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField("begärt", null=True, blank=True)
    due_on = models.DateField("svara senast", null=True, blank=True)
    request = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reminded_at = models.DateTimeField("påmint", null=True, blank=True)
    answer = models.TextField("svar", blank=True)
    answered_on = models.DateField("svarets dag", null=True, blank=True)
    file = models.OneToOneField(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="opinion")
    answered_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Who wrote the answer here: one of the consulted organisation's people, or the handler who recorded it."""
    answered_at = models.DateTimeField("besvarat", null=True, blank=True)
    waived_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    waived_at = models.DateTimeField("avstått", null=True, blank=True)
    waived_reason = models.TextField("skäl att avstå", blank=True)
    communicated_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    communicated_at = models.DateTimeField("kommunicerat", null=True, blank=True)
    reply_due_on = models.DateField("sökanden svarar senast", null=True, blank=True)
    not_communicated_reason = models.TextField("skäl att inte kommunicera", blank=True)
    reply = models.TextField("sökandens synpunkter", blank=True)
    replied_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField("synpunkter inkomna", null=True, blank=True)

    objects = OpinionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["created_at", "body", "name"]
        indexes = [models.Index(fields=["state", "due_on"], name="opinion_due")]
        constraints = [
            state_constraint("opinion_state", OpinionState),
            models.UniqueConstraint(fields=["review", "body", "name"], name="opinion_once"),
            pair("opinion_asked_pair", "asked_by", "asked_at"),
            pair("opinion_answered_pair", "answered_by", "answered_at"),
            pair("opinion_waived_pair", "waived_by", "waived_at"),
            pair("opinion_communicated_pair", "communicated_by", "communicated_at"),
            pair("opinion_replied_pair", "replied_by", "replied_at"),
            models.CheckConstraint(
                name="opinion_requested_has_last_day",
                condition=~Q(state=OpinionState.REQUESTED) | Q(asked_at__isnull=False, due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="opinion_answered_has_answer",
                condition=~Q(state=OpinionState.ANSWERED) | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="opinion_waived_has_reason",
                condition=~Q(state=OpinionState.WAIVED) | (Q(waived_at__isnull=False) & ~Q(waived_reason="")),
                violation_error_message="Skriv varför ni avstår från yttrandet.",
            ),
            models.CheckConstraint(
                name="opinion_told_or_not",
                condition=Q(communicated_at__isnull=True) | Q(not_communicated_reason="", reply_due_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> Any:
        return self.review.application_id

    @property
    def is_region(self) -> bool:
        """Whether this is the samråd that 3 § förordning (2003:596) asks for."""
        return self.body == ConsultedBody.REGION
