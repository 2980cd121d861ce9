"""Decisions and the budget years that bear them."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from applications.models import Application
from calls.models import YearBudget
from evaluation.enums import IN_FORCE, DecisionKind, DecisionState, Outcome
from evaluation.workflow import DecisionWorkflow
from grants.accounts.models import Organisation
from grants.core.money import percent_of
from grants.core.workflow import StatefulQuerySet, state_constraint
from grants.documents.models import Case, Conflict, Document, in_case

USER = settings.AUTH_USER_MODEL


class DecisionQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> DecisionQuerySet:
        """The authority's people see all; the parties see what has been dispatched to them (FL 33 §); never with jäv."""
        if not user.is_authenticated:
            return self.none()
        has_conflict = Conflict.objects.filter(case=OuterRef("case"), user=user)
        sent = Q(state__in=(DecisionState.DISPATCHED, DecisionState.FINAL)) & in_case(user, "case")
        return self.filter(sent | Q(authority__in=user.authority_ids), ~Exists(has_conflict))

    def in_force(self) -> DecisionQuerySet:
        return self.filter(state__in=IN_FORCE)

    def of_applications(self) -> DecisionQuerySet:
        """Those that end an application: support, dismissal, closing without trial."""
        return self.filter(kind__in=(DecisionKind.SUPPORT, DecisionKind.DISMISSAL, DecisionKind.CLOSING_WITHOUT_TRIAL))


class Decision(DecisionWorkflow):
    """A decision of an authority (FL 31–34 §§): content, date, decider, rapporteur, others who took part, reasons, appeal.

    A correction is a new numbered decision, never an overwrite.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions", verbose_name="ärende")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="decisions", verbose_name="ansökan"
    )
    authority = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="decisions", verbose_name="myndighet"
    )
    kind = models.CharField("slag", max_length=30, choices=DecisionKind.choices)
    number = models.PositiveSmallIntegerField("nummer i ärendet")
    outcome = models.CharField("utfall", max_length=30, choices=Outcome.choices)
    amount_sek = models.BigIntegerField("belopp, kr", default=0)
    basis_cost_sek = models.BigIntegerField("godkänd kostnad, kr", default=0)
    start_on = models.DateField("projektet startar", null=True, blank=True)
    end_on = models.DateField("projektet slutar", null=True, blank=True)
    reasons = models.TextField("skäl", blank=True)
    short_reasons = models.CharField("skäl i korthet", max_length=300, blank=True)
    legal_grounds = models.TextField("rättslig grund", blank=True)
    conditions = models.TextField("villkor", blank=True)
    special_conditions = models.TextField("särskilda villkor", blank=True)
    below_lowest_reasons = models.TextField("skäl att ge stöd under lägsta poäng", blank=True)
    """Why support is granted although a criterion's minimum or the call's lowest score is not reached; empty when they are."""
    dissent = models.TextField("skiljaktig mening", blank=True)
    is_appealable = models.BooleanField("kan överklagas", default=False)
    appeal_text = models.TextField("överklagandehänvisning", blank=True)
    rapporteur = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="föredragande")
    proposed_at = models.DateTimeField("föreslagen", null=True, blank=True)
    decider = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="beslutsfattare"
    )
    made_at = models.DateTimeField("beslutsdag", null=True, blank=True)
    others = models.TextField("övriga som deltagit", blank=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="decision")
    dispatched_at = models.DateTimeField("expedierad", null=True, blank=True)
    final_on = models.DateField("laga kraft", null=True, blank=True)

    objects = DecisionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["authority", "state", "-made_at"], name="decision_state_made"),
            models.Index(fields=["kind", "-made_at"], name="decision_kind_made"),
        ]
        constraints = [
            state_constraint("decision_state", DecisionState),
            models.UniqueConstraint(fields=["case", "number"], name="decision_number_once"),
            models.UniqueConstraint(
                fields=["application"],
                name="decision_one_ending_in_force",
                condition=Q(
                    kind__in=(DecisionKind.SUPPORT, DecisionKind.DISMISSAL, DecisionKind.CLOSING_WITHOUT_TRIAL)
                ),
                violation_error_message="Ärendet har redan ett beslut av det här slaget.",
            ),
            models.CheckConstraint(
                name="decision_made_pair",
                condition=Q(decider__isnull=True, made_at__isnull=True)
                | Q(decider__isnull=False, made_at__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_two_persons",
                condition=Q(decider__isnull=True) | ~Q(decider=F("rapporteur")),
                violation_error_message="Den som föredrar ärendet kan inte också besluta i det.",
            ),
            models.CheckConstraint(
                name="decision_in_force_is_made",
                condition=Q(state__in=(DecisionState.PREPARING, DecisionState.PROPOSED)) | Q(made_at__isnull=False),
            ),
            models.CheckConstraint(name="decision_amount", condition=Q(amount_sek__gte=0, basis_cost_sek__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.case}"

    @property
    def stream(self) -> Any:
        return self.application_id

    @property
    def ends_application(self) -> bool:
        """Support, dismissal or writing off: the application has a page for it. Later decisions are read as documents."""
        return self.kind in (DecisionKind.SUPPORT, DecisionKind.DISMISSAL, DecisionKind.CLOSING_WITHOUT_TRIAL)

    @property
    def share_percent(self) -> Decimal:
        """Granted amount as a share of the approved cost, one decimal."""
        return percent_of(self.amount_sek, self.basis_cost_sek)


class DecisionYear(models.Model):
    """The part of a granted amount that a budget year bears; the sum over years is the amount."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="years")
    year_budget = models.ForeignKey(YearBudget, on_delete=models.PROTECT, related_name="decision_years")
    amount_sek = models.BigIntegerField("belopp, kr")

    class Meta:
        ordering = ["year_budget__year"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "year_budget"], name="decision_year_once"),
            models.CheckConstraint(name="decision_year_positive", condition=Q(amount_sek__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.year_budget.year}: {self.amount_sek}"
