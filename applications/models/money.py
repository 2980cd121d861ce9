"""Costs and financing of an application, whole SEK."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from applications.enums import Appropriation, FinancingForm, FinancingKind
from applications.models.application import Application
from applications.models.parties import Party
from applications.models.tries import protect_but_tries
from calls.models import CostType


class CostLine(models.Model):
    """The cost of one cost type in one year, whole SEK. Flat-rate lines are computed, never typed.

    ``party``: the co-applicant whose cost it is; empty: the applicant's. Where the cost type has a unit, the amount is the
    quantity times the price, rounded once; nothing while either is missing.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="cost_lines")
    cost_type = models.ForeignKey(CostType, on_delete=protect_but_tries, related_name="+", verbose_name="kostnadsslag")
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="cost_lines", verbose_name="part"
    )
    year = models.PositiveSmallIntegerField("år")
    quantity = models.DecimalField("antal", max_digits=10, decimal_places=2, null=True, blank=True)
    price_sek = models.BigIntegerField("pris per enhet, kr", null=True, blank=True)
    amount_sek = models.BigIntegerField("belopp, kr")

    class Meta:
        ordering = ["cost_type__order", "year", F("party__order").asc(nulls_first=True), "party"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "cost_type", "year"], condition=Q(party__isnull=True), name="cost_line_once"
            ),
            models.UniqueConstraint(
                fields=["application", "party", "cost_type", "year"],
                condition=Q(party__isnull=False),
                name="cost_line_once_per_party",
            ),
            models.CheckConstraint(name="cost_line_positive", condition=Q(amount_sek__gte=0)),
            models.CheckConstraint(
                name="cost_line_quantity_and_price",
                condition=(Q(quantity__isnull=True) | Q(quantity__gte=0))
                & (Q(price_sek__isnull=True) | Q(price_sek__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_type} {self.year}: {self.amount_sek}"


class FinancingLine(models.Model):
    """What a financier gives, in money, in kind or by paying costs directly, whole SEK over the whole period."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="financing_lines")
    kind = models.CharField("slag", max_length=10, choices=FinancingKind.choices)
    financier = models.CharField("finansiär", max_length=200)
    form = models.CharField("form", max_length=10, choices=FinancingForm.choices, default=FinancingForm.CASH)
    appropriation = models.CharField("anslag", max_length=20, choices=Appropriation.choices, blank=True)
    """For public money: which appropriation it comes from (DOMAIN 1.5)."""
    amount_sek = models.BigIntegerField("belopp, kr")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.CheckConstraint(name="financing_line_positive", condition=Q(amount_sek__gte=0))]

    def __str__(self) -> str:
        return f"{self.financier}: {self.amount_sek}"
