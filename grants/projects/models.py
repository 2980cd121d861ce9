"""The granted project, its reports and its payment applications."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from applications.models import Application
from calls.models import CostType
from evaluation.models import Decision
from grants.accounts.models import Organisation
from grants.core.money import percent_of
from grants.core.workflow import StatefulQuerySet, state_constraint
from grants.documents.models import CaseParty, Conflict, Document
from grants.projects.enums import PaymentState, ProjectState, ReportKind, ReportState
from grants.projects.workflow import PaymentWorkflow, ProjectWorkflow, ReportWorkflow
from grants.strategy.models import Objective, StrategicArea

USER = settings.AUTH_USER_MODEL


class ProjectQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> ProjectQuerySet:
        """The parties' own people and the authority's, never with a declared conflict."""
        if not user.is_authenticated:
            return self.none()
        is_party = CaseParty.objects.filter(case=OuterRef("application__case"), organisation__in=user.organisation_ids)
        has_conflict = Conflict.objects.filter(case=OuterRef("application__case"), user=user)
        return self.filter(Q(authority__in=user.authority_ids) | Exists(is_party), ~Exists(has_conflict))


class Project(ProjectWorkflow):
    """A granted project. ``granted_sek`` follows the decision in force; ``paid_sek`` never exceeds it (INV-8)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="project")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="projects", verbose_name="beslut")
    authority = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="granted_projects", verbose_name="myndighet"
    )
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="projects", verbose_name="projektägare"
    )
    title = models.CharField("projektets namn", max_length=150)
    handler = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_projects",
        verbose_name="handläggare",
    )
    start_on = models.DateField("startar")
    end_on = models.DateField("slutar")
    granted_sek = models.BigIntegerField("beviljat, kr")
    basis_cost_sek = models.BigIntegerField("godkänd kostnad, kr")
    paid_sek = models.BigIntegerField("utbetalat, kr", default=0)
    main_objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="+", verbose_name="RUS-mål")
    main_area = models.ForeignKey(
        StrategicArea, on_delete=models.PROTECT, related_name="+", verbose_name="strategiskt område"
    )
    closed_on = models.DateField("avslutat", null=True, blank=True)

    objects = ProjectQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["authority", "state", "-created_at"], name="project_state")]
        constraints = [
            state_constraint("project_state", ProjectState),
            models.CheckConstraint(
                name="project_paid_within_granted", condition=Q(paid_sek__gte=0, paid_sek__lte=F("granted_sek"))
            ),
            models.CheckConstraint(name="project_period", condition=Q(end_on__gt=F("start_on"))),
            models.CheckConstraint(
                name="project_share_at_most_whole",
                condition=Q(granted_sek__gt=0, basis_cost_sek__gte=F("granted_sek")),
            ),
            models.CheckConstraint(
                name="project_closed_has_a_day",
                condition=Q(state=ProjectState.CLOSED, closed_on__isnull=False)
                | (~Q(state=ProjectState.CLOSED) & Q(closed_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("projects:detail", args=[self.pk])

    @property
    def stream(self) -> Any:
        return self.application_id

    @property
    def left_sek(self) -> int:
        """What is granted and not yet paid."""
        return self.granted_sek - self.paid_sek

    @property
    def share_percent(self) -> Decimal:
        """The funding share for people: granted of the approved cost, one decimal. Calculations use the exact share."""
        return percent_of(self.granted_sek, self.basis_cost_sek)


class OfProjectQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> OfProjectQuerySet:
        """Those of the projects that the person sees; the authority does not see drafts (eget utrymme)."""
        if not user.is_authenticated:
            return self.none()
        party = CaseParty.objects.filter(
            case=OuterRef("project__application__case"), organisation__in=user.organisation_ids
        )
        seen = Q(project__authority__in=user.authority_ids) | Exists(party)
        own = Q(project__owner__in=user.organisation_ids)
        return self.without_conflict(user).filter(seen, ~Q(state="draft") | own)

    def received_by(self, user: Any) -> OfProjectQuerySet:
        """Those that have reached an authority where the person has a role, without declared conflict."""
        return self.without_conflict(user).filter(~Q(state="draft"), project__authority__in=user.authority_ids)

    def without_conflict(self, user: Any) -> OfProjectQuerySet:
        """Not those of cases in which the person has declared a conflict of interest (FL 16–18 §§)."""
        conflict = Conflict.objects.filter(case=OuterRef("project__application__case"), user=user)
        return self.filter(~Exists(conflict))

    def with_project(self) -> OfProjectQuerySet:
        """With what a row of a list tells about its project."""
        return self.select_related("project__owner", "project__application__case")


class PaymentQuerySet(OfProjectQuerySet):
    def unfinished(self) -> PaymentQuerySet:
        """Those that still wait for somebody: neither paid nor decided with nothing to pay."""
        return self.exclude(state=PaymentState.PAID).exclude(state=PaymentState.DECIDED, payable_sek=0)

    def counted(self) -> PaymentQuerySet:
        """Those whose amount is taken from the grant: decided or paid."""
        return self.filter(state__in=(PaymentState.DECIDED, PaymentState.PAID))


class Report(ReportWorkflow):
    """A progress or final report (lägesrapport, slutrapport): what was done, what came of it, what deviates."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField("slag", max_length=10, choices=ReportKind.choices)
    period_start = models.DateField("från")
    period_end = models.DateField("till")
    done = models.TextField("vad vi har gjort", blank=True)
    results = models.TextField("resultat", blank=True)
    objective_progress = models.TextField("bidrag till RUS-målet", blank=True)
    deviations = models.TextField("avvikelser", blank=True)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField("inskickad", null=True, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    check_comment = models.TextField("handläggarens kommentar", blank=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfProjectQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["period_start", "kind"]
        constraints = [
            state_constraint("report_state", ReportState),
            models.CheckConstraint(name="report_period", condition=Q(period_end__gte=F("period_start"))),
            models.CheckConstraint(
                name="report_sent_is_signed",
                condition=Q(state=ReportState.DRAFT) | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(kind=ReportKind.FINAL),
                name="report_one_final",
                violation_error_message="Projektet har redan en slutrapport.",
            ),
            models.CheckConstraint(
                name="report_decided_is_signed",
                condition=~Q(state=ReportState.DECIDED) | Q(checked_by__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period_start}–{self.period_end}"

    def get_absolute_url(self) -> str:
        return reverse("projects:report:detail", args=[self.pk])

    @property
    def stream(self) -> Any:
        return self.project.application_id


class PaymentApplication(PaymentWorkflow):
    """A payment application in arrears (ansökan om utbetalning, rekvisition): the period's costs and what to pay for them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="payment_applications")
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, blank=True, related_name="payment_applications"
    )
    number = models.PositiveSmallIntegerField("nummer")
    period_start = models.DateField("från")
    period_end = models.DateField("till")
    comment = models.TextField("kommentar", blank=True)
    reported_cost = models.DecimalField("redovisad kostnad, kr", max_digits=14, decimal_places=2, default=0)
    approved_cost = models.DecimalField("godkänd kostnad, kr", max_digits=14, decimal_places=2, null=True, blank=True)
    payable_sek = models.BigIntegerField("att betala ut, kr", null=True, blank=True)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField("inskickad", null=True, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    check_comment = models.TextField("handläggarens kommentar", blank=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="payment_application"
    )
    paid_on = models.DateField("utbetald", null=True, blank=True)
    paid_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    payment_reference = models.CharField("betalningsreferens", max_length=60, blank=True)

    objects: ClassVar[Any] = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            state_constraint("payment_state", PaymentState),
            models.UniqueConstraint(fields=["project", "number"], name="payment_number_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=~Q(state=PaymentState.PAID) & ~Q(state=PaymentState.DECIDED, payable_sek=0),
                name="payment_one_open",
                violation_error_message="Projektet har redan en ansökan om utbetalning som inte är betald.",
            ),
            models.CheckConstraint(
                name="payment_sent_is_signed",
                condition=Q(state=PaymentState.DRAFT) | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="payment_checked_has_an_amount",
                condition=~Q(state__in=(PaymentState.CHECKED, PaymentState.DECIDED, PaymentState.PAID))
                | Q(
                    checked_by__isnull=False,
                    approved_cost__isnull=False,
                    payable_sek__isnull=False,
                    decision__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="payment_amounts",
                condition=Q(reported_cost__gte=0) & (Q(payable_sek__isnull=True) | Q(payable_sek__gte=0)),
            ),
            models.CheckConstraint(
                name="payment_paid_is_recorded",
                condition=~Q(state=PaymentState.PAID)
                | Q(paid_on__isnull=False, paid_by__isnull=False, decided_by__isnull=False, payable_sek__gt=0),
            ),
            models.CheckConstraint(name="payment_period", condition=Q(period_end__gte=F("period_start"))),
            models.CheckConstraint(
                name="payment_two_persons",
                condition=(Q(decided_by__isnull=True) | ~Q(decided_by=F("checked_by")))
                & (Q(paid_by__isnull=True) | (~Q(paid_by=F("checked_by")) & ~Q(paid_by=F("decided_by")))),
                violation_error_message="Den som granskar, den som beslutar och den som betalar är tre personer.",
            ),
        ]

    def __str__(self) -> str:
        return f"Ansökan om utbetalning {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("projects:payment:detail", args=[self.pk])

    @property
    def stream(self) -> Any:
        return self.project.application_id


class ReportedCost(models.Model):
    """The period's cost of one cost type, with öre; what the handler approves of it."""

    payment_application = models.ForeignKey(PaymentApplication, on_delete=models.CASCADE, related_name="costs")
    cost_type = models.ForeignKey(CostType, on_delete=models.PROTECT, related_name="+")
    reported = models.DecimalField("redovisat, kr", max_digits=14, decimal_places=2)
    approved = models.DecimalField("godkänt, kr", max_digits=14, decimal_places=2, null=True, blank=True)
    comment = models.CharField("kommentar", max_length=300, blank=True)

    class Meta:
        ordering = ["cost_type__order"]
        constraints = [
            models.UniqueConstraint(fields=["payment_application", "cost_type"], name="reported_cost_once"),
            models.CheckConstraint(
                name="reported_cost_positive",
                condition=Q(reported__gte=0)
                & (Q(approved__isnull=True) | Q(approved__gte=0, approved__lte=F("reported"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_type}: {self.reported}"
