"""Costs and financing of an application, whole SEK."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from applications.enums import FinancingForm, FinancingKind
from applications.models.application import Application
from applications.models.tries import protect_but_tries
from calls.models import CostType


class CostLine(models.Model):
    """The cost of one cost type in one year, whole SEK. Flat-rate lines are computed, never typed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="cost_lines")
    cost_type = models.ForeignKey(CostType, on_delete=protect_but_tries, related_name="+", verbose_name="kostnadsslag")
    year = models.PositiveSmallIntegerField("år")
    amount_sek = models.BigIntegerField("belopp, kr")

    class Meta:
        ordering = ["cost_type__order", "year"]
        constraints = [
            models.UniqueConstraint(fields=["application", "cost_type", "year"], name="cost_line_once"),
            models.CheckConstraint(name="cost_line_positive", condition=Q(amount_sek__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.cost_type} {self.year}: {self.amount_sek}"


class FinancingLine(models.Model):
    """What a financier gives, in money, in kind or by paying costs directly, whole SEK over the whole period."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="financing_lines")
    kind = models.CharField("slag", max_length=10, choices=FinancingKind.choices)
    financier = models.CharField("finansiär", max_length=200)
    form = models.CharField("form", max_length=10, choices=FinancingForm.choices, default=FinancingForm.CASH)
    amount_sek = models.BigIntegerField("belopp, kr")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.CheckConstraint(name="financing_line_positive", condition=Q(amount_sek__gte=0))]

    def __str__(self) -> str:
        return f"{self.financier}: {self.amount_sek}"
