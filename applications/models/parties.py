"""Organisations that take part in an application besides the applicant."""

from __future__ import annotations

from django.db import models

from applications.enums import PartyKind
from applications.models.application import Application
from applications.models.facts import PartyFacts
from grants.accounts.models import Organisation
from grants.strategy.models import CollaborationLevel


class Party(PartyFacts):
    """An organisation that takes part besides the applicant. ``organisation`` is set when it has an account here.

    The applicant's own facts are the same columns of the application: it is no party to itself.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="parties")
    kind = models.CharField("roll", max_length=20, choices=PartyKind.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="application_parties"
    )
    name = models.CharField("namn", max_length=200)
    org_number = models.CharField("organisationsnummer", max_length=11, blank=True)
    collaboration_level = models.ForeignKey(
        CollaborationLevel,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="samverkansnivå",
    )
    contribution = models.TextField("vad parten bidrar med", blank=True)
    contact_name = models.CharField("kontaktperson", max_length=150, blank=True)
    contact_email = models.EmailField("kontaktpersonens e-post", blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name
