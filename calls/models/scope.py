"""What a call concerns and who may apply: areas, themes, kinds of applicants, invitations, cut-offs, attachments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from calls.enums import AnswerSubject
from calls.models.call import Call
from grants.accounts.enums import OrganisationKind
from grants.accounts.models import Organisation
from grants.core.time import now
from grants.strategy.models import StrategicArea


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


class Theme(models.Model):
    """A theme of a call (tema), or a track that themes lie under (inriktning): a theme with others as its ``track``."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="themes")
    track = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="themes", verbose_name="inriktning"
    )
    title = models.CharField("namn", max_length=200)
    about = models.TextField("beskrivning", blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["call", "track", "title"], name="theme_once")]

    def __str__(self) -> str:
        return self.title


class ApplicantKind(models.Model):
    """A kind of organisation that may apply in the call."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applicant_kinds")
    kind = models.CharField("slag av organisation", max_length=20, choices=OrganisationKind.choices)

    class Meta:
        ordering = ["kind"]
        constraints = [models.UniqueConstraint(fields=["call", "kind"], name="applicant_kind_once")]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Invitation(models.Model):
    """An organisation that a directed call or an offer is for."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="invitations")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="organisation"
    )
    amount_sek = models.BigIntegerField("erbjudet belopp, kr", null=True, blank=True)
    """For an offer of base funding: what the organisation is offered."""

    class Meta:
        ordering = ["organisation__name"]
        constraints = [models.UniqueConstraint(fields=["call", "organisation"], name="invitation_once")]

    def __str__(self) -> str:
        return str(self.organisation)


class Cutoff(models.Model):
    """A closing instant inside a call (delsista datum), with the day by which decisions are planned. The last is the call's end."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="cutoffs")
    number = models.PositiveSmallIntegerField("nummer")
    closes_at = models.DateTimeField("sista tid")
    decided_by_on = models.DateField("beslut senast", null=True, blank=True)

    class Meta:
        ordering = ["closes_at"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="cutoff_number_once"),
            models.UniqueConstraint(fields=["call", "closes_at"], name="cutoff_instant_once"),
        ]

    def __str__(self) -> str:
        return f"omgång {self.number}"


class RequiredAttachment(models.Model):
    """A file that the application asks for, such as a co-financing certificate."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="required_attachments")
    code = models.SlugField("kod", max_length=40)
    title = models.CharField("vad filen är", max_length=150)
    help_text = models.CharField("förklaring", max_length=500, blank=True)
    is_required = models.BooleanField("måste finnas", default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="required_attachment_once")]

    def __str__(self) -> str:
        return self.title


class Reopening(models.Model):
    """The call opened again for one applicant, with the reason and the end (for instance after a fault in the service)."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="reopenings")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("skäl")
    ends_at = models.DateTimeField("sista tid")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("öppnad igen", default=now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.call} igen för {self.organisation}"


class PublicAnswerQuerySet(models.QuerySet):
    def published(self) -> PublicAnswerQuerySet:
        """What everyone reads on the call's page, the newest first."""
        return self.filter(published_at__isnull=False, withdrawn_at__isnull=True).order_by("-published_at", "-pk")


class PublicAnswer(models.Model):
    """A question about the call and the authority's answer, published so that all applicants get the same information."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="public_answers")
    subject = models.CharField("ämne", max_length=20, choices=AnswerSubject.choices, blank=True)
    """Chosen when it is published; drafts, and what was published before there were subjects, may lack it."""
    question = models.TextField("fråga")
    answer = models.TextField("svar")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("skriven", default=now)
    published_at = models.DateTimeField("publicerad", null=True, blank=True)
    changed_at = models.DateTimeField("ändrad", null=True, blank=True)
    withdrawn_at = models.DateTimeField("borttagen", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)
    """Counts the changes, so that a stale tab is told instead of overwriting."""

    objects = PublicAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["published_at", "pk"]
        constraints = [
            models.CheckConstraint(name="public_answer_subject", condition=Q(subject__in=["", *AnswerSubject.values])),
            models.CheckConstraint(
                name="public_answer_changed_after_publishing",
                condition=Q(changed_at__isnull=True) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="public_answer_withdrawn_after_publishing",
                condition=Q(withdrawn_at__isnull=True) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.question
