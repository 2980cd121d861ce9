"""The budget's forms and its tables with their sums, computed here: what the script shows while one types is only a help."""

from __future__ import annotations

from typing import Any

from applications.blockers import balance_reasons, share_reasons
from applications.blockers_money import cell_name
from applications.budget import (
    Amounts,
    Bearer,
    Lines,
    amounts_of,
    budget_years,
    lines_of,
    sums,
    together,
    with_flat_lines,
    years_with_costs,
)
from applications.drafting import save_budget
from applications.forms import BudgetForm, FinancingRows
from applications.models import Application
from applications.views.bound_base import Bound, is_valid
from calls import applying
from calls.models import percent_words
from calls.rates import rate_for
from calls.words import price_words
from grants.core.money import percent_of
from grants.core.text import listed


def budget(application: Application, post: Any = None, blank: int = 0) -> Bound:
    lines = lines_of(application)
    years = sorted(
        {*budget_years(application), *years_with_costs(key for key, cell in lines.items() if not cell.is_blank)}
    )
    form = BudgetForm(post, application=application, years=years)
    form.initial = {"applied_sek": application.applied_sek or None, **form.initial_cells()}
    held: list[dict[str, Any]] = [
        {
            "financier": line.financier,
            "kind": line.kind,
            "form": line.form,
            "appropriation": line.appropriation,
            "amount_sek": line.amount_sek or None,
        }
        for line in application.financing_lines.all()
    ]
    first = [] if held else [{"financier": application.applicant.name}]
    rows: Any = FinancingRows(
        post,
        prefix="finansiar",
        initial=held + first + [{} for _ in range(blank)],
        form_kwargs={"allowed": applying.allowed_forms(application.call)},
    )
    bound = Bound(
        [form, rows],
        {"form": form, "rows": rows},
        save=save_budget,
        more=lambda: budget_context(application, form, rows, lines if post is None else None),
    )
    if post is not None and is_valid(bound.sources):
        bound.data = {
            "costs": form.costs(),
            "financing": rows.filled(),
            "applied_sek": form.cleaned_data["applied_sek"] or 0,
        }
    return bound


def budget_context(application: Application, form: BudgetForm, rows: Any, lines: Lines | None) -> dict[str, Any]:
    """The tables with their sums; ``lines`` None: from what was typed, faulty cells counted as nothing."""
    if lines is None:
        typed = form.typed_cells()
        financed = sum(row.cleaned_data.get("amount_sek") or 0 for row in rows.forms if hasattr(row, "cleaned_data"))
        applied = form.cleaned_data.get("applied_sek") or 0
    else:
        typed, financed, applied = lines, application.financed_sek, application.applied_sek
    found = with_flat_lines(typed, form.rates, application.start_on)
    words = {one.pk: flat_words(one, form, application.start_on) for one in form.cost_types}
    everything = together(found)
    total = sums(everything)[2]
    judged = Application(call=application.call, applied_sek=applied, total_cost_sek=total, financed_sek=financed)
    several = len(form.everyone) > 1
    return {
        "tables": [table_of(form, one, amounts_of(found, one.key), words) for one in form.bearers],
        "several": several,
        "left_out": form.left_out,
        "all_costs": sums_of(form, everything) if several else None,
        "years": form.years,
        "flat_labels": [one.label for one in form.cost_types if one.pk in form.rates],
        "total_sek": total,
        "offered_sek": applying.offered_sek(application.call, application.applicant_id),
        "financing_sek": financed + applied,
        "share_percent": percent_of(applied, total),
        "financiers": [application.applicant.name, *(party.name for party in application.parties.all())],
        "notes": notes_of(judged),
    }


def notes_of(application: Application) -> list[str]:
    """What the sums come to: what is wrong with balance and share, or that they are right; nothing while either sum is missing."""
    total, applied = application.total_cost_sek, application.applied_sek
    if not (total and applied):
        return []
    wrong = [*balance_reasons(total, application.financed_sek + applied), *share_reasons(application)]
    if wrong:
        return [str(reason) for reason in wrong]
    if application.call.largest_share_percent:
        return ["Finansieringen är lika stor som kostnaden, och stödet ni söker ligger inom gränsen."]
    return ["Finansieringen är lika stor som kostnaden."]


def sums_of(form: BudgetForm, amounts: Amounts) -> dict[str, Any]:
    """A table that is only read: each cost type by year, with sums."""
    per_type, per_year, total = sums(amounts)
    return {
        "rows": [
            {
                "cost_type": one,
                "cells": [(year, amounts.get((one.pk, year), 0)) for year in form.years],
                "sum_sek": per_type.get(one.pk, 0),
            }
            for one in form.cost_types
        ],
        "year_sums": [(year, per_year.get(year, 0)) for year in form.years],
        "total_sek": total,
    }


def table_of(form: BudgetForm, bearer: Bearer, amounts: Amounts, words: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """One party's table. A cost type that is counted has a row for the quantity, one for the price and one for the amount."""
    shown = sums_of(form, amounts)
    rows: list[dict[str, Any]] = []
    for row in shown["rows"]:
        cost_type = row["cost_type"]
        if cost_type.pk in form.rates:
            cells = [(year, None, amount) for year, amount in row["cells"]]
            rows.append({**row, **words[cost_type.pk], "kind": "flat", "cells": cells, "help": ""})
        elif cost_type.unit:
            for kind, name, label in (
                ("quantity", "antal", f"{cost_type.label}, antal {cost_type.unit}"),
                ("price", "pris", f"{cost_type.label}, {price_words(cost_type.unit)}"),
            ):
                rows.append(typed_row(form, bearer, row, kind, name, label))
            cells = [(year, None, amount) for year, amount in row["cells"]]
            rows.append({**row, "kind": "counted", "label": f"{cost_type.label}, kronor", "cells": cells})
        else:
            rows.append(typed_row(form, bearer, row, "amount", "kostnad", cost_type.label))
    return {**shown, "bearer": bearer, "rows": rows}


def typed_row(
    form: BudgetForm, bearer: Bearer, row: dict[str, Any], kind: str, prefix: str, label: str
) -> dict[str, Any]:
    """A row of fields, with the faults that stand beside its name."""
    cost_type = row["cost_type"]
    fields = [(year, form[f"{prefix}-{cell_name(bearer.key, cost_type.pk, year)}"]) for year in form.years]
    return {
        **row,
        "kind": kind,
        "label": label,
        "help": "" if kind == "price" else cost_type.help_text,
        "cells": [(year, field, None) for year, field in fields],
        "errors": [(field, text) for _, field in fields for text in field.errors],
    }


def flat_words(cost_type: Any, form: BudgetForm, start_on: Any) -> dict[str, Any]:
    """How a flat-rate line is computed, in words, and for the script that computes while one types.

    ``rate`` is empty where years differ: then only the server computes.
    """
    if cost_type.pk not in form.rates:
        return {}
    labels = {one.pk: one.label.lower() for one in form.cost_types}
    held = {year: rate_for(form.rates[cost_type.pk], year, start_on) for year in form.years}
    found = {year: (rate.percent, rate.basis) for year, rate in held.items() if rate}
    several = len(set(found.values())) > 1 or len(found) < len(form.years)
    said = [
        f"{percent_words(percent)} av {listed([labels[pk] for pk in sorted(basis)])}" + (f" {year}" if several else "")
        for year, (percent, basis) in found.items()
    ]
    percent, basis = next(iter(found.values()), (0, frozenset()))
    return {
        "label": cost_type.label,
        "rate_words": listed(list(dict.fromkeys(said))) or "ingen schablon gäller för åren",
        "rate": "" if several or not found else str(percent),
        "flat_of": " ".join(str(pk) for pk in sorted(basis)),
    }
