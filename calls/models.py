"""The call and what it declares: budget years, cost types, areas, criteria."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse

from calls.enums import PUBLIC_STATES, CallKind, CostTypeCode, State
from calls.workflow import CallWorkflow
from grants.accounts.models import Organisation
from grants.core.money import NBSP
from grants.core.time import stockholm
from grants.core.workflow import StatefulQuerySet, state_constraint
from grants.strategy.models import StrategicArea


def percent_words(percent: Decimal) -> str:
    """Decimal("15.50") → "15,5 %"."""
    return f"{percent.normalize():f}".replace(".", ",") + f"{NBSP}%"


class CallQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> CallQuerySet:
        """Published calls are everyone's; drafts and archived ones are their authority's."""
        public = Q(state__in=PUBLIC_STATES)
        return (
            self.filter(public | Q(authority__in=user.authority_ids)) if user.is_authenticated else self.filter(public)
        )

    def open_at(self, at: dt.datetime) -> CallQuerySet:
        """Those that one can apply to at this instant, the nearest deadline first."""
        return self.filter(state=State.OPEN, closes_at__gt=at).order_by("closes_at", "code")

    def coming_at(self, at: dt.datetime) -> CallQuerySet:
        """Published and not open yet, the next to open first."""
        return self.filter(state=State.PUBLISHED).order_by("opens_at", "code")

    def past_at(self, at: dt.datetime) -> CallQuerySet:
        """Closed and settled ones, and those whose deadline has passed though the clock has not been there yet."""
        ended = Q(state__in=(State.CLOSED, State.SETTLED)) | Q(state=State.OPEN, closes_at__lte=at)
        return self.filter(ended).order_by(F("closes_at").desc(nulls_last=True), "-opens_at", "code")

    def with_received_count(self) -> CallQuerySet:
        """Adds ``received_count``: applications that have come in. Drafts are the applicant's own (eget utrymme)."""
        return self.annotate(received_count=Count("applications", filter=~Q(applications__state="draft")))

    def due_to_open(self, at: dt.datetime) -> CallQuerySet:
        return self.filter(state=State.PUBLISHED, opens_at__lte=at)

    def due_to_close(self, at: dt.datetime) -> CallQuerySet:
        return self.filter(state=State.OPEN, closes_at__lte=at)


class Call(CallWorkflow):
    """A funding call (utlysning), built as data: its text, dates, money and rules (DOMAIN 1.2–1.3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField("beteckning", max_length=40, unique=True)
    authority = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="calls", verbose_name="myndighet"
    )
    kind = models.CharField("slag", max_length=20, choices=CallKind.choices, default=CallKind.OPEN)
    title = models.CharField("rubrik", max_length=200)
    pitch = models.TextField("kort om utlysningen", blank=True)
    who_may_apply = models.TextField("vem kan söka", blank=True)
    what_for = models.TextField("vad ni kan söka för", blank=True)
    not_funded = models.TextField("det här ger inget stöd", blank=True)
    expected_results = models.TextField("förväntade resultat", blank=True)
    assessment_intro = models.TextField("så bedömer vi ansökan", blank=True)
    reservation = models.TextField("förbehåll", blank=True)
    legal_basis = models.TextField("rättslig grund", blank=True)
    contact = models.TextField("kontakt", blank=True)
    source_url = models.URLField("källa", blank=True, max_length=500)
    opens_at = models.DateTimeField("öppnar", null=True, blank=True)
    closes_at = models.DateTimeField("stänger", null=True, blank=True)
    earliest_start_on = models.DateField("projekt kan starta tidigast", null=True, blank=True)
    latest_end_on = models.DateField("projekt ska sluta senast", null=True, blank=True)
    longest_months = models.PositiveSmallIntegerField("längsta projekttid, månader", null=True, blank=True)
    budget_sek = models.BigIntegerField("budget, kr", null=True, blank=True)
    smallest_amount_sek = models.BigIntegerField("minsta stöd, kr", null=True, blank=True)
    largest_amount_sek = models.BigIntegerField("högsta stöd, kr", null=True, blank=True)
    largest_share_percent = models.PositiveSmallIntegerField("högsta stödandel, %", null=True, blank=True)
    lowest_score = models.PositiveSmallIntegerField("lägsta poäng för stöd", null=True, blank=True)
    assessors_needed = models.PositiveSmallIntegerField("antal bedömare", default=1)
    is_appealable = models.BooleanField("beslut kan överklagas", default=False)

    objects = CallQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-opens_at", "code"]
        constraints = [
            state_constraint("call_state", State),
            models.CheckConstraint(
                name="call_closes_after_opening",
                condition=Q(closes_at__isnull=True) | Q(opens_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                violation_error_message="Utlysningen måste stänga efter att den öppnar.",
            ),
            models.CheckConstraint(
                name="call_share_at_most_whole",
                condition=Q(largest_share_percent__isnull=True) | Q(largest_share_percent__lte=100),
            ),
            models.CheckConstraint(
                name="call_budget_positive", condition=Q(budget_sek__isnull=True) | Q(budget_sek__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("calls:detail", args=[self.code])

    def get_desk_url(self) -> str:
        return reverse("calls:overview", args=[self.code])

    def get_edit_url(self) -> str:
        return reverse("calls:edit", args=[self.code])

    def is_open(self, at: dt.datetime) -> bool:
        """Whether applications may be started: opened, and before the half-open end (INV-3)."""
        return self.state == State.OPEN and self.closes_at is not None and at < self.closes_at

    def is_late(self, at: dt.datetime) -> bool:
        """Whether something received at this instant is late."""
        return self.closes_at is not None and at >= self.closes_at

    @property
    def ends_at_midnight(self) -> bool:
        """Whether the last day counts to its end."""
        return self.closes_at is not None and stockholm(self.closes_at).time() == dt.time.min

    @property
    def last_moment(self) -> dt.datetime | None:
        """The end in Swedish time as people read it: midnight is the last minute of the day before."""
        if self.closes_at is None:
            return None
        return stockholm(self.closes_at) - dt.timedelta(minutes=1 if self.ends_at_midnight else 0)

    @property
    def years(self) -> list[int]:
        """The budget years, in order."""
        return [row.year for row in self.year_budgets.all()]


class YearBudget(models.Model):
    """The call's money for one budget year. ``used_sek`` is raised in a decision's transaction by a guarded UPDATE (INV-1)."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="year_budgets")
    year = models.PositiveSmallIntegerField("år")
    budget_sek = models.BigIntegerField("budget, kr")
    used_sek = models.BigIntegerField("beviljat, kr", default=0)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["call", "year"], name="year_budget_once"),
            models.CheckConstraint(
                name="year_budget_never_exceeded", condition=Q(used_sek__gte=0, used_sek__lte=F("budget_sek"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} {self.year}"


class CostType(models.Model):
    """A cost type that the call allows; a flat rate is computed from its basis (15 % of staff costs)."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="cost_types")
    code = models.CharField("kostnadsslag", max_length=20, choices=CostTypeCode.choices)
    label = models.CharField("benämning", max_length=100)
    help_text = models.CharField("förklaring", max_length=300, blank=True)
    flat_rate_percent = models.DecimalField(
        "schablon, % av personalkostnad", max_digits=5, decimal_places=2, null=True, blank=True
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="cost_type_once")]

    def __str__(self) -> str:
        return self.label


class CallArea(models.Model):
    """A strategic area that the call concerns, with an indicative share of the budget where the call has one."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="areas")
    area = models.ForeignKey(
        StrategicArea, on_delete=models.PROTECT, related_name="+", verbose_name="strategiskt område"
    )
    budget_sek = models.BigIntegerField("vägledande budget, kr", null=True, blank=True)

    class Meta:
        ordering = ["area__order"]
        constraints = [models.UniqueConstraint(fields=["call", "area"], name="call_area_once")]

    def __str__(self) -> str:
        return str(self.area)


class Criterion(models.Model):
    """An assessment criterion: its weight of 100, the scale of points and what the assessor should look for."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="criteria")
    title = models.CharField("kriterium", max_length=200)
    guidance = models.TextField("vägledning", blank=True)
    weight_percent = models.PositiveSmallIntegerField("vikt, %")
    max_points = models.PositiveSmallIntegerField("högsta poäng", default=5)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                name="criterion_weight", condition=Q(weight_percent__gte=1, weight_percent__lte=100)
            ),
            models.CheckConstraint(name="criterion_scale", condition=Q(max_points__gte=1, max_points__lte=10)),
        ]

    def __str__(self) -> str:
        return self.title
