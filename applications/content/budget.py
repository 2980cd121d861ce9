"""Costs and financing, in whole kronor."""

from __future__ import annotations

from typing import Any

from applications.budget import (
    Amounts,
    amounts_of,
    bearers_of,
    budget_years,
    lines_of,
    sums,
    together,
    years_with_costs,
)
from applications.enums import FinancingForm, Section
from applications.models import Application, CostLine, FinancingLine
from grants.core.money import format_quantity, group


def budget_blocks(row: Application) -> list[dict[str, Any]]:
    """All costs together, then each party's where parties have their own, what was counted, and the financing."""
    lines = lines_of(row)
    years = sorted({*budget_years(row), *years_with_costs(lines)})
    bearers = bearers_of(row) if any(party for party, _, _ in lines) else []
    own = [(one.name, amounts) for one in bearers if (amounts := amounts_of(lines, one.key))]
    return [
        costs_block(row, "Kostnader", "Kostnader per kostnadsslag och år, kronor", years, together(lines)),
        *(
            costs_block(
                row, f"Kostnader för {name}", f"Kostnader för {name} per kostnadsslag och år, kronor", years, held
            )
            for name, held in own
        ),
        *counted_blocks(row),
        financing_block(row),
    ]


def costs_block(row: Application, heading: str, caption: str, years: list[int], lines: Amounts) -> dict[str, Any]:
    """A table of the call's cost types by year, with sums."""
    per_type, per_year, total = sums(lines)
    return {
        "section": Section.BUDGET.value,
        "heading": heading,
        "table": {
            "caption": caption,
            "head": ["Kostnadsslag", *(str(year) for year in years), "Summa"],
            "rows": [
                *(
                    [
                        cost_type.label,
                        *(group(lines.get((cost_type.pk, year), 0)) for year in years),
                        group(per_type.get(cost_type.pk, 0)),
                    ]
                    for cost_type in row.call.cost_types.all()
                ),
                ["Summa kostnader", *(group(per_year.get(year, 0)) for year in years), group(total)],
            ],
            "numeric": list(range(1, len(years) + 2)),
        },
    }


def counted_blocks(row: Application) -> list[dict[str, Any]]:
    """What the costs were counted from, where the call asks for quantity and price."""
    held = [line for line in row.cost_lines.all() if line.quantity is not None or line.price_sek is not None]
    if not held:
        return []
    return [
        {
            "section": Section.BUDGET.value,
            "heading": "Så är kostnaderna räknade",
            "table": {
                "caption": "Antal och pris per enhet",
                "head": ["Kostnadsslag", "Part", "År", "Antal", "Enhet", "Kronor per enhet", "Kronor"],
                "rows": [
                    [
                        line.cost_type.label,
                        line.party.name if line.party else row.applicant.name,
                        str(line.year),
                        "" if line.quantity is None else format_quantity(line.quantity),
                        line.cost_type.unit,
                        "" if line.price_sek is None else group(line.price_sek),
                        group(line.amount_sek),
                    ]
                    for line in held
                ],
                "numeric": [3, 5, 6],
            },
        }
    ]


def financing_block(row: Application) -> dict[str, Any]:
    return {
        "section": Section.BUDGET.value,
        "heading": "Finansiering",
        "table": {
            "caption": "Finansiering, kronor",
            "head": ["Finansiär", "Slag", "Belopp"],
            "rows": [
                *([line.financier, kind_words(line), group(line.amount_sek)] for line in row.financing_lines.all()),
                ["Stöd ni söker", row.call.authority.name, group(row.applied_sek)],
                ["Summa finansiering", "", group(row.financed_sek + row.applied_sek)],
            ],
            "numeric": [2],
        },
    }


def kind_words(line: FinancingLine) -> str:
    """ "Annan offentlig finansiering, anslag: regional tillväxt": the kind, the form unless it is money, the appropriation."""
    form = "" if line.form == FinancingForm.CASH else f", {line.get_form_display().lower()}"
    origin = f", anslag: {line.get_appropriation_display().lower()}" if line.appropriation else ""
    return f"{line.get_kind_display()}{form}{origin}"


def budget_data(row: Application) -> dict[str, Any]:
    """Each amount by itself, and the three sums."""
    return {
        "costs": [cost_data(line) for line in row.cost_lines.all()],
        "financing": [
            {
                "kind": line.kind,
                "financier": line.financier,
                "form": line.form,
                "amount_sek": line.amount_sek,
                **({"appropriation": line.appropriation} if line.appropriation else {}),
            }
            for line in row.financing_lines.all()
        ],
        "total_cost_sek": row.total_cost_sek,
        "financed_sek": row.financed_sek,
        "applied_sek": row.applied_sek,
    }


def cost_data(line: CostLine) -> dict[str, Any]:
    """One line; whose it is and what it was counted from only where they are given."""
    return {
        "cost_type": line.cost_type.code,
        "year": line.year,
        "amount_sek": line.amount_sek,
        **({"party": line.party.name} if line.party else {}),
        **({"quantity": str(line.quantity)} if line.quantity is not None else {}),
        **({"price_sek": line.price_sek} if line.price_sek is not None else {}),
    }
