"""Regions, their development strategies (RUS) with objectives, and the national reference lists.

Rows come from the CSV files of grants/strategy/data/ through `manage.py load_reference_data` and from nowhere else.
What a file no longer holds is ended (`ended_on`), never deleted, since cases link to it. Empty means unknown.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from grants.strategy.enums import Level, OrganisationKind


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


class ReferenceRow(models.Model):
    source = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_ended(self) -> bool:
        return self.ended_on is not None


class LabelledRow(ReferenceRow):
    """A row of a short national list: our own code, a Swedish and an English label, the order of the file."""

    code = models.CharField(max_length=20, unique=True)
    label_sv = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["order"]

    def __str__(self) -> str:
        return self.label_sv


class ContactArea(ReferenceRow):
    """Part of the country that a handler answers for. The codes nord, mitt and syd are ours."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    note = models.TextField(blank=True)
    is_vacant = models.BooleanField(default=False)
    """True while no handler is named for the area."""
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Region(ReferenceRow):
    """A county and the body that carries the regional development task in it."""

    county_code = models.CharField(max_length=2, unique=True)
    county_letter = models.CharField(max_length=2)
    county_name = models.CharField(max_length=100)
    region_name = models.CharField(max_length=100)
    nuts3_code = models.CharField(max_length=5)
    nuts2_code = models.CharField(max_length=4)
    nuts2_name = models.CharField(max_length=100)
    residence_city = models.CharField(max_length=100)
    org_number = models.CharField(max_length=11, blank=True)
    org_number_source = models.TextField(blank=True)
    contact_area = models.ForeignKey(ContactArea, on_delete=models.PROTECT, related_name="regions")
    municipality_count = models.PositiveSmallIntegerField()
    label_lat = models.FloatField(null=True, blank=True)
    label_lon = models.FloatField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["county_code"]

    def __str__(self) -> str:
        return self.region_name

    @property
    def short_county(self) -> str:
        """The county without "län" and its genitive s: Västernorrland, Stockholm, Örebro."""
        return self.county_name.removesuffix(" län").removesuffix("s")


class Municipality(ReferenceRow):
    code = models.CharField(max_length=4, unique=True)
    name = models.CharField(max_length=100)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="municipalities")
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "municipalities"

    def __str__(self) -> str:
        return self.name


class ReferenceOrganisation(ReferenceRow):
    """A body of the assignment as the file describes it. Accounts make their own organisations from these rows."""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    name_sv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="reference_organisations"
    )
    org_number = models.CharField(max_length=11, blank=True)
    role_in_process = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name_sv


class Rus(models.Model):
    """One version of a region's development strategy. Links keep the version that they were made against."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="rus_versions")
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=300)
    period = models.CharField(max_length=100, blank=True)
    adopted_year = models.PositiveSmallIntegerField(null=True, blank=True)
    adopted_date = models.CharField(max_length=10, blank=True)
    """Text: YYYY-MM-DD, or YYYY-MM where the source names no day."""
    explicitly_spatial = models.BooleanField(null=True, blank=True)
    """None is unknown, not no."""
    spatial_note = models.TextField(blank=True)
    source_url = models.TextField(blank=True)
    note = models.TextField(blank=True)
    is_current = models.BooleanField(default=True)
    valid_from = models.DateField(null=True, blank=True)
    """Day this version replaced the one before here; empty for the first, whose start the files do not tell."""
    valid_to = models.DateField(null=True, blank=True)
    """Day it was replaced or left the file."""

    objects = RusQuerySet.as_manager()

    class Meta:
        ordering = ["region__county_code", "version"]
        verbose_name = "RUS"
        verbose_name_plural = "RUS"
        constraints = [
            models.UniqueConstraint(fields=["region", "version"], name="rus_version_once_per_region"),
            models.UniqueConstraint(fields=["region"], condition=Q(is_current=True), name="rus_one_current_per_region"),
            models.CheckConstraint(
                condition=Q(is_current=True, valid_to__isnull=True) | Q(is_current=False, valid_to__isnull=False),
                name="rus_replaced_has_an_end",
                violation_error_message="En RUS som inte längre gäller har ett slutdatum.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Objective(ReferenceRow):
    """A vision, goal or priority of one version of a RUS. The codes (24-M1) are ours, the labels the region's."""

    rus = models.ForeignKey(Rus, on_delete=models.PROTECT, related_name="objectives")
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=500)
    level = models.CharField(max_length=20, choices=Level)
    source_term = models.CharField(max_length=100, blank=True)
    """The region's own word for the level: inriktning, insatsområde, kraftsamling …"""
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    strategy = models.CharField(max_length=300, blank=True)
    strategy_status = models.CharField(max_length=200, blank=True)
    source_url = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    objects = ObjectiveQuerySet.as_manager()  # type: ignore[misc]  # narrows the manager of the base on purpose

    class Meta:
        ordering = ["rus", "order"]
        constraints = [
            models.UniqueConstraint(fields=["rus", "code"], name="objective_code_once_per_rus"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="objective_is_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def level_term(self) -> str:
        """The region's own word for the level, else ours."""
        return self.source_term or self.get_level_display()


class StrategicArea(LabelledRow):
    """One of the four national strategic areas (SFS 2024:99 8 §)."""

    short_sv = models.CharField(max_length=100)


class SocietalChallenge(LabelledRow):
    pass


class CrossCuttingDriver(LabelledRow):
    kind = models.CharField(max_length=50)
    """The file's own words: påverkande faktor, hållbarhetsdimension, genomgående perspektiv."""


class CollaborationLevel(ReferenceRow):
    step = models.PositiveSmallIntegerField(unique=True)
    label_sv = models.CharField(max_length=100)
    label_en = models.CharField(max_length=100, blank=True)
    meaning_en = models.TextField(blank=True)

    class Meta:
        ordering = ["step"]

    def __str__(self) -> str:
        return self.label_sv


class KeyQuestion(ReferenceRow):
    code = models.CharField(max_length=20, unique=True)
    question_sv = models.CharField(max_length=300)
    question_en = models.CharField(max_length=300, blank=True)
    theme_sv = models.CharField(max_length=300, blank=True)
    theme_en = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.question_sv


class DialogueTheme(LabelledRow):
    aspect_sv = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=50)
    """The file's own words: tema, sammanfattning, diskussionsfråga."""


class PlanningLevel(ReferenceRow):
    """A level of planning and its main instrument, from the world down to the municipality. The order is ours."""

    level = models.CharField(max_length=40, unique=True)
    order = models.PositiveSmallIntegerField()
    name_sv = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    instrument_sv = models.TextField(blank=True)
    instrument_en = models.TextField(blank=True)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name_sv
