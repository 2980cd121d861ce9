"""People, organisations and reference data for tests; plain functions, one per thing."""

from __future__ import annotations

import itertools
from typing import Any

from django.core.management import call_command

from grants.accounts.enums import Level, MandateScope, OrganisationKind, Role
from grants.accounts.models import AuthorityRole, Mandate, Membership, Organisation, User
from grants.strategy.models import ContactArea, Region
from tests.builders.kept import kept

_counter = itertools.count(1)


def reference_data() -> None:
    """The real regions, RUS objectives and lists; loaded once per database."""
    if not Region.objects.exists():
        call_command("load_reference_data", verbosity=0)


@kept
def authority(**fields: Any) -> Organisation:
    """The granting authority; the same one at every call."""
    reference_data()
    found, _ = Organisation.objects.get_or_create(
        code=fields.pop("code", "tillvaxtverket"),
        defaults={"name": "Tillväxtverket", "kind": OrganisationKind.AGENCY, "is_authority": True, **fields},
    )
    return found


@kept
def region_organisation(county_code: str = "24", **fields: Any) -> Organisation:
    """A region that may apply, by county code; the same one at every call."""
    reference_data()
    region = Region.objects.get(county_code=county_code)
    found, _ = Organisation.objects.get_or_create(
        code=f"region-{county_code}",
        defaults={
            "name": region.region_name,
            "kind": OrganisationKind.REGION,
            "region": region,
            "org_number": region.org_number,
            "is_applicant": True,
            **fields,
        },
    )
    return found


@kept
def person(name: str = "Person", **fields: Any) -> User:
    """Somebody without any role, with an address of their own."""
    number = next(_counter)
    return User.objects.create_user(
        email=fields.pop("email", f"person{number}@example.se"),
        name=f"{name} {number}",
        password="lösenord-för-prov",
        **fields,
    )


@kept
def officer(*roles: str, at: Organisation | None = None, area: str | None = None, name: str = "") -> User:
    """A person with roles at the authority, for a contact area or for all."""
    at = at or authority()
    user = person(name or Role(roles[0]).label)
    contact_area = ContactArea.objects.get(code=area) if area else None
    for role in roles:
        AuthorityRole.objects.create(user=user, authority=at, role=role, contact_area=contact_area)
    return user


@kept
def handler(area: str | None = None) -> User:
    return officer(Role.HANDLER, Role.RAPPORTEUR, area=area)


@kept
def assessor() -> User:
    return officer(Role.ASSESSOR)


@kept
def decider() -> User:
    return officer(Role.DECIDER)


@kept
def payment_officer() -> User:
    return officer(Role.PAYMENT_OFFICER)


@kept
def call_manager() -> User:
    return officer(Role.CALL_MANAGER)


@kept
def reader() -> User:
    return officer(Role.READER)


@kept
def member(of: Organisation | None = None, level: str = Level.EDIT) -> User:
    """A person in an organisation that applies."""
    user = person("Medlem")
    Membership.objects.create(user=user, organisation=of or region_organisation(), level=level)
    return user


@kept
def signatory(of: Organisation | None = None, scope: str = MandateScope.ALL, level: str = Level.MANAGE) -> User:
    """A member who may also sign for the organisation."""
    organisation = of or region_organisation()
    user = member(organisation, level)
    Mandate.objects.create(user=user, organisation=organisation, scope=scope)
    return user


def fresh(obj: Any) -> Any:
    """The row as the database has it now."""
    return type(obj)._default_manager.get(pk=obj.pk)
