"""People and organisations. An organisation may apply in one case and grant in another (förordning 2009:145 11 a §)."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from grants.accounts.enums import Level, MandateScope, OrganisationKind, Role
from grants.core.known import Known
from grants.core.time import now, today


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, name, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address. Never deleted: history points at people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-postadress", unique=True)
    name = models.CharField("namn", max_length=150)
    is_active = models.BooleanField("aktiv", default=True)
    is_staff = models.BooleanField("förvaltare", default=False)
    date_joined = models.DateTimeField("konto skapat", default=now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "personer"

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    # Rights are read once per request: a user object lives no longer, so a withdrawn right acts on the next one (INV-20).
    # Whoever has signed in comes with theirs (grants.accounts.sessions).
    @cached_property
    def organisations_now(self) -> list[Any]:
        """The organisations that the person is a member of or signs for now. ``level``: the membership's, "" for who only signs."""
        return ORGANISATIONS.rows(self.pk, today())

    @cached_property
    def roles_now(self) -> list[AuthorityRole]:
        return ROLES.rows(self.pk, today())

    @cached_property
    def mandates_now(self) -> list[Mandate]:
        return MANDATES.rows(self.pk, today())

    @property
    def role_codes(self) -> set[str]:
        """The roles that the person holds now at any granting authority."""
        return {held.role for held in self.roles_now}

    @property
    def authority_ids(self) -> set[Any]:
        """The granting authorities where the person holds any role now."""
        return {held.authority_id for held in self.roles_now}

    @property
    def organisation_ids(self) -> set[Any]:
        """The organisations that the person reads for now: who signs what others write has to see it."""
        return {organisation.pk for organisation in self.organisations_now}

    @property
    def applicant_organisation_ids(self) -> set[Any]:
        """Those of them that may apply."""
        return {organisation.pk for organisation in self.organisations_now if organisation.is_applicant}

    def has_role(self, authority_id: Any, *roles: str) -> bool:
        """Whether the person now holds one of the roles at the authority."""
        return any(held.authority_id == authority_id and held.role in roles for held in self.roles_now)

    def level_in(self, organisation_id: Any) -> str:
        """The membership level in the organisation, or an empty string."""
        return next((found.level for found in self.organisations_now if found.pk == organisation_id), "")

    def may_edit_for(self, organisation_id: Any) -> bool:
        """Whether the person may write for the organisation."""
        return self.level_in(organisation_id) in (Level.EDIT, Level.MANAGE)

    def may_sign_for(self, organisation_id: Any, scope: str) -> bool:
        """Whether the person is an authorised signatory of the organisation for this kind of document (FL 14–15 §§)."""
        return any(
            m.organisation_id == organisation_id and m.scope in (scope, MandateScope.ALL) for m in self.mandates_now
        )


class PeriodQuerySet(models.QuerySet):
    """Rows that hold from a day until (not including) a day; no end means for now."""

    def in_force(self, day: dt.date | None = None) -> PeriodQuerySet:
        day = today() if day is None else day
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), valid_from__lte=day)


def period_is_forward(name: str) -> models.CheckConstraint:
    """The end is not before the start."""
    return models.CheckConstraint(name=name, condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("valid_from")))


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> OrganisationQuerySet:
        """Names of organisations are public; everyone signed in may look them up as parties."""
        return self if user.is_authenticated else self.none()

    def applicants(self) -> OrganisationQuerySet:
        return self.filter(is_applicant=True, ended_on__isnull=True)


class Organisation(models.Model):
    """A legal person: region, county administrative board, municipality, agency or other."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField("kod", max_length=60, unique=True)
    name = models.CharField("namn", max_length=200)
    kind = models.CharField("slag", max_length=20, choices=OrganisationKind.choices)
    region = models.ForeignKey(
        "strategy.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name="län",
    )
    org_number = models.CharField("organisationsnummer", max_length=11, blank=True)
    is_applicant = models.BooleanField("kan söka stöd", default=False)
    is_authority = models.BooleanField("beviljar stöd", default=False)
    email = models.EmailField("e-postadress", blank=True)
    ended_on = models.DateField("upphörde", null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "organisation"
        verbose_name_plural = "organisationer"

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> Any:
        return self.pk


class Membership(models.Model):
    """A person's place in an organisation that applies: reads, writes or manages."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", verbose_name="person")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    level = models.CharField("behörighet", max_length=10, choices=Level.choices)
    valid_from = models.DateField("från", default=today)
    ended_on = models.DateField("till", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(ended_on__isnull=True), name="membership_one_at_a_time"
            ),
            period_is_forward("membership_period"),
        ]

    def __str__(self) -> str:
        return f"{self.user} i {self.organisation}"


class Mandate(models.Model):
    """An authorised signatory or representative: what the person may sign for the organisation, and when (FL 14–15 §§)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mandates", verbose_name="person")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates")
    scope = models.CharField("omfattning", max_length=20, choices=MandateScope.choices, default=MandateScope.ALL)
    valid_from = models.DateField("från", default=today)
    ended_on = models.DateField("till", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [period_is_forward("mandate_period")]

    def __str__(self) -> str:
        return f"{self.user} för {self.organisation}"


class AuthorityRole(models.Model):
    """A role that a person holds at a granting authority, for a contact area or for all of them."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="authority_roles", verbose_name="person")
    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField("roll", max_length=20, choices=Role.choices)
    contact_area = models.ForeignKey(
        "strategy.ContactArea", on_delete=models.PROTECT, null=True, blank=True, verbose_name="kontaktområde"
    )
    valid_from = models.DateField("från", default=today)
    ended_on = models.DateField("till", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "authority", "role", "contact_area"],
                condition=Q(ended_on__isnull=True, contact_area__isnull=False),
                name="authority_role_once_per_area",
            ),
            models.UniqueConstraint(
                fields=["user", "authority", "role"],
                condition=Q(ended_on__isnull=True, contact_area__isnull=True),
                name="authority_role_once_for_all",
            ),
            period_is_forward("authority_role_period"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.user}"


# What every request asks of its person -------------------------------------------------------------------------------


def organisations_of(user: Any, day: Any) -> Any:
    """The organisations that the person is a member of or signs for that day, each with the membership's level."""
    member = Membership.objects.in_force(day).filter(user=user)
    signer = Mandate.objects.in_force(day).filter(user=user)
    level = member.filter(organisation=OuterRef("pk")).values("level")[:1]
    ids = member.values("organisation").union(signer.values("organisation"))
    return Organisation.objects.filter(pk__in=ids).annotate(level=Coalesce(Subquery(level), Value("")))


def roles_of(user: Any, day: Any) -> Any:
    """The roles at granting authorities that the person holds that day."""
    return AuthorityRole.objects.in_force(day).filter(user=user).select_related("authority", "contact_area")


def mandates_of(user: Any, day: Any) -> Any:
    """For whom the person signs that day."""
    return Mandate.objects.in_force(day).filter(user=user)


ORGANISATIONS = Known(organisations_of)
ROLES = Known(roles_of)
MANDATES = Known(mandates_of)
