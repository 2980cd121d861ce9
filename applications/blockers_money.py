"""What is wrong with a budget beyond its sums: counts that are half written, in kind without its twin, money without an origin
or from nobody who confirms it.

Asked while the applicant can change the budget: what has come in was judged by the rules that held then.
"""

from __future__ import annotations

from typing import Any

from applications.enums import FinancingForm, FinancingKind, PartyKind, Section, State
from calls.enums import ConfirmationRule, CostTypeCode
from calls.words import price_words
from grants.core.exceptions import Reason
from grants.core.money import format_sek


def is_writing(application: Any, section: Section) -> bool:
    """Whether the section can be changed now: in a draft, and where it was asked for in an open request for supplement."""
    if application.state == State.DRAFT:
        return True
    if application.state != State.SUPPLEMENT_REQUESTED:
        return False
    asked = (one for one in application.supplement_requests.all() if one.answered_at is None)
    return any(section in one.sections for one in asked)


def budget_faults(application: Any) -> list[Reason]:
    """Every reason, each at its field."""
    if not is_writing(application, Section.BUDGET):
        return []
    return [
        *half_counted(application),
        *foreign_costs(application),
        *in_kind(application),
        *without_origin(application),
        *(without_party(application) if application.call.confirmation_rule == ConfirmationRule.REQUIRED else ()),
    ]


def half_counted(application: Any) -> list[Reason]:
    """A cost type with a unit has a quantity and a price in every cell that has anything."""
    units = {one.pk: one for one in application.call.cost_types.all() if one.unit}
    found = []
    for line in application.cost_lines.all():
        cost_type = units.get(line.cost_type_id)
        if cost_type is None or (line.quantity is not None and line.price_sek is not None):
            continue
        name = cell_name(line.party_id, line.cost_type_id, line.year)
        what, field = price_words(cost_type.unit), "pris"
        if line.quantity is None:
            what, field = f"antal {cost_type.unit}", "antal"
        found.append(Reason(f"Skriv {what} för {cost_type.label.lower()} {line.year}.", f"budget#{field}-{name}"))
    return found


def cell_name(party_id: int | None, cost_type_id: int, year: int) -> str:
    """How the fields of a cell are named: "7-2027", and "p3-7-2027" for a party's."""
    return f"p{party_id}-{cost_type_id}-{year}" if party_id else f"{cost_type_id}-{year}"


def foreign_costs(application: Any) -> list[Reason]:
    """Only co-applicants have costs besides the applicant (DOMAIN 1.7)."""
    with_costs = {line.party_id for line in application.cost_lines.all() if line.amount_sek}
    return [
        Reason(
            f"{party.name[:60]} har kostnader i budgeten men är {party.get_kind_display().lower()}. Ändra rollen till "
            "samverkanspart, eller ta bort kostnaderna.",
            "budget#kostnader",
        )
        for party in application.parties.all()
        if party.pk in with_costs and party.kind != PartyKind.CO_APPLICANT
    ]


def in_kind(application: Any) -> list[Reason]:
    """In-kind cost is matched by equal in-kind financing (DOMAIN 1.10), in calls that have the cost type."""
    types = {one.pk for one in application.call.cost_types.all() if one.code == CostTypeCode.IN_KIND}
    if not types:
        return []
    cost = sum(line.amount_sek for line in application.cost_lines.all() if line.cost_type_id in types)
    given = [line for line in application.financing_lines.all() if line.form == FinancingForm.IN_KIND]
    financed = sum(line.amount_sek for line in given)
    if cost == financed:
        return []
    where = f"finansiar-{given[0].order}-amount_sek" if given else "finansiering"
    return [
        Reason(
            f"Bidrag i annat än pengar är {format_sek(cost)} bland kostnaderna och {format_sek(financed)} i finansieringen. "
            "Ändra så att de är lika.",
            f"budget#{where}",
        )
    ]


def without_origin(application: Any) -> list[Reason]:
    """Another public body's money says which appropriation it comes from, or that it is not known (DOMAIN 1.5)."""
    return [
        Reason(
            f"Välj vilket anslag pengarna från {line.financier[:60]} kommer från. Välj Vet ej om ni inte vet.",
            f"budget#finansiar-{line.order}-appropriation",
        )
        for line in application.financing_lines.all()
        if line.kind == FinancingKind.PUBLIC and line.form == FinancingForm.CASH and not line.appropriation
    ]


def without_party(application: Any) -> list[Reason]:
    """Financiers that are no party: nobody confirms their money, since a party is known in the financing by its name (DOMAIN 1.7)."""
    names = {party.name.casefold() for party in application.parties.all()} | {application.applicant.name.casefold()}
    return [
        Reason(
            f"{line.financier[:60]} ger {format_sek(line.amount_sek)} men är inte part och kan inte bekräfta det. Lägg till den under "
            "Sökande och parter, eller skriv namnet som det står där.",
            f"budget#finansiar-{line.order}-financier",
        )
        for line in application.financing_lines.all()
        if line.kind != FinancingKind.OWN and line.amount_sek and line.financier.casefold() not in names
    ]


def without_money(application: Any) -> list[str]:
    """Co-financiers that the financing does not name."""
    named = {line.financier.casefold() for line in application.financing_lines.all() if line.amount_sek}
    return [
        f"{party.name[:60]} är medfinansiär men har inget belopp i finansieringen. Lägg till det, eller ändra rollen."
        for party in application.parties.all()
        if party.kind == PartyKind.CO_FINANCIER and party.name.casefold() not in named
    ]
