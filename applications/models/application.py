"""The application: who, what, towards which objectives, for how much. The case's UUID is the application's own."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from applications.enums import SpatialLevel, State
from applications.models.facts import PartyFacts
from applications.models.tries import protect_but_tries
from applications.workflow import ApplicationWorkflow
from calls.models import Call, Cutoff, FormVersion, Theme
from grants.accounts.enums import Role
from grants.accounts.models import Organisation
from grants.core.money import percent_of
from grants.core.search import SearchWordsField
from grants.core.time import now
from grants.core.workflow import StatefulQuerySet, state_constraint
from grants.documents.models import Case, Conflict, conflicted_cases
from grants.strategy.models import ContactArea, Objective, Region, StrategicArea


class ApplicationQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> ApplicationQuerySet:
        """The applicant's and the parties' own people and those it is shared with; the authority only what was sent
        (eget utrymme, TF 2:13); never with jäv.
        """
        if not user.is_authenticated or not user.authority_ids:
            return self.owned_by(user)
        sent = Q(call__authority__in=user.authority_ids) & ~Q(state=State.DRAFT)
        return self.filter(_own(user) | sent, _without_conflict(user))

    def owned_by(self, user: Any) -> ApplicationQuerySet:
        """Of those that the person sees: the ones of their own organisations, as applicant or party, and those shared with them."""
        return self.filter(_own(user), _without_conflict(user)) if user.is_authenticated else self.none()

    def received_by(self, user: Any) -> ApplicationQuerySet:
        """Those that have reached an authority where the person has a role, without declared conflict."""
        received = self.filter(~Q(state=State.DRAFT), call__authority__in=user.authority_ids)
        # By value, as roles are: asking every row for its conflicts costs more than the rest of a list.
        hidden = conflicted_cases(user)
        return received.exclude(case__in=hidden) if hidden else received


def _without_conflict(user: Any) -> Q:
    """Not in a case where the person has declared a conflict of interest (16-18 §§ förvaltningslagen, INV-6)."""
    return ~Q(Exists(Conflict.objects.filter(case=OuterRef("case"), user=user)))


def _own(user: Any) -> Q:
    """What is written for the person's organisations or shared with the person, and a call manager's own tries."""
    from applications.models.parties import Party  # they point here
    from applications.models.sharing import Participant

    is_party = Party.objects.filter(application=OuterRef("pk"), organisation__in=user.organisation_ids)
    is_shared = Participant.objects.of_person(user).filter(
        Q(application=OuterRef("pk"))
        | Q(application=OuterRef("supplement__application"))  # a working copy follows its application
    )
    shared = Q(Exists(is_shared))
    if user.authority_ids:  # rules.shared_level says why
        shared &= ~Q(call__authority__in=user.authority_ids)
    own = (Q(applicant__in=user.organisation_ids) | Exists(is_party) | shared) & Q(is_test=False)
    managed = {held.authority_id for held in user.roles_now if held.role == Role.CALL_MANAGER}
    return own | Q(is_test=True, created_by=user, call__authority__in=managed) if managed else own


class Application(ApplicationWorkflow, PartyFacts):
    """An application for support (ansökan om stöd). Sums are stored, computed on write (recalculate)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications", verbose_name="utlysning")
    applicant = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="applications", verbose_name="sökande"
    )
    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="application", verbose_name="ärende"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="skapad av"
    )
    form = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="frågornas version"
    )
    """The version of the call's questions that the answers belong to."""
    theme = models.ForeignKey(
        Theme, on_delete=protect_but_tries, null=True, blank=True, related_name="applications", verbose_name="tema"
    )
    cutoff = models.ForeignKey(
        Cutoff, on_delete=models.PROTECT, null=True, blank=True, related_name="applications", verbose_name="omgång"
    )
    """The cut-off that it came in for, set when it is sent; empty in calls with one end, and when it is late."""
    is_test = models.BooleanField("provansökan", default=False)
    """A call manager's try of the form: always a draft, seen by nobody else, never counted."""
    supplement = models.OneToOneField(
        "SupplementRequest",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="copy",
        verbose_name="arbetskopia för",
    )
    """The request that this copy of an application is written for: always a draft, never counted (applications.supplementing)."""
    title = models.CharField("projektets namn", max_length=150, blank=True)
    summary = models.TextField("sammanfattning", blank=True)
    answers = models.JSONField("svar", default=dict, blank=True)
    """By question code, in the shape of the question's kind (calls.questions)."""
    earlier_answers = models.JSONField("tidigare svar", default=dict, blank=True)
    """By question code, question and answer in words: what no longer fits since the questions changed. Never sent."""
    typed = models.JSONField("skrivet men inte sparat som svar", default=dict, blank=True)
    """By page and field: what was written but cannot be stored as it stands, such as half a date. Kept for the writers, never sent."""
    start_on = models.DateField("projektet startar", null=True, blank=True)
    end_on = models.DateField("projektet slutar", null=True, blank=True)
    contact_name = models.CharField("kontaktperson", max_length=150, blank=True)
    contact_email = models.EmailField("kontaktpersonens e-post", blank=True)
    contact_phone = models.CharField("kontaktpersonens telefon", max_length=40, blank=True)
    is_joint = models.BooleanField("gemensamt projekt", default=False)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="län"
    )
    contact_area = models.ForeignKey(
        ContactArea, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kontaktområde"
    )
    main_objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="RUS-mål"
    )
    main_area = models.ForeignKey(
        StrategicArea,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="strategiskt område",
    )
    concerns = models.JSONField("berör", default=dict, blank=True)
    """By kind of list (ConcernKind), what the project concerns of it: code and label, of municipalities the county too.

    In the list's words when it was chosen: rows of the lists are ended, never deleted, so the code leads back (DOMAIN 4, S3).
    """
    # How spatial the strategy is, before the project and after it; where the call asks.
    spatial_before = models.PositiveSmallIntegerField(
        "så rumslig är strategin nu", choices=SpatialLevel.choices, null=True, blank=True
    )
    spatial_after = models.PositiveSmallIntegerField(
        "så rumslig blir strategin", choices=SpatialLevel.choices, null=True, blank=True
    )
    spatial_how = models.TextField("så bidrar projektet till det", blank=True)
    total_cost_sek = models.BigIntegerField("total kostnad, kr", default=0)
    applied_sek = models.BigIntegerField("sökt stöd, kr", default=0)
    financed_sek = models.BigIntegerField("övrig finansiering, kr", default=0)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField("inskickad", null=True, blank=True)
    is_late = models.BooleanField("sent inkommen", default=False)
    content_sha256 = models.CharField("kontrollsumma", max_length=64, blank=True)
    ended_reason = models.TextField("skäl till avslut", blank=True)
    search_words = SearchWordsField("sökord")
    updated_at = models.DateTimeField("ändrad", default=now)

    objects = ApplicationQuerySet.as_manager()  # type: ignore[misc]
    read_with = ("call",)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["call", "state", "-submitted_at"], name="application_call_state"),
            models.Index(fields=["applicant", "-updated_at"], name="application_applicant"),
            models.Index(fields=["-submitted_at", "id"], name="application_submitted"),
            # Numbers and amounts by state, and whose turn it is (with the reviews), come from the index alone.
            models.Index(fields=["call", "state", "applied_sek", "id"], name="application_sums"),
        ]
        constraints = [
            state_constraint("application_state", State),
            models.CheckConstraint(
                name="application_submitted_is_complete",
                condition=Q(state=State.DRAFT)
                | Q(
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    case__isnull=False,
                    main_objective__isnull=False,
                    main_area__isnull=False,
                    applied_sek__gt=0,
                ),
                violation_error_message="En inskickad ansökan har avsändare, tidpunkt, dnr, belopp, RUS-mål och område.",
            ),
            models.CheckConstraint(
                name="application_submitted_pair",
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="application_test_stays_draft",
                condition=Q(is_test=False) | Q(state=State.DRAFT),
                violation_error_message="En provansökan skickas aldrig in.",
            ),
            models.CheckConstraint(
                name="application_copy_stays_draft",
                condition=Q(supplement__isnull=True) | Q(state=State.DRAFT),
                violation_error_message="En arbetskopia skickas aldrig in för sig.",
            ),
            models.CheckConstraint(
                name="application_amounts", condition=Q(total_cost_sek__gte=0, applied_sek__gte=0, financed_sek__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return self.title or "Ansökan utan namn"

    def get_absolute_url(self) -> str:
        """The page of the application; of a working copy that of the request for supplement which it is written for."""
        return reverse("applications:supplement" if self.supplement_id else "applications:detail", args=[self.pk])

    @property
    def share_percent(self) -> Decimal:
        """Applied support as a share of total cost, one decimal."""
        return percent_of(self.applied_sek, self.total_cost_sek)

    @property
    def register_number(self) -> str:
        """The case's register number, empty for a draft."""
        return self.case.register_number if self.case else ""
