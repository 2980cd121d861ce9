"""Lists about money: budget years, cost types, flat rates."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from calls.enums import CostTypeCode
from calls.lists.base import Row, RowList, sync
from calls.models import Call, FlatRate, percent_words
from calls.rates import forget_rates
from grants.core.exceptions import Blocked, Reason
from grants.core.money import format_sek
from grants.core.text import clean_name
from grants.core.time import format_day


def _read_years(call: Call) -> list[Row]:
    rows = call.year_budgets.select_related("theme")
    return [{"year": row.year, "theme": row.theme, "budget_sek": row.budget_sek} for row in rows]


def _write_years(call: Call, rows: Sequence[Row]) -> None:
    """``used_sek`` is never written here; the database refuses a budget below it (INV-1), also when a decision came between."""
    wanted = []
    for row in rows:
        theme = row.get("theme")
        values = {"year": row["year"], "theme": theme, "budget_sek": row["budget_sek"]}
        wanted.append(((row["year"], theme.pk if theme else None), values))
    used = Reason("Pengar är beviljade för ett år som du tog bort. Låt året stå kvar.", "years")
    try:
        with transaction.atomic():
            sync(call, call.year_budgets, wanted, lambda row: (row.year, row.theme_id), used)
    except IntegrityError:
        raise Blocked(
            [Reason("Ett års budget är lägre än det som redan är beviljat. Höj den och spara igen.", "years")]
        ) from None


def _year_line(row: Row) -> str:
    theme = f", {row['theme']}" if row.get("theme") else ""
    return f"{row['year']}{theme}: {format_sek(row['budget_sek'])}"


def _read_cost_types(call: Call) -> list[Row]:
    names = ("code", "label", "help_text", "unit")
    return [{name: getattr(row, name) for name in names} for row in call.cost_types.all()]


def _write_cost_types(call: Call, rows: Sequence[Row]) -> None:
    wanted = [
        (
            str(row["code"]),
            {
                "code": str(row["code"]),
                "label": clean_name(row.get("label") or "") or CostTypeCode(row["code"]).label,
                "help_text": clean_name(row.get("help_text") or ""),
                "unit": clean_name(row.get("unit") or ""),
                "order": order,
            },
        )
        for order, row in enumerate(rows, 1)
    ]
    used = Reason("Ett kostnadsslag som du tog bort används i en ansökan. Låt det stå kvar.", "cost_types")
    sync(call, call.cost_types, wanted, lambda row: row.code, used)


def _read_flat_rates(call: Call) -> list[Row]:
    rows = FlatRate.objects.filter(cost_type__call=call).select_related("cost_type").prefetch_related("basis")
    return [
        {
            "cost_type": rate.cost_type.code,
            "percent": rate.percent,
            "basis": [basis.code for basis in sorted(rate.basis.all(), key=lambda basis: basis.order)],
            "valid_from": rate.valid_from,
            "valid_until": rate.valid_until,
        }
        for rate in rows.order_by("cost_type__order", "valid_from")
    ]


def _write_flat_rates(call: Call, rows: Sequence[Row]) -> None:
    """Rates are read when a budget is computed and nothing points at them: they are written anew."""
    types = {row.code: row for row in call.cost_types.all()}
    FlatRate.objects.filter(cost_type__call=call).delete()
    for row in rows:
        rate = FlatRate.objects.create(
            cost_type=types[str(row["cost_type"])],
            percent=row["percent"],
            valid_from=row["valid_from"],
            valid_until=row.get("valid_until"),
        )
        rate.basis.set([types[str(code)] for code in row["basis"]])
    forget_rates(call)


def _flat_rate_line(row: Row) -> str:
    basis = " och ".join(CostTypeCode(code).label.lower() for code in row["basis"])
    until = f" till och med {format_day(row['valid_until'])}" if row.get("valid_until") else ""
    label = CostTypeCode(row["cost_type"]).label
    return f"{label}: {percent_words(row['percent'])} av {basis}, från {format_day(row['valid_from'])}{until}"


def _cost_type_line(row: Row) -> str:
    label = row.get("label") or CostTypeCode(row["code"]).label
    counted = f", antal {row['unit']} gånger pris" if row.get("unit") else ""
    return f"{label}{counted}: {row['help_text']}" if row.get("help_text") else f"{label}{counted}"


LISTS = {
    "years": RowList("Budget per år", _read_years, _write_years, _year_line),
    "cost_types": RowList("Kostnadsslag", _read_cost_types, _write_cost_types, _cost_type_line),
    "flat_rates": RowList("Schabloner", _read_flat_rates, _write_flat_rates, _flat_rate_line),
}
