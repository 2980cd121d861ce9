"""The cost table: a cell for each cost type and year of the applicant and of each co-applicant, and the amount applied for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from applications.blockers_money import cell_name
from applications.budget import APPLICANT, Bearer, Cell, bearers_of, counted, lines_of
from applications.forms.base import DraftForm
from applications.models import Application
from calls.models import CostType
from calls.rates import rates_of
from calls.words import price_words
from grants.core.forms import NamedField, SekField
from grants.core.money import NBSP, format_quantity, parse_quantity

MOST_CELLS = 1_200
"""What a page can send of cells; those of further co-applicants are filled in through the workbook."""


@dataclass(frozen=True)
class Place:
    """One cell: whose, of what, when."""

    bearer: Bearer
    cost_type: CostType
    year: int

    @property
    def key(self) -> tuple[int, int, int]:
        return self.bearer.key, self.cost_type.pk, self.year

    @property
    def name(self) -> str:
        return cell_name(self.bearer.key, self.cost_type.pk, self.year)

    def label(self, several: bool) -> str:
        return f"{self.cost_type.label} {self.year}" + (f" för {self.bearer.name}" if several else "")

    def sentence(self, several: bool) -> str:
        what = self.cost_type.label.lower() + (f", {price_words(self.cost_type.unit)}" if self.cost_type.unit else "")
        whose = f" ({self.bearer.name})" if several else ""
        return f"Skriv {what} för {self.year}{whose} i hela kronor, till exempel 45{NBSP}000."


class BudgetForm(DraftForm):
    """One field per cell, two where the cost type is counted in a unit; flat rates are not typed."""

    applied_sek = SekField(label="Stöd ni söker", required=False)

    def __init__(self, *args: Any, application: Application, years: list[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.cost_types = list(application.call.cost_types.all())
        self.years = years
        self.rates = rates_of(application.call)
        self.held = lines_of(application)
        self.everyone = bearers_of(application)
        cells = sum(2 if one.unit else 1 for one in self.cost_types) * len(years)
        self.bearers = self.everyone[: max(1, MOST_CELLS // max(cells, 1))]
        self.fields["applied_sek"].widget.attrs["data-fin"] = "support"
        several = len(self.everyone) > 1
        for place in self.places():
            label = place.label(several)
            if place.cost_type.unit:
                self._add(f"antal-{place.name}", QuantityField(label, place.cost_type.unit), place, "quantity")
                price = f"{label}, {price_words(place.cost_type.unit)}"
                self._add(f"pris-{place.name}", CostField(price, place.sentence(several)), place, "price")
            else:
                self._add(cost_key(place), CostField(label, place.sentence(several)), place, "amount")

    def _add(self, name: str, field: NamedField, place: Place, what: str) -> None:
        field.widget.attrs |= {"data-row": str(place.cost_type.pk), "data-year": str(place.year), "data-cost": what}
        self.fields[name] = field

    @property
    def left_out(self) -> list[Bearer]:
        """Co-applicants whose cells do not fit on the page."""
        return self.everyone[len(self.bearers) :]

    def places(self) -> Iterator[Place]:
        """Every cell that is typed, party by party."""
        for bearer in self.bearers:
            for cost_type in self.cost_types:
                if cost_type.pk not in self.rates:
                    yield from (Place(bearer, cost_type, year) for year in self.years)

    def initial_cells(self) -> dict[str, Any]:
        """The stored cells as initial values of the fields."""
        found: dict[str, Any] = {}
        for place in self.places():
            cell = self.held.get(place.key)
            if cell is not None and place.cost_type.unit:
                found |= {f"antal-{place.name}": cell.quantity, f"pris-{place.name}": cell.price_sek}
            elif cell is not None:
                found[cost_key(place)] = cell.amount_sek
        return found

    def typed_cells(self) -> dict[tuple[int, int, int], Cell]:
        """The typed cells; those with a fault are left out. What does not fit on the page stays as it is stored."""
        data = self.cleaned_data
        shown = {bearer.key for bearer in self.bearers}
        found = {key: cell for key, cell in self.held.items() if key[0] not in shown}
        for place in self.places():
            held = self.held.get(place.key, Cell(0))
            if not place.cost_type.unit:
                if cost_key(place) in data:
                    found[place.key] = Cell(data[cost_key(place)] or 0)
            elif f"antal-{place.name}" in data and f"pris-{place.name}" in data:
                quantity, price = data[f"antal-{place.name}"], data[f"pris-{place.name}"]
                # An amount that nobody has counted yet (of an earlier application) is not thrown away unasked.
                kept = held.amount_sek if quantity is None and price is None and held.quantity is None else 0
                found[place.key] = Cell(kept or counted(quantity, price), quantity, price)
        return found

    def costs(self) -> list[dict[str, Any]]:
        """The typed cells as the action takes them."""
        types = {one.pk: one for one in self.cost_types}
        return [
            {
                "party": None if party == APPLICANT else party,
                "cost_type": types[cost_type],
                "year": year,
                "amount_sek": cell.amount_sek,
                "quantity": cell.quantity,
                "price_sek": cell.price_sek,
            }
            for (party, cost_type, year), cell in self.typed_cells().items()
            if cost_type in types and cost_type not in self.rates
        ]


class CostField(SekField):
    """One cell of the cost table; its fault names the year, since the table shows it beside the row's name."""

    def __init__(self, label: str, sentence: str):
        super().__init__(label=f"{label}, kronor", required=False)
        self.sentence = sentence
        self.widget.attrs |= {"aria-label": self.label}

    def to_python(self, value: Any) -> int | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as fault:
            if "för stort" in fault.messages[0]:
                raise  # that sentence names the cell by its label
            raise forms.ValidationError(self.sentence) from None


class QuantityField(NamedField):
    """A number of hours, months or pieces; cleaned to a Decimal or None."""

    def __init__(self, label: str, unit: str):
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(label=f"{label}, antal {unit}", required=False, widget=forms.TextInput(attrs=attrs))
        self.widget.attrs["aria-label"] = self.label

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return parse_quantity(str(value))
        except ValueError as fault:
            raise self.fault(fault) from None

    def prepare_value(self, value: Any) -> Any:
        from decimal import Decimal

        return format_quantity(value) if isinstance(value, Decimal) else value


def cost_key(place: Place) -> str:
    """The name of the cell's field."""
    return f"kostnad-{place.name}"
