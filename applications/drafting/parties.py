"""Contact and parties."""

from __future__ import annotations

import re
from typing import Any

from django.utils.functional import SimpleLazyObject

from applications import party_facts
from applications.drafting.opening import opened, saved, stop_if
from applications.drafting.party_rows import keep_rows, write_parties
from applications.enums import PartyKind, Section
from applications.models import (
    Application,
    Party,
)
from grants.core.exceptions import Reason
from grants.core.held import whole
from grants.core.text import clean_name, clean_text, too_long

MAX_CONTRIBUTION = 600
MAX_PARTIES = 60
PARTY_FACTS = (*party_facts.OWN, *party_facts.CONTACT)
ORG_NUMBER = re.compile(r"\d{6}-\d{4}", re.ASCII)


@whole
def save_parties(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """Contact, the applicant's own facts, and parties. ``data``: is_joint, contact_…, the names of ``party_facts.OWN``, and
    parties: a dict each, with its own facts and contact.
    """
    row = opened(application, Section.PARTIES, by=by, version=version)
    row.is_joint = bool(data.get("is_joint"))
    row.contact_name = clean_name(data.get("contact_name") or "")
    row.contact_email = clean_name(data.get("contact_email") or "")
    row.contact_phone = clean_name(data.get("contact_phone") or "")
    for name, value in party_facts.cleaned(data, party_facts.OWN).items():
        setattr(row, name, value)
    reasons: list[Any] = [
        *too_long("Kontaktpersonens namn", row.contact_name, 150, "contact_name"),
        *too_long("Telefonnumret", row.contact_phone, 40, "contact_phone"),
        # The applicant's name is read only where a fault is told.
        *party_facts.malformed(row, party_facts.OWN, SimpleLazyObject(lambda: str(row.applicant)[:60])),
    ]
    if row.contact_email and not party_facts.is_email(row.contact_email):
        reasons.append(Reason("Skriv kontaktpersonens e-postadress som namn@organisation.se.", "contact_email"))
    parties = [
        Party(
            application=row,
            order=order,
            kind=given.get("kind"),
            organisation=given.get("organisation"),
            name=clean_name(given.get("name") or "") or str(given.get("organisation") or ""),
            org_number=clean_name(given.get("org_number") or ""),
            collaboration_level=given.get("collaboration_level"),
            contribution=clean_text(given.get("contribution") or "").strip(),
            **party_facts.cleaned(given, PARTY_FACTS),
        )
        for order, given in enumerate(data.get("parties") or [])
    ]
    if len(parties) > MAX_PARTIES:
        reasons.append(f"Lägg till högst {MAX_PARTIES} parter.")
    for party in parties:
        reasons += party_reasons(row, party)
    places = [given.get("place", order) for order, given in enumerate(data.get("parties") or [])]
    reasons += keep_rows(row, parties, places)
    stop_if(reasons)
    write_parties(row, parties)
    return saved(row)


def party_reasons(application: Application, party: Party) -> list[Any]:
    """What is malformed in one party."""
    where = f"parter-{party.order}-"
    name = party.name or f"part {party.order + 1}"
    reasons: list[Any] = [
        *too_long(f"Namnet på part {party.order + 1}", party.name, 200, f"{where}name"),
        *too_long(f"Texten om {name[:60]}", party.contribution, MAX_CONTRIBUTION, f"{where}contribution"),
    ]
    if not party.name:
        reasons.append(Reason(f"Skriv namnet på {name}.", f"{where}name"))
    if party.kind not in PartyKind.values or party.kind == PartyKind.BENEFICIARY:
        reasons.append(Reason(f"Välj vilken roll {name[:60]} har.", f"{where}kind"))
    if party.org_number and not ORG_NUMBER.fullmatch(party.org_number):
        reasons.append(Reason(f"Skriv organisationsnumret för {name[:60]} som 212000-0000.", f"{where}org_number"))
    if party.organisation_id and party.organisation_id == application.applicant_id:
        reasons.append(Reason(f"Ta bort {name[:60]}, som är sökande och inte läggs till som part.", f"{where}name"))
    return reasons + party_facts.malformed(party, PARTY_FACTS, name[:60], where)
