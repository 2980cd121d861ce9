"""The applicant and the parties, as they are read and frozen."""

from __future__ import annotations

from typing import Any

from applications import commitments, party_facts
from applications.enums import Section
from applications.models import Application

PARTY_FACTS = (*party_facts.OWN, *party_facts.CONTACT)


def parties_blocks(row: Application) -> list[dict[str, Any]]:
    first: dict[str, Any] = {
        "section": Section.PARTIES.value,
        "heading": "Sökande och parter",
        "facts": [
            ["Sökande", row.applicant.name],
            ["Organisationsnummer", row.applicant.org_number],
            ["Län", row.region.county_name if row.region else ""],
            ["Gemensamt projekt", "Ja" if row.is_joint else "Nej"],
            ["Kontaktperson", row.contact_name],
            ["E-post", row.contact_email],
            ["Telefon", row.contact_phone],
            *party_facts.in_words(row, party_facts.OWN),
        ],
    }
    parties = list(row.parties.all())
    if parties:
        first["table"] = {
            "caption": "Parter",
            "head": ["Part", "Roll", "Organisationsnummer", "Samverkansnivå", "Bidrar med"],
            "rows": [
                [
                    party.name,
                    party.get_kind_display(),
                    party.org_number,
                    str(party.collaboration_level or ""),
                    party.contribution,
                ]
                for party in parties
            ],
        }
    section = Section.PARTIES.value
    return [
        first,
        *(
            {"section": section, "heading": f"Uppgifter om {party.name}", "facts": facts}
            for party in parties
            if (facts := party_facts.in_words(party, PARTY_FACTS))
        ),
        *confirmation_blocks(row),
    ]


def confirmation_blocks(row: Application) -> list[dict[str, Any]]:
    """Who has confirmed their part; left out while nobody has."""
    rows = commitments.table_of(row)
    if not rows:
        return []
    table = {
        "caption": "Parternas bekräftelser av sin del och sin medfinansiering",
        "head": ["Part", "Läge", "Av", "Dag", "Hur"],
        "rows": rows,
    }
    return [{"section": Section.PARTIES.value, "heading": "Bekräftelser", "table": table}]


def confirmations_data(row: Application) -> list[dict[str, Any]]:
    """The confirmations themselves, with the hash of what each confirmed."""
    return [
        {
            "party": one.party.name,
            "how": one.confirmation.how,
            "by": one.confirmation.name,
            "on": one.confirmation.confirmed_on.isoformat(),
            "sha256": one.confirmation.sha256,
            "is_current": one.is_current,
        }
        for one in commitments.standings(row)
        if one.confirmation
    ]


def parties_data(row: Application) -> dict[str, Any]:
    """The contact, and each party with its part."""
    return {
        "contact": {"name": row.contact_name, "email": row.contact_email, "phone": row.contact_phone},
        **({"facts": facts} if (facts := party_facts.as_data(row, party_facts.OWN)) else {}),
        "is_joint": row.is_joint,
        "parties": [
            {
                "kind": party.kind,
                "organisation": party.organisation_id and str(party.organisation_id),
                "name": party.name,
                "org_number": party.org_number,
                "collaboration_step": party.collaboration_level.step if party.collaboration_level else None,
                "contribution": party.contribution,
                **party_facts.as_data(party, PARTY_FACTS),
            }
            for party in row.parties.all()
        ],
        **({"confirmations": given} if (given := confirmations_data(row)) else {}),
    }
