"""The application form of a call: versions of it, each with sections and questions. Frozen when the call opens."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from calls.enums import QuestionKind, Required
from calls.models.call import Call


class FormVersion(models.Model):
    """One version of the call's questions. It no longer changes once it is frozen; a change makes the next version."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="form_versions")
    number = models.PositiveSmallIntegerField("version", default=1)
    frozen_at = models.DateTimeField("låst", null=True, blank=True)
    note = models.CharField("vad som ändrats", max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="form_version_once"),
            models.UniqueConstraint(
                fields=["call"], condition=Q(frozen_at__isnull=True), name="form_version_one_in_work"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} version {self.number}"


class QuestionSection(models.Model):
    """A part of the form with its own heading."""

    form = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="sections")
    code = models.SlugField("kod", max_length=40)
    title = models.CharField("rubrik", max_length=150)
    intro = models.TextField("inledning", blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["form", "code"], name="question_section_once")]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question. The answer is stored by ``code``; the kind's class knows how to ask, check and show it."""

    form = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="questions")
    section = models.ForeignKey(QuestionSection, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField("kod", max_length=40)
    kind = models.CharField("slag", max_length=20, choices=QuestionKind.choices, default=QuestionKind.TEXT)
    label = models.CharField("fråga", max_length=300)
    help_text = models.TextField("förklaring", blank=True)
    required = models.CharField("måste besvaras", max_length=10, choices=Required.choices, default=Required.ALWAYS)
    condition_code = models.SlugField("om frågan", max_length=40, blank=True)
    condition_value = models.CharField("har svaret", max_length=200, blank=True)
    for_assessors = models.BooleanField("bedömare ser svaret", default=True)
    settings = models.JSONField("inställningar", default=dict, blank=True)
    """What the kind needs besides: limits, options, columns. Its class says which keys and checks them."""
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["section__order", "order"]
        constraints = [
            models.UniqueConstraint(fields=["form", "code"], name="question_once"),
            models.CheckConstraint(
                name="question_condition_whole",
                condition=~Q(required="when") | (~Q(condition_code="") & ~Q(condition_value="")),
            ),
        ]

    def __str__(self) -> str:
        return self.label
