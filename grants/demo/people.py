"""Organisations and sign-ins of the demo. People are named by their role; every address ends in example.se.

One known password opens them all, which is why nothing here works outside a demo database (settings.DEMO).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction

from grants.accounts.beginning import ensure_organisations
from grants.accounts.enums import Level, MandateScope, Role
from grants.accounts.models import AuthorityRole, Mandate, Membership, Organisation, User
from grants.strategy.models import ContactArea, Region

PASSWORD = "pengar till planering"
"""The password of every demo sign-in, shown by ``manage.py demo_accounts`` and by ``make run``."""

SINCE = dt.date(2018, 1, 1)
"""Rights hold from before the oldest seeded event, so that the seeded history was allowed when it happened."""

SECOND_AUTHORITY = "region-24"
"""A region that applies in one case may grant in another (förordning 2009:145 11 a §)."""

LETTERS = str.maketrans("åäöéü", "aaoeu")


@dataclass(frozen=True)
class Officer:
    """A demo person at the granting authority."""

    name: str
    roles: tuple[str, ...]
    area: str = ""


HANDLER_ROLES = (Role.HANDLER, Role.RAPPORTEUR)
OFFICERS = (
    Officer("Handläggare Nord", HANDLER_ROLES, "nord"),
    Officer("Handläggare Mitt", HANDLER_ROLES, "mitt"),
    Officer("Handläggare Syd", HANDLER_ROLES, "syd"),
    Officer("Bedömare Ett", (Role.ASSESSOR,)),
    Officer("Bedömare Två", (Role.ASSESSOR,)),
    Officer("Bedömare Tre", (Role.ASSESSOR,)),
    Officer("Beslutsfattare", (Role.DECIDER,)),
    Officer("Utbetalare", (Role.PAYMENT_OFFICER,)),
    Officer("Registrator", (Role.REGISTRAR,)),
    Officer("Utlysningsansvarig", (Role.CALL_MANAGER,)),
    Officer("Läsare", (Role.READER,)),
    Officer("Administratör", (Role.ADMINISTRATOR,)),
)


class NotADemo(RuntimeError):
    """The database may hold real cases: demo people and data are refused."""


def require_demo() -> None:
    """Raises NotADemo where settings.DEMO is not on."""
    if not settings.DEMO:
        raise NotADemo("Only a demo database may hold demo sign-ins. Set DEMO=1 where all data are invented.")


def address(name: str) -> str:
    """handlaggare.nord@example.se for "Handläggare Nord"."""
    plain = re.sub(r"[^a-z]+", ".", name.lower().translate(LETTERS)).strip(".")
    return f"{plain}@example.se"


@transaction.atomic
def ensure_people() -> None:
    """Organisations and sign-ins of the demo. A second run changes nothing. Raises NotADemo elsewhere."""
    require_demo()
    if not Region.objects.exists():
        call_command("load_reference_data", verbosity=0)
    organisations, _new = ensure_organisations((settings.AUTHORITY_CODE, SECOND_AUTHORITY), mail_domain="example.se")
    people = Signins()
    authority = organisations[settings.AUTHORITY_CODE]
    areas = {area.code: area for area in ContactArea.objects.all()}
    for officer in OFFICERS:
        people.add_officer(officer.name, authority, officer.roles, areas.get(officer.area))
    second = organisations[SECOND_AUTHORITY]
    people.add_officer(f"Handläggare {second.name}", second, HANDLER_ROLES)
    for organisation in organisations.values():
        if organisation.is_applicant:
            people.add_member(f"Projektledare {organisation.name}", organisation, Level.EDIT)
            people.add_member(f"Behörig företrädare {organisation.name}", organisation, Level.MANAGE, signs=True)
    people.save()


class Signins:
    """Collects people and what they may do, then saves what is missing in a few statements."""

    def __init__(self) -> None:
        self.existing = {user.email: user for user in User.objects.filter(email__endswith="@example.se")}
        self.hash = ""
        self.users: list[User] = []
        self.roles: list[AuthorityRole] = []
        self.memberships: list[Membership] = []
        self.mandates: list[Mandate] = []

    def person(self, name: str) -> User | None:
        """A new person, or None when the person is there already (with all rights, since both are saved together)."""
        email = address(name)
        if email in self.existing:
            return None
        # One salt for all: the password is public, and sixty slow hashes would make the first start wait.
        self.hash = self.hash or make_password(PASSWORD)
        user = User(email=email, name=name, password=self.hash)
        self.existing[email] = user
        self.users.append(user)
        return user

    def add_officer(self, name: str, authority: Organisation, roles: tuple[str, ...], area: Any = None) -> None:
        if user := self.person(name):
            self.roles += [
                AuthorityRole(user=user, authority=authority, role=role, contact_area=area, valid_from=SINCE)
                for role in roles
            ]

    def add_member(self, name: str, organisation: Organisation, level: str, signs: bool = False) -> None:
        if user := self.person(name):
            self.memberships.append(Membership(user=user, organisation=organisation, level=level, valid_from=SINCE))
            if signs:
                self.mandates.append(
                    Mandate(user=user, organisation=organisation, scope=MandateScope.ALL, valid_from=SINCE)
                )

    def save(self) -> None:
        User.objects.bulk_create(self.users)
        AuthorityRole.objects.bulk_create(self.roles)
        Membership.objects.bulk_create(self.memberships)
        Mandate.objects.bulk_create(self.mandates)
        EmailAddress.objects.bulk_create(
            [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in self.users]
        )


def accounts() -> list[dict[str, str]]:
    """Every demo sign-in with its password, role and organisation, officers first. Raises NotADemo elsewhere."""
    require_demo()
    names = {address(officer.name): number for number, officer in enumerate(OFFICERS)}
    people = User.objects.filter(email__endswith="@example.se").prefetch_related(
        "authority_roles__authority", "memberships__organisation", "mandates"
    )
    rows = [row for user in people if (row := account(user))]
    return sorted(rows, key=lambda row: (names.get(row["email"], len(names)), row["organisation"], row["role"]))


def account(user: User) -> dict[str, str]:
    """What a person may sign in with and as whom; empty for somebody without any role."""
    held = list(user.authority_roles.all())
    members = list(user.memberships.all())
    if held:
        role = ", ".join(dict.fromkeys(right.get_role_display() for right in held))
        organisation = held[0].authority.name
    elif members:
        role = "Behörig företrädare" if user.mandates.all() else "Projektledare"
        organisation = members[0].organisation.name
    else:
        return {}
    return {"email": user.email, "password": PASSWORD, "role": role, "organisation": organisation}
