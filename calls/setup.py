"""The whole set-up page as one thing: its forms filled from a call or from what was typed, and read back as the action's data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from calls.actions import FIELDS
from calls.enums import CallKind, CostTypeCode
from calls.forms import AreaForm, CallForm, CostTypeForm, CriterionForm, RowForm, Rows, YearForm, as_typed
from calls.models import Call, percent_words
from grants.core.money import NBSP, format_sek
from grants.core.time import format_instant
from grants.strategy.models import StrategicArea

SECTIONS = {"years": "#ar", "cost_types": "#kostnadsslag", "areas": "#omraden", "criteria": "#kriterier"}
"""Where a reason about a list leads on the page."""
LIST_LABELS = {
    "years": "Budget per år",
    "cost_types": "Kostnadsslag",
    "areas": "Strategiska områden",
    "criteria": "Bedömningskriterier",
}


class CallSetup:
    """Forms of the page. ``call`` is None for a new one; ``data`` is what was posted.

    ``check=False``: show what was posted again (a row was asked for), without telling what is wrong yet.
    """

    def __init__(self, call: Call | None, data: QueryDict | None = None, *, check: bool = True):
        self.call = call
        blank = 1 if call else 3
        self.form = self._fixed(data, check)
        self.years = Rows(YearForm, "ar", row_name="År, rad", data=data, check=check, initial=_years(call), blank=blank)
        self.criteria = Rows(
            CriterionForm,
            "kriterium",
            row_name="Kriterium",
            data=data,
            check=check,
            initial=_criteria(call),
            blank=blank,
        )
        self.cost_types = [
            (code, _ticked(CostTypeForm, f"kostnad-{code.value}", code.label, row, data, check))
            for code, row in _cost_types(call)
        ]
        self.areas = [
            (area, _ticked(AreaForm, f"omrade-{area.code}", area.label_sv, row, data, check))
            for area, row in _areas(call)
        ]
        self.section_reasons: dict[str, list[str]] = {}
        self.reasons: list[str] = []

    def _fixed(self, data: QueryDict | None, check: bool) -> CallForm:
        initial: dict[str, Any] = {"assessors_needed": 1}
        if data is not None and not check:
            initial = as_typed(CallForm, data)
        elif self.call is not None:
            initial = {name: getattr(self.call, name) for name in FIELDS}
        form = CallForm(data if check else None, initial=initial, use_required_attribute=False)
        if self.call is not None:
            del form.fields["code"]
        return form

    @property
    def forms(self) -> list[Any]:
        """Every form in the order of the page; the error summary reads this as a form set."""
        cost_types = [form for _, form in self.cost_types]
        return [self.form, *self.years.forms, *cost_types, *[form for _, form in self.areas], *self.criteria.forms]

    def non_form_errors(self) -> list[str]:
        """Nothing: reasons about the whole stand in ``reasons``."""
        return []

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms if form.is_bound)

    def add_reasons(self, reasons: Iterable[str]) -> None:
        """Put an action's reasons at the field or section that they point at."""
        for reason in self.form.add_reasons(reasons):
            self.reasons.append(reason)
            self.section_reasons.setdefault(getattr(reason, "where", ""), []).append(reason)

    def cleaned(self) -> dict[str, Any]:
        """The data of create_call and save_call. Only after ``is_valid``."""
        return {
            **self.form.cleaned_data,
            "years": sorted(self.years.cleaned, key=lambda row: row["year"]),
            "cost_types": [
                {**form.cleaned_data, "code": code} for code, form in self.cost_types if form.cleaned_data.get("chosen")
            ],
            "areas": [
                {"area": area, "budget_sek": form.cleaned_data.get("budget_sek")}
                for area, form in self.areas
                if form.cleaned_data.get("chosen")
            ],
            "criteria": self.criteria.cleaned,
        }

    def differences(self) -> list[tuple[str, str, str]]:
        """Label, saved text and typed text of everything that differs from the saved call, for a stale tab."""
        assert self.call is not None
        typed = self.cleaned()
        found = []
        for name, field in self.form.fields.items():
            saved, mine = words(name, getattr(self.call, name)), words(name, typed.get(name))
            if saved != mine:
                found.append((str(field.label), saved, mine))
        saved_lists, mine_lists = list_words(saved_data(self.call)), list_words(typed)
        found += [
            (label, saved_lists[key], mine_lists[key])
            for key, label in LIST_LABELS.items()
            if saved_lists[key] != mine_lists[key]
        ]
        return found


def words(name: str, value: Any) -> str:
    """A field's value as a page shows it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, dt.datetime):
        return format_instant(value)
    if name == "kind":
        return CallKind(value).label
    return format_sek(value) if name.endswith("_sek") else str(value)


def saved_data(call: Call) -> dict[str, Any]:
    """The lists of a saved call in the shape of ``cleaned``."""
    return {
        "years": _years(call),
        "cost_types": [
            {
                "code": row.code,
                "label": row.label,
                "help_text": row.help_text,
                "flat_rate_percent": row.flat_rate_percent,
            }
            for row in call.cost_types.all()
        ],
        "areas": [{"area": row.area, "budget_sek": row.budget_sek} for row in call.areas.select_related("area")],
        "criteria": _criteria(call),
    }


def list_words(data: dict[str, Any]) -> dict[str, str]:
    """Each list as text, one row a line."""
    return {
        "years": _lines(f"{row['year']}: {format_sek(row['budget_sek'])}" for row in data["years"]),
        "cost_types": _lines(
            (row.get("label") or CostTypeCode(row["code"]).label)
            + (f", {percent_words(row['flat_rate_percent'])}" if row.get("flat_rate_percent") else "")
            for row in data["cost_types"]
        ),
        "areas": _lines(
            str(row["area"]) + (f": {format_sek(row['budget_sek'])}" if row.get("budget_sek") else "")
            for row in data["areas"]
        ),
        "criteria": _lines(f"{row['title']}: {row['weight_percent']}{NBSP}%" for row in data["criteria"]),
    }


def _lines(rows: Iterable[str]) -> str:
    return "\n".join(rows) or "–"


def _years(call: Call | None) -> list[dict[str, Any]]:
    return [{"year": row.year, "budget_sek": row.budget_sek} for row in call.year_budgets.all()] if call else []


def _criteria(call: Call | None) -> list[dict[str, Any]]:
    names = ("title", "guidance", "weight_percent", "max_points")
    return [{name: getattr(row, name) for name in names} for row in call.criteria.all()] if call else []


def _cost_types(call: Call | None) -> list[tuple[CostTypeCode, dict[str, Any]]]:
    """Every code with its initial values; ticked where the call allows it."""
    held = {row.code: row for row in call.cost_types.all()} if call else {}
    found: list[tuple[CostTypeCode, dict[str, Any]]] = []
    for code in CostTypeCode:
        row = held.get(code.value)
        initial: dict[str, Any] = {"label": code.label}
        if row is not None:
            initial = {
                "chosen": True,
                **{name: getattr(row, name) for name in ("label", "help_text", "flat_rate_percent")},
            }
        found.append((code, initial))
    return found


def _areas(call: Call | None) -> list[tuple[StrategicArea, dict[str, Any]]]:
    """Every area in use with its initial values; ticked where the call concerns it."""
    held = {row.area_id: row for row in call.areas.all()} if call else {}
    return [
        (area, {"chosen": True, "budget_sek": held[area.pk].budget_sek} if area.pk in held else {})
        for area in StrategicArea.objects.current().order_by("order")
    ]


def _ticked(
    form_class: type[RowForm], prefix: str, label: str, initial: dict[str, Any], data: QueryDict | None, check: bool
) -> RowForm:
    """A row that is there when its box is ticked."""
    if data is not None and not check:
        initial = as_typed(form_class, data, prefix)
    form = form_class(data if check else None, prefix=prefix, initial=initial, use_required_attribute=False)
    form.fields["chosen"].label = form.row_name = label
    return form
