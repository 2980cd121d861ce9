"""What each party binds itself to, and how its confirmation stands: what was confirmed, by whom, and whether it still holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from applications import party_facts
from applications.blockers_money import is_writing
from applications.enums import ConfirmedHow, FinancingForm, PartyKind, Section
from calls.enums import ConfirmationRule
from grants.core.events import canonical, sha256
from grants.core.exceptions import Reason
from grants.core.known import rows_of
from grants.core.money import format_sek
from grants.core.time import format_day

FACTS = (*party_facts.OWN, *party_facts.CONTACT)


@dataclass(frozen=True)
class Standing:
    """One party with its part and the latest confirmation of it; ``is_current``: it still says what was confirmed."""

    party: Any
    content: dict[str, Any]
    confirmation: Any
    is_current: bool

    @property
    def sha256(self) -> str:
        return fingerprint(self.content)

    @property
    def cost_sek(self) -> int:
        return int(self.content["cost_sek"])

    @property
    def financing_sek(self) -> int:
        return sum(row["amount_sek"] for row in self.content["financing"])

    @property
    def words(self) -> str:
        """The state in words, as the table says it."""
        if self.confirmation is None:
            return "Väntar"
        return "Bekräftad" if self.is_current else "Gäller inte längre"


def commitment(application: Any, party: Any) -> dict[str, Any]:
    """The party's part: who it is, what it does, its own costs and what it gives. Wants the rows of costs and financing.

    Without the application's key: the row of the confirmation holds it, and a working copy of the same part keeps it confirmed.
    """
    costs = [line for line in application.cost_lines.all() if line.party_id == party.pk]
    name = party.name.casefold()
    given = [line for line in application.financing_lines.all() if line.financier.casefold() == name]
    return {
        "kind": party.kind,
        "name": party.name,
        "org_number": party.org_number,
        "contribution": party.contribution,
        **party_facts.as_data(party, FACTS),
        "costs": [[line.cost_type.code, line.year, line.amount_sek] for line in costs],
        "cost_sek": sum(line.amount_sek for line in costs),
        "financing": [{"kind": line.kind, "form": line.form, "amount_sek": line.amount_sek} for line in given],
    }


def fingerprint(content: dict[str, Any]) -> str:
    """The hash of a part, the same for the same part."""
    return sha256(canonical(content))


def standings(application: Any) -> list[Standing]:
    """Every party with its confirmation. Wants parties, cost lines and financing lines; the confirmations are read here once."""
    found, parties = [], list(application.parties.all())
    given = rows_of(application, "party_confirmations") if parties else []
    latest_of = {row.party_id: row for row in sorted(given, key=lambda row: row.pk)}
    for party in parties:
        content = commitment(application, party)
        latest = latest_of.get(party.pk)
        if latest is not None and latest.content["name"].casefold() != party.name.casefold():
            latest = None  # the party had another name then, and nobody has confirmed under this one
        is_current = latest is not None and latest.sha256 == fingerprint(content)
        found.append(Standing(party, content, latest, is_current))
    return found


def unconfirmed(application: Any) -> list[Standing]:
    """The parties whose confirmation is waited for."""
    return [one for one in standings(application) if not one.is_current]


def is_required(application: Any) -> bool:
    return bool(application.call.confirmation_rule == ConfirmationRule.REQUIRED)


def blocking(application: Any) -> list[Reason]:
    """Why it cannot be sent: the call demands that every party has confirmed (blocker), or only wishes it (``wished``).

    Nobody can confirm a try, which nobody but its maker sees.
    """
    if not is_required(application) or application.is_test or not is_writing(application, Section.PARTIES):
        return []
    return [Reason(asked(one), "parter#bekraftelser") for one in unconfirmed(application)]


def wished(application: Any) -> list[str]:
    """What is worth a second look before sending where the call only wishes for confirmations."""
    if not is_required(application):
        return [asked(one) for one in unconfirmed(application)]
    if not application.is_test:
        return []
    return [
        f"{one.party.name[:60]} måste bekräfta sin del i en riktig ansökan. I provansökan räknas den som bekräftad."
        for one in unconfirmed(application)
    ]


def asked(one: Standing) -> str:
    """What to do about a party that has not confirmed."""
    name = one.party.name[:60]
    if one.confirmation is None:
        return f"{name} har inte bekräftat sin del. Påminn dem, eller lägg in deras intyg."
    return f"{name} bekräftade {format_day(one.confirmation.confirmed_on)}, men delen har ändrats sedan dess. Be dem bekräfta igen."


def facts_of(one: Standing) -> list[list[str]]:
    """The part in words, as the person who confirms reads it."""
    content, party = one.content, one.party
    per_year: dict[int, int] = defaultdict(int)
    for _, year, amount in content["costs"]:
        per_year[year] += amount
    found = [["Part", party.name], ["Roll", PartyKind(party.kind).label], ["Organisationsnummer", party.org_number]]
    found += [["Bidrar med", party.contribution]]
    found += party_facts.in_words(party, FACTS)
    if party.kind == PartyKind.CO_APPLICANT:
        found += [[f"Egna kostnader {year}", format_sek(amount)] for year, amount in sorted(per_year.items())]
        found += [["Egna kostnader, summa", format_sek(one.cost_sek)]]
    given = [
        [f"Medfinansiering, {str(FinancingForm(row['form']).label).lower()}", format_sek(row["amount_sek"])]
        for row in content["financing"]
    ]
    found += given or [["Medfinansiering", format_sek(0)]]
    return [row for row in found if row[1]]


def table_of(application: Any) -> list[list[str]]:
    """Who has confirmed, when, by whom and how, for the content and its PDF; empty while nobody has."""
    rows = standings(application)
    if not any(one.confirmation for one in rows):
        return []
    return [
        [
            one.party.name,
            one.words,
            one.confirmation.name if one.confirmation else "",
            format_day(one.confirmation.confirmed_on) if one.confirmation else "",
            str(ConfirmedHow(one.confirmation.how).label) if one.confirmation else "",
        ]
        for one in rows
    ]
