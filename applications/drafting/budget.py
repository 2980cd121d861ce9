"""Costs and financing."""

from __future__ import annotations

from typing import Any

from applications import rules
from applications.blockers import form_reasons
from applications.budget import budget_years, sums, with_flat_rates
from applications.drafting.opening import kept_when_sent, opened, saved, stop_if
from applications.enums import FinancingForm, FinancingKind, Section, State
from applications.models import (
    Application,
    CostLine,
    FinancingLine,
)
from calls.rates import rates_of
from grants.core import events
from grants.core.exceptions import Reason
from grants.core.held import whole
from grants.core.money import MAX_SEK, format_sek
from grants.core.text import clean_name, too_long
from grants.core.workflow import lock

MAX_FINANCIERS = 100


@whole
def save_budget(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """Cost lines, financing and the amount applied for. Flat-rate lines are computed here, never taken from ``data``."""
    row = opened(application, Section.BUDGET, by=by, version=version)
    own = {cost_type.pk for cost_type in row.call.cost_types.all()}
    years = set(budget_years(row))
    if any(line["year"] not in years for line in data.get("costs") or []):
        years |= set(row.cost_lines.values_list("year", flat=True))
    typed: dict[tuple[int, int], int] = {}
    reasons: list[Any] = []
    for line in data.get("costs") or []:
        key = (line["cost_type"].pk, line["year"])
        if key[0] not in own or key[1] not in years or key in typed:
            stop_if([Reason("Skriv kostnader bara för utlysningens kostnadsslag och projektets år.", "kostnader")])
        typed[key] = line["amount_sek"] or 0
    lines = [
        FinancingLine(
            application=row,
            order=order,
            kind=given.get("kind"),
            financier=clean_name(given.get("financier") or ""),
            form=given.get("form") or FinancingForm.CASH,
            amount_sek=given.get("amount_sek") or 0,
        )
        for order, given in enumerate(data.get("financing") or [])
    ]
    applied_sek = data.get("applied_sek") or 0
    amounts = [*typed.values(), applied_sek, *(line.amount_sek for line in lines)]
    if any(not 0 <= amount <= MAX_SEK for amount in amounts):
        reasons.append(Reason(f"Skriv belopp mellan 0 och {format_sek(MAX_SEK)}.", "kostnader"))
    reasons += kept_when_sent(row, applied_sek, "Skriv hur mycket stöd ni söker.", "applied_sek")
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
        reasons += too_long(f"Namnet på finansiär {line.order + 1}", line.financier, 200, f"{where}financier")
    stop_if(reasons)
    write_costs(row, typed)
    row.financing_lines.all().delete()
    FinancingLine.objects.bulk_create(lines)
    row.applied_sek, row.financed_sek = applied_sek, sum(line.amount_sek for line in lines)
    return saved(row)


def write_costs(row: Application, typed: dict[tuple[int, int], int]) -> None:
    """Store the typed lines and the computed ones, and their sum on the row."""
    amounts = with_flat_rates(typed, rates_of(row.call), row.start_on)
    row.cost_lines.all().delete()
    CostLine.objects.bulk_create(
        [
            CostLine(application=row, cost_type_id=pk, year=year, amount_sek=amount)
            for (pk, year), amount in sorted(amounts.items())
            if amount
        ]
    )
    row.total_cost_sek = sums(amounts)[2]


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


def stored_costs(row: Application) -> dict[tuple[int, int], int]:
    """The saved cost lines by cost type and year; of a budget without costs none, unasked."""
    if not row.total_cost_sek:
        return {}
    return {(line.cost_type_id, line.year): line.amount_sek for line in row.cost_lines.all()}


def has_other_rates(row: Application, held: dict[tuple[int, int], int]) -> bool:
    """Whether the rates that hold now, with the project's start as it is now, give other flat-rate lines than the stored."""
    if not held:
        return False
    amounts = with_flat_rates(held, rates_of(row.call), row.start_on)
    return {key: amount for key, amount in amounts.items() if amount} != held


@whole
def follow_rates(application: Application, *, by: Any) -> bool:
    """Bring a draft's budget to the flat rates that its call has now; True when it changed. What has come in keeps its budget."""
    if application.state != State.DRAFT or not has_other_rates(application, stored_costs(application)):
        return False
    row = lock(application)
    if row.state != State.DRAFT or not rules.may_edit(row, by):
        return False
    if not recompute(row, by, "Utlysningens schabloner har ändrats."):
        return False
    saved(row)
    return True


@whole
def recalculate(application: Application) -> Application:
    """Compute flat rates and sums anew from the stored lines, and the region from the applicant. Returns the saved row."""
    row = lock(application)
    typed = {(line.cost_type_id, line.year): line.amount_sek for line in row.cost_lines.all()}
    write_costs(row, typed)
    row.financed_sek = sum(line.amount_sek for line in row.financing_lines.all())
    region = row.applicant.region
    row.region, row.contact_area = region, region.contact_area if region else None
    row.save()
    return row
