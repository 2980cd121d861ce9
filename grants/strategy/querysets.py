"""What every list of reference data can be asked."""

from __future__ import annotations

from django.db import models


class ReferenceQuerySet(models.QuerySet):
    def visible_to(self, user) -> ReferenceQuerySet:
        """Everything: reference data are public facts, the same to everyone, signed in or not."""
        return self.all()

    def current(self) -> ReferenceQuerySet:
        """Rows that may be chosen today. Ended rows stay, for what was linked to them."""
        return self.filter(ended_on__isnull=True)


class RusQuerySet(ReferenceQuerySet):
    def current(self) -> RusQuerySet:
        """The version in use, at most one per region (unique constraint)."""
        return self.filter(is_current=True)

    def for_regions(self, regions) -> RusQuerySet:
        return self.filter(region__in=regions)


class ObjectiveQuerySet(ReferenceQuerySet):
    def current(self) -> ObjectiveQuerySet:
        """Objectives that may be chosen today: not ended, and of the version in use."""
        return self.filter(ended_on__isnull=True, rus__is_current=True)

    def for_regions(self, regions) -> ObjectiveQuerySet:
        """Objectives of the regions' strategies, of every version; chain with current() for those in use."""
        return self.filter(rus__region__in=regions)

    def for_display(self) -> ObjectiveQuerySet:
        """With the strategy, its region and the objective above: what a page or a sheet prints."""
        return self.select_related("rus__region", "parent")


ReferenceManager = models.Manager.from_queryset(ReferenceQuerySet)
RusManager = models.Manager.from_queryset(RusQuerySet)
ObjectiveManager = models.Manager.from_queryset(ObjectiveQuerySet)
