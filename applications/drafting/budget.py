"""Costs and financing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from applications import rules
from applications.blockers import form_reasons
from applications.budget import (
    APPLICANT,
    Cell,
    Lines,
    budget_years,
    counted,
    lines_of,
    sums,
    together,
    with_flat_lines,
)
from applications.drafting.opening import kept_when_sent, opened, saved, stop_if
from applications.enums import (
    PUBLIC_KINDS,
    Appropriation,
    FinancingForm,
    FinancingKind,
    PartyKind,
    Section,
    State,
)
from applications.models import (
    Application,
    CostLine,
    FinancingLine,
)
from calls.rates import rates_of
from grants.core import events
from grants.core.exceptions import Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.money import MAX_SEK, format_sek
from grants.core.rows import write_rows
from grants.core.text import clean_name, too_long

MAX_FINANCIERS = 100
MAX_QUANTITY = Decimal("99999999.99")


@whole
def save_budget(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """Cost lines, financing and the amount applied for. Flat-rate lines are computed here, never taken from ``data``.

    ``data["costs"]``: cost_type, year, and amount_sek or, where the cost type has a unit, quantity and price_sek; party: the
    key of the co-applicant whose cost it is, none for the applicant's.
    """
    row = opened(application, Section.BUDGET, by=by, version=version)
    typed, reasons = typed_lines(row, data.get("costs") or [])
    financing, faults = typed_financing(row, data.get("financing") or [])
    reasons += faults
    applied_sek = data.get("applied_sek") or 0
    amounts = [*(cell.amount_sek for cell in typed.values()), applied_sek, *(line.amount_sek for line in financing)]
    if any(not 0 <= amount <= MAX_SEK for amount in amounts):
        reasons.append(Reason(f"Skriv belopp mellan 0 och {format_sek(MAX_SEK)}.", "kostnader"))
    reasons += kept_when_sent(row, applied_sek, "Skriv hur mycket stöd ni söker.", "applied_sek")
    stop_if(reasons)
    write_costs(row, typed)
    write_rows(row, "financing_lines", financing, lambda line: line.order, as_read=True)
    row.applied_sek, row.financed_sek = applied_sek, sum(line.amount_sek for line in financing)
    return saved(row)


def typed_lines(row: Application, given: list[dict[str, Any]]) -> tuple[Lines, list[Any]]:
    """The cells that were typed. Raises Blocked for what no page offers: foreign cost types, years and parties."""
    types = {cost_type.pk: cost_type for cost_type in row.call.cost_types.all()}
    years = set(budget_years(row))
    parties = {APPLICANT}
    if any(line.get("party") or line["year"] not in years for line in given):  # else nothing that is held matters
        held = list(row.cost_lines.all())
        years |= {line.year for line in held}
        parties |= {line.party_id or APPLICANT for line in held}
        parties |= {one.pk for one in row.parties.all() if one.kind == PartyKind.CO_APPLICANT}
    typed: Lines = {}
    reasons: list[Any] = []
    for line in given:
        key = (line.get("party") or APPLICANT, line["cost_type"].pk, line["year"])
        if key[0] not in parties or key[1] not in types or key[2] not in years or key in typed:
            stop_if(
                [Reason("Skriv kostnader bara för utlysningens kostnadsslag, projektets år och parter.", "kostnader")]
            )
        quantity, price = line.get("quantity"), line.get("price_sek")
        if (quantity is not None and not 0 <= quantity <= MAX_QUANTITY) or (
            price is not None and not 0 <= price <= MAX_SEK
        ):
            reasons.append(Reason("Skriv antal och pris som inte är under noll eller orimligt stora.", "kostnader"))
        elif types[key[1]].unit and (quantity is not None or price is not None):
            typed[key] = Cell(counted(quantity, price), quantity, price)
        else:
            typed[key] = Cell(line.get("amount_sek") or 0)
    return typed, reasons


def typed_financing(row: Application, given: list[dict[str, Any]]) -> tuple[list[FinancingLine], list[Any]]:
    """The financiers that were typed, and what is wrong with them. Only public money has an appropriation."""
    lines = [
        FinancingLine(
            application=row,
            order=order,
            kind=one.get("kind") or "",
            financier=clean_name(one.get("financier") or ""),
            form=one.get("form") or FinancingForm.CASH,
            appropriation=(one.get("appropriation") or "") if may_have_appropriation(one) else "",
            amount_sek=one.get("amount_sek") or 0,
        )
        for order, one in enumerate(given)
    ]
    reasons: list[Any] = []
    if len(lines) > MAX_FINANCIERS:
        reasons.append(Reason(f"Lägg till högst {MAX_FINANCIERS} finansiärer.", "finansiering"))
    for line in lines:
        where = f"finansiar-{line.order}-"
        if not line.financier:
            reasons.append(Reason(f"Skriv vem finansiär {line.order + 1} är.", f"{where}financier"))
        if line.kind not in FinancingKind.values:
            reasons.append(Reason(f"Välj slag av finansiering för {line.financier[:60]}.", f"{where}kind"))
        if line.form not in FinancingForm.values:
            reasons.append(Reason(f"Välj i vilken form {line.financier[:60]} bidrar.", f"{where}form"))
        else:
            reasons += form_reasons(row.call, line, f"{where}form")
        if line.appropriation and line.appropriation not in Appropriation.values:
            reasons.append(Reason(f"Välj anslag för {line.financier[:60]} ur listan.", f"{where}appropriation"))
        reasons += too_long(f"Namnet på finansiär {line.order + 1}", line.financier, 200, f"{where}financier")
    return lines, reasons


def may_have_appropriation(given: dict[str, Any]) -> bool:
    """Public money, not work or things."""
    return given.get("kind") in PUBLIC_KINDS and (given.get("form") or FinancingForm.CASH) == FinancingForm.CASH


def write_costs(row: Application, typed: Lines) -> None:
    """Store the typed lines and the computed ones, and their sum on the row."""
    lines = with_flat_lines(typed, rates_of(row.call), row.start_on)
    types = {one.pk: one for one in row.call.cost_types.all()}
    parties = {one.pk: one for one in row.parties.all()} if any(party for party, _, _ in lines) else {}
    wanted = [
        CostLine(
            application=row,
            party=parties[party] if party else None,
            cost_type=types[cost_type],
            year=year,
            quantity=cell.quantity,
            price_sek=cell.price_sek,
            amount_sek=cell.amount_sek,
        )
        for (party, cost_type, year), cell in lines.items()
        if not cell.is_blank
    ]
    kinds, whose = list(types), [APPLICANT, *parties]
    wanted.sort(key=lambda one: (kinds.index(one.cost_type_id), one.year, whose.index(one.party_id or APPLICANT)))
    write_rows(row, "cost_lines", wanted, lambda line: (line.party_id, line.cost_type_id, line.year), as_read=True)
    row.total_cost_sek = sums(together(lines))[2]


def recompute(row: Application, by: Any, why: str) -> bool:
    """Compute the flat-rate lines of the locked row anew by the rates that hold now, with an event; False when they stand.

    ``why``: a sentence for the event. The caller saves the row. A try leaves no event.
    """
    held = stored_costs(row)
    if not has_other_rates(row, held):
        return False
    before = row.total_cost_sek
    write_costs(row, held)
    if not row.is_test:
        events.record(
            row,
            "budget_recomputed",
            by=by,
            label="Schablonerna i budgeten räknades om",
            reason=f"{why} Projektets kostnad var {format_sek(before)} och är nu {format_sek(row.total_cost_sek)}.",
            facts={"total_cost_sek_before": before, "total_cost_sek": row.total_cost_sek},
        )
    return True


def stored_costs(row: Application) -> Lines:
    """The saved cells; of a budget without costs none, unasked."""
    return lines_of(row) if row.total_cost_sek else {}


def has_other_rates(row: Application, held: Lines) -> bool:
    """Whether the rates that hold now, with the project's start as it is now, give other flat-rate lines than the stored."""
    if not held:
        return False
    lines = with_flat_lines(held, rates_of(row.call), row.start_on)
    return {key: cell for key, cell in lines.items() if not cell.is_blank} != held


@whole
def follow_rates(application: Application, *, by: Any) -> bool:
    """Bring a draft's budget to the flat rates that its call has now; True when it changed. What has come in keeps its budget."""
    if (
        application.state != State.DRAFT
        or application.supplement_id
        or not has_other_rates(application, stored_costs(application))
    ):
        return False
    row = lock(application)
    if row.state != State.DRAFT or row.supplement_id or not rules.may_edit(row, by):
        return False
    if not recompute(row, by, "Utlysningens schabloner har ändrats."):
        return False
    saved(row)
    return True


@whole
def recalculate(application: Application) -> Application:
    """Compute flat rates and sums anew from the stored lines, and the region from the applicant. Returns the saved row."""
    row = lock(application)
    write_costs(row, lines_of(row))
    row.financed_sek = sum(line.amount_sek for line in row.financing_lines.all())
    region = row.applicant.region
    row.region, row.contact_area = region, region.contact_area if region else None
    row.save()
    return row
