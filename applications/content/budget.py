"""Costs and financing, in whole kronor."""

from __future__ import annotations

from typing import Any

from applications.budget import budget_years, sums
from applications.enums import FinancingForm, Section
from applications.models import Application
from grants.core.money import group


def budget_blocks(row: Application) -> list[dict[str, Any]]:
    lines = {(line.cost_type_id, line.year): line.amount_sek for line in row.cost_lines.all()}
    per_type, per_year, total = sums(lines)
    years = sorted({*budget_years(row), *per_year})
    section = Section.BUDGET.value
    return [
        {
            "section": section,
            "heading": "Kostnader",
            "table": {
                "caption": "Kostnader per kostnadsslag och år, kronor",
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
        },
        {
            "section": section,
            "heading": "Finansiering",
            "table": {
                "caption": "Finansiering, kronor",
                "head": ["Finansiär", "Slag", "Belopp"],
                "rows": [
                    *(
                        [
                            line.financier,
                            line.get_kind_display()
                            + ("" if line.form == FinancingForm.CASH else f", {line.get_form_display().lower()}"),
                            group(line.amount_sek),
                        ]
                        for line in row.financing_lines.all()
                    ),
                    ["Stöd ni söker", row.call.authority.name, group(row.applied_sek)],
                    ["Summa finansiering", "", group(row.financed_sek + row.applied_sek)],
                ],
                "numeric": [2],
            },
        },
    ]


def budget_data(row: Application) -> dict[str, Any]:
    """Each amount by itself, and the three sums."""
    return {
        "costs": [
            {"cost_type": line.cost_type.code, "year": line.year, "amount_sek": line.amount_sek}
            for line in row.cost_lines.all()
        ],
        "financing": [
            {
                "kind": line.kind,
                "financier": line.financier,
                "form": line.form,
                "amount_sek": line.amount_sek,
            }
            for line in row.financing_lines.all()
        ],
        "total_cost_sek": row.total_cost_sek,
        "financed_sek": row.financed_sek,
        "applied_sek": row.applied_sek,
    }
