"""The call: its text, dates and rules, as data (DOMAIN 1.2–1.3)."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, Min, Q, When
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse

from calls.enums import ENDED_STATES, PUBLIC_STATES, CallKind, ConfirmationRule, JointRule, State
from calls.workflow import CallWorkflow
from grants.accounts.models import Organisation
from grants.core.known import rows_of
from grants.core.money import NBSP
from grants.core.time import stockholm
from grants.core.workflow import StatefulQuerySet, state_constraint
from grants.strategy.models import DialogueTheme, KeyQuestion, PlanningLevel, Region, SocietalChallenge


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

    def as_worked_with(self) -> CallQuerySet:
        """Drafts and calls that are going on first, then those that are over; each the latest first."""
        over = Case(When(state__in=ENDED_STATES, then=1), default=0, output_field=models.IntegerField())
        return self.order_by(over, F("opens_at").desc(nulls_first=True), "-created_at", "code")

    def public(self) -> CallQuerySet:
        """What everyone may see."""
        return self.filter(state__in=PUBLIC_STATES)

    def open_at(self, at: dt.datetime) -> CallQuerySet:
        """Those that one can apply to at this instant, the nearest deadline first. Adds ``next_close_at``: the cut-off
        that comes next, else the end."""
        following = Min("cutoffs__closes_at", filter=Q(cutoffs__closes_at__gt=at))
        found = self.filter(state=State.OPEN, closes_at__gt=at)
        return found.annotate(next_close_at=Coalesce(following, F("closes_at"))).order_by("next_close_at", "code")

    def coming_at(self, at: dt.datetime) -> CallQuerySet:
        """Published and not open yet, the next to open first."""
        return self.filter(state=State.PUBLISHED).order_by("opens_at", "code")

    def past_at(self, at: dt.datetime) -> CallQuerySet:
        """Closed, settled and cancelled ones, and those whose deadline has passed though the clock has not been there yet."""
        ended = Q(state__in=(State.CLOSED, State.SETTLED, State.CANCELLED)) | Q(state=State.OPEN, closes_at__lte=at)
        return self.filter(ended).order_by(F("closes_at").desc(nulls_last=True), "-opens_at", "code")

    def for_area(self, area: Any) -> CallQuerySet:
        """Those that concern the strategic area."""
        return self.filter(areas__area=area)

    def for_kind(self, kind: str) -> CallQuerySet:
        """Those where the kind of organisation may apply. A call that names no kinds is for all."""
        named = Q(applicant_kinds__kind=kind) | Q(applicant_kinds__isnull=True)
        return self.filter(pk__in=Call.objects.filter(named).values("pk"))

    def for_county(self, region: Region) -> CallQuerySet:
        """Those that concern the county. A call that names no counties is for the whole country."""
        named = Q(counties=region) | Q(counties__isnull=True)
        return self.filter(pk__in=Call.objects.filter(named).values("pk"))

    def with_received_count(self) -> CallQuerySet:
        """Adds ``received_count``: applications that have come in. Drafts are the applicant's own (eget utrymme)."""
        return self.annotate(received_count=Count("applications", filter=~Q(applications__state="draft")))

    def due_to_open(self, at: dt.datetime) -> CallQuerySet:
        return self.filter(state=State.PUBLISHED, opens_at__lte=at)

    def due_to_close(self, at: dt.datetime) -> CallQuerySet:
        return self.filter(state=State.OPEN, closes_at__lte=at)


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> ProgrammeQuerySet:
        """Those of the authorities where the person works."""
        return self.filter(authority__in=user.authority_ids) if user.is_authenticated else self.none()


class Programme(models.Model):
    """The assignment or programme that calls belong to, such as the government's assignment 2024–2028."""

    code = models.SlugField("beteckning", max_length=40, unique=True)
    authority = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="programmes", verbose_name="myndighet"
    )
    title = models.CharField("namn", max_length=200)
    about = models.TextField("om programmet", blank=True)
    assignment_number = models.CharField("uppdragets beteckning", max_length=100, blank=True)
    starts_on = models.DateField("börjar", null=True, blank=True)
    ends_on = models.DateField("slutar", null=True, blank=True)
    final_report_on = models.DateField("slutredovisas", null=True, blank=True)
    source = models.TextField("källa", blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                name="programme_ends_after_start",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="Programmet måste sluta efter att det börjar.",
            ),
            models.UniqueConstraint(Lower("code"), name="programme_code_in_any_letters"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> Any:
        """Its events stand in the history of its authority."""
        return self.authority_id


class Call(CallWorkflow):
    """A funding call (utlysning), built as data: its text, dates, money and rules (DOMAIN 1.2–1.3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField("beteckning", max_length=40, unique=True)
    authority = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="calls", verbose_name="myndighet"
    )
    kind = models.CharField("slag", max_length=20, choices=CallKind.choices, default=CallKind.OPEN)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="calls", verbose_name="program"
    )
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kopierad från"
    )
    title = models.CharField("rubrik", max_length=200)
    pitch = models.TextField("kort om utlysningen", blank=True)
    who_may_apply = models.TextField("vem kan söka", blank=True)
    what_for = models.TextField("vad ni kan söka för", blank=True)
    how_much = models.TextField("hur mycket kan ni få", blank=True)
    themes_intro = models.TextField("inriktningar och teman", blank=True)
    not_funded = models.TextField("det här ger inget stöd", blank=True)
    expected_results = models.TextField("förväntade resultat", blank=True)
    assessment_intro = models.TextField("så bedömer vi ansökan", blank=True)
    cooperation_rules = models.TextField("regler för gemensamma projekt", blank=True)
    how_to_apply = models.TextField("så söker ni", blank=True)
    is_money_reserved = models.BooleanField("pengarna är inte beslutade än", default=False)
    reservation = models.TextField("förbehåll", blank=True)
    legal_basis = models.TextField("rättslig grund", blank=True)
    assignment_number = models.CharField("uppdragets beteckning", max_length=100, blank=True)
    contact = models.TextField("kontakt", blank=True)
    source_url = models.URLField("källa", blank=True, max_length=500)
    opens_at = models.DateTimeField("öppnar", null=True, blank=True)
    closes_at = models.DateTimeField("stänger", null=True, blank=True)
    earliest_start_on = models.DateField("projekt kan starta tidigast", null=True, blank=True)
    latest_end_on = models.DateField("projekt ska sluta senast", null=True, blank=True)
    longest_months = models.PositiveSmallIntegerField("längsta projekttid, månader", null=True, blank=True)
    # Who and what it concerns. No counties: the whole country. No kinds of applicants: every organisation that may apply.
    counties = models.ManyToManyField(Region, blank=True, related_name="+", verbose_name="län")
    joint_rule = models.CharField(
        "söka tillsammans", max_length=20, choices=JointRule.choices, default=JointRule.ALLOWED
    )
    confirmation_rule = models.CharField(
        "parternas bekräftelser", max_length=20, choices=ConfirmationRule.choices, default=ConfirmationRule.WANTED
    )
    fewest_applicants = models.PositiveSmallIntegerField("minsta antal som söker tillsammans", null=True, blank=True)
    challenges = models.ManyToManyField(SocietalChallenge, blank=True, related_name="+", verbose_name="utmaningar")
    key_questions = models.ManyToManyField(KeyQuestion, blank=True, related_name="+", verbose_name="nyckelfrågor")
    dialogue_themes = models.ManyToManyField(DialogueTheme, blank=True, related_name="+", verbose_name="dialogteman")
    planning_levels = models.ManyToManyField(
        PlanningLevel, blank=True, related_name="+", verbose_name="planeringsnivåer"
    )
    asks_spatial = models.BooleanField("fråga om plats och hur rumslig strategin är", default=False)
    # Money
    budget_sek = models.BigIntegerField("budget, kr", null=True, blank=True)
    smallest_amount_sek = models.BigIntegerField("minsta stöd, kr", null=True, blank=True)
    largest_amount_sek = models.BigIntegerField("högsta stöd, kr", null=True, blank=True)
    largest_share_percent = models.PositiveSmallIntegerField("högsta stödandel, %", null=True, blank=True)
    allows_cash = models.BooleanField("kontant medfinansiering", default=True)
    allows_in_kind = models.BooleanField("bidrag i annat än pengar", default=True)
    allows_direct = models.BooleanField("direktfinansierade kostnader", default=False)
    advance_highest_percent = models.PositiveSmallIntegerField("högsta förskott, % av stödet", null=True, blank=True)
    advance_highest_sek = models.BigIntegerField("högsta förskott, kr", null=True, blank=True)
    # A material change of the budget wants a new decision; up to the amount the handler's approval is enough (DOMAIN 1.9).
    change_threshold_percent = models.PositiveSmallIntegerField("gräns för ändrad budget, %", default=20)
    change_threshold_sek = models.BigIntegerField("gräns för ändrad budget, kr", default=50_000)
    # Reports and payment applications: first and then at least so often, due so many days after the period (DOMAIN 1.9).
    first_report_months = models.PositiveSmallIntegerField("första rapporten efter, månader", default=6)
    report_interval_months = models.PositiveSmallIntegerField("sedan var, månader", default=6)
    report_due_days = models.PositiveSmallIntegerField("rapporten ska in efter periodens slut, dagar", default=0)
    final_report_due_days = models.PositiveSmallIntegerField(
        "slutrapporten ska in efter projektets slut, dagar", default=0
    )
    # Assessment
    lowest_score = models.PositiveSmallIntegerField("lägsta poäng för stöd", null=True, blank=True)
    assessors_needed = models.PositiveSmallIntegerField("antal bedömare", default=1)
    is_blind = models.BooleanField("bedömare ser andras poäng först när den egna är klar", default=True)
    needs_second_check = models.BooleanField("två personer kontrollerar", default=False)
    follows_ordinance = models.BooleanField("förordning (2003:596) gäller", default=True)

    objects = CallQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-opens_at", "code"]
        constraints = [
            state_constraint("call_state", State),
            models.UniqueConstraint(Lower("code"), name="call_code_in_any_letters"),
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
                name="call_advance_share_at_most_whole",
                condition=Q(advance_highest_percent__isnull=True) | Q(advance_highest_percent__lte=100),
            ),
            models.CheckConstraint(
                name="call_report_interval", condition=Q(first_report_months__gte=1, report_interval_months__gte=1)
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
    def is_by_invitation(self) -> bool:
        """Directed calls and offers of base funding are for the organisations that they name (DOMAIN 1.3)."""
        return self.kind in (CallKind.DIRECTED, CallKind.BASE_FUNDING)

    @property
    def last_moment(self) -> dt.datetime | None:
        """The end in Swedish time as people read it: midnight is the last minute of the day before."""
        if self.closes_at is None:
            return None
        return stockholm(self.closes_at) - dt.timedelta(minutes=1 if self.ends_at_midnight else 0)

    def budget_rows(self, theme_id: Any) -> list[Any]:
        """The budget years that a decision on an application of the theme draws from: the theme's own rows where the call
        divides its money by theme, else the common ones.
        """
        rows = rows_of(self, "year_budgets")
        if any(row.theme_id for row in rows):
            return [row for row in rows if row.theme_id == theme_id and theme_id is not None]
        return rows

    @property
    def years(self) -> list[int]:
        """The budget years, in order, each once: a year may have one row per theme."""
        return list(dict.fromkeys(row.year for row in self.year_budgets.all()))
