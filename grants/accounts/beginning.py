"""How an empty service begins: the organisations of the reference data, and the first person who lets others in."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from grants.accounts.enums import OrganisationKind, Role
from grants.accounts.models import AuthorityRole, Organisation, User
from grants.core import events
from grants.core.held import whole
from grants.core.people import SYSTEM
from grants.core.text import clean_name
from grants.strategy.enums import OrganisationKind as ReferenceKind
from grants.strategy.models import ReferenceOrganisation

KINDS = {
    ReferenceKind.REGION: OrganisationKind.REGION,
    ReferenceKind.COUNTY_BOARD: OrganisationKind.COUNTY_BOARD,
    ReferenceKind.MUNICIPALITY: OrganisationKind.MUNICIPALITY,
    ReferenceKind.AGENCY: OrganisationKind.AGENCY,
    ReferenceKind.MINISTRY: OrganisationKind.AGENCY,
    ReferenceKind.OTHER: OrganisationKind.OTHER,
}
FIRST_ROLES = (Role.ADMINISTRATOR, Role.CALL_MANAGER)
"""What the first person holds: gives others their roles, and sets up calls."""


def ensure_organisations(
    authorities: tuple[str, ...] = (), mail_domain: str = ""
) -> tuple[dict[str, Organisation], list[Organisation]]:
    """An organisation for every reference organisation: all of them by code, and those that are new. Regions may apply.

    ``authorities``: codes of those that grant. ``mail_domain``: for invented addresses of demo databases only.
    """
    existing = {organisation.code: organisation for organisation in Organisation.objects.all()}
    new = [
        Organisation(
            code=row.code,
            name=clean_name(row.name_sv),
            kind=KINDS[ReferenceKind(row.kind)],
            region=row.region,
            org_number=row.org_number,
            is_applicant=row.kind == ReferenceKind.REGION,
            is_authority=row.code in authorities,
            email=f"{row.code}@{mail_domain}" if mail_domain else "",
        )
        for row in ReferenceOrganisation.objects.current().select_related("region")
        if row.code not in existing
    ]
    Organisation.objects.bulk_create(new)
    return existing | {organisation.code: organisation for organisation in new}, new


@whole
def begin(*, email: str, name: str) -> tuple[User, list[str]]:
    """The authority, the organisations and the first person with the first roles; returns the person and what was done.

    A second run adds what is missing and changes nothing else. Raises ValueError when the reference data lack the authority.
    """
    done = []
    organisations, new = ensure_organisations((settings.AUTHORITY_CODE,))
    if new:
        done.append(f"{len(new)} organisations added.")
    authority = organisations.get(settings.AUTHORITY_CODE)
    if authority is None:
        raise ValueError(
            f"No organisation has the code {settings.AUTHORITY_CODE}. Run load_reference_data, or correct AUTHORITY_CODE."
        )
    if not authority.is_authority:
        authority.is_authority = True
        authority.save(update_fields=["is_authority"])
        done.append(f"{authority} grants support.")
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, clean_name(name))
        done.append(f"{person} <{person.email}> can sign in.")
    # The operator vouches for the address; without this allauth asks for a mail that nobody can act on yet.
    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    for role in FIRST_ROLES:
        if not AuthorityRole.objects.in_force().filter(user=person, authority=authority, role=role).exists():
            AuthorityRole.objects.create(user=person, authority=authority, role=role)
            facts: dict[str, Any] = {"person": str(person.pk), "role": role.value}
            events.record(authority, "role_given", by=SYSTEM, label=f"Rollen {role.label} gavs", facts=facts)
            done.append(f"{person} is {role.label.lower()} at {authority}.")
    return person, done


def password_url(person: User) -> str:
    """Where the person chooses a password, once and within the time of PASSWORD_RESET_TIMEOUT."""
    key = default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})
    return f"{settings.BASE_URL}{path}"
