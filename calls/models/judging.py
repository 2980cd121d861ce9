"""How applications to a call are judged: criteria and their scale, the formal check, who is consulted, appeals by kind."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from calls.enums import ConsultedBody, DecisionKind
from calls.models.call import Call


class Criterion(models.Model):
    """An assessment criterion: its weight of 100, the scale of points and what the assessor should look for."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="criteria")
    title = models.CharField("kriterium", max_length=200)
    guidance = models.TextField("vägledning", blank=True)
    weight_percent = models.PositiveSmallIntegerField("vikt, %")
    max_points = models.PositiveSmallIntegerField("högsta poäng", default=5)
    minimum_points = models.PositiveSmallIntegerField("lägsta poäng för stöd", null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                name="criterion_weight", condition=Q(weight_percent__gte=1, weight_percent__lte=100)
            ),
            models.CheckConstraint(
                name="criterion_minimum_in_scale",
                condition=Q(minimum_points__isnull=True) | Q(minimum_points__lte=F("max_points")),
            ),
            models.CheckConstraint(name="criterion_scale", condition=Q(max_points__gte=1, max_points__lte=10)),
        ]

    def __str__(self) -> str:
        return self.title


class CriterionLevel(models.Model):
    """What a number of points means for a criterion."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="levels")
    points = models.PositiveSmallIntegerField("poäng")
    meaning = models.CharField("betyder", max_length=500)

    class Meta:
        ordering = ["points"]
        constraints = [models.UniqueConstraint(fields=["criterion", "points"], name="criterion_level_once")]

    def __str__(self) -> str:
        return f"{self.points}: {self.meaning}"


class FormalCheckPoint(models.Model):
    """A point of the formal check with its legal ground. A review copies the call's points when it is opened."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="formal_check_points")
    code = models.SlugField("kod", max_length=40)
    question = models.CharField("fråga", max_length=300)
    legal_ground = models.CharField("grund", max_length=200)
    help_text = models.CharField("vägledning", max_length=500, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="formal_check_point_once")]

    def __str__(self) -> str:
        return self.question


class Consultation(models.Model):
    """A body that must be consulted before a decision: the region concerned (samråd, 3 § förordning 2003:596), an agency."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="consultations")
    body = models.CharField("vem", max_length=20, choices=ConsultedBody.choices)
    question = models.TextField("fråga", blank=True)
    answer_days = models.PositiveSmallIntegerField("svarstid, dagar", default=21)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "body"], name="consultation_once")]

    def __str__(self) -> str:
        return str(self.get_body_display())


class DecisionRule(models.Model):
    """Somebody has said whether decisions of the kind can be appealed in this call (33 § förvaltningslagen). No row: nobody has.

    What the decision says of it is a text of the call (calls.texts.appeal_key).
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="decision_rules")
    kind = models.CharField("slag av beslut", max_length=30, choices=DecisionKind.choices)
    is_appealable = models.BooleanField("kan överklagas", default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "kind"], name="decision_rule_once")]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class TextTemplate(models.Model):
    """A text of the call for decisions, letters or mails, with placeholders from a closed list. The highest version is used."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="text_templates")
    purpose = models.CharField("används till", max_length=60)
    """A key of calls.texts: a decision's kind and part, a letter or a mail."""
    version = models.PositiveSmallIntegerField("version", default=1)
    subject = models.CharField("ämne", max_length=200, blank=True)
    body = models.TextField("text")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("skriven")

    class Meta:
        ordering = ["purpose", "-version"]
        constraints = [models.UniqueConstraint(fields=["call", "purpose", "version"], name="text_template_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"
