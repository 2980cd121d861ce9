"""The money of a call: budget years, cost types and their flat rates."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from calls.enums import CostTypeCode
from calls.models.call import Call
from calls.models.scope import Theme


class YearBudget(models.Model):
    """The money for one budget year: of the whole call, or of one theme where the call divides its money by theme.

    ``used_sek`` is raised in a decision's transaction by a guarded UPDATE (INV-1).
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="year_budgets")
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="year_budgets", verbose_name="tema"
    )
    year = models.PositiveSmallIntegerField("år")
    budget_sek = models.BigIntegerField("budget, kr")
    used_sek = models.BigIntegerField("beviljat, kr", default=0)

    class Meta:
        ordering = ["year", "theme__order"]
        constraints = [
            models.UniqueConstraint(fields=["call", "year"], condition=Q(theme__isnull=True), name="year_budget_once"),
            models.UniqueConstraint(
                fields=["call", "year", "theme"], condition=Q(theme__isnull=False), name="year_budget_once_per_theme"
            ),
            models.CheckConstraint(
                name="year_budget_never_exceeded", condition=Q(used_sek__gte=0, used_sek__lte=F("budget_sek"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} {self.year}"


class CostType(models.Model):
    """A cost type that the call allows. One with flat rates is computed from their basis, never typed."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="cost_types")
    code = models.CharField("kostnadsslag", max_length=20, choices=CostTypeCode.choices)
    label = models.CharField("benämning", max_length=100)
    help_text = models.CharField("förklaring", max_length=300, blank=True)
    unit = models.CharField("enhet", max_length=30, blank=True)
    """In what the cost is counted ("timmar"): applicants then write quantity and price instead of an amount."""
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="cost_type_once")]

    def __str__(self) -> str:
        return self.label


class FlatRateQuerySet(models.QuerySet):
    def on(self, day: dt.date) -> FlatRateQuerySet:
        """The rates in force that day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class FlatRate(models.Model):
    """A flat rate of a cost type for a period: so many percent of the cost types that are its basis (DOMAIN 1.6)."""

    cost_type = models.ForeignKey(CostType, on_delete=models.CASCADE, related_name="flat_rates")
    percent = models.DecimalField("schablon, %", max_digits=5, decimal_places=2)
    basis = models.ManyToManyField(CostType, related_name="+", verbose_name="beräknas på")
    valid_from = models.DateField("gäller från")
    valid_until = models.DateField("gäller till och med", null=True, blank=True)

    objects = FlatRateQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(name="flat_rate_percent", condition=Q(percent__gt=0, percent__lte=100)),
            models.CheckConstraint(
                name="flat_rate_period", condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from"))
            ),
            models.UniqueConstraint(fields=["cost_type", "valid_from"], name="flat_rate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.cost_type} {self.percent} % från {self.valid_from}"
