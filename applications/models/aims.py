"""What an application contributes to: objectives of regional development strategies, and strategic areas."""

from __future__ import annotations

from django.db import models

from applications.models.application import Application
from grants.strategy.models import Objective, StrategicArea


class ObjectiveLink(models.Model):
    """An RUS objective that the project contributes to, and how. The objective belongs to one version of its RUS.

    The main one (främst) is also ``Application.main_objective``.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="objective_links")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="+", verbose_name="mål")
    contribution = models.TextField("hur projektet bidrar", blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["application", "objective"], name="objective_link_once")]

    def __str__(self) -> str:
        return str(self.objective)


class FurtherArea(models.Model):
    """A strategic area that the project touches besides its main one."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="further_areas")
    area = models.ForeignKey(StrategicArea, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["area__order"]
        constraints = [models.UniqueConstraint(fields=["application", "area"], name="further_area_once")]

    def __str__(self) -> str:
        return str(self.area)
