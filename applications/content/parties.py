"""The applicant and the parties, as they are read and frozen."""

from __future__ import annotations

from typing import Any

from applications import party_facts
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
    }
