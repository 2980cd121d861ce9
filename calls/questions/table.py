"""A table with the call manager's own columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions import parsing
from calls.questions.base import Fault
from calls.questions.fields import RawField, choice
from calls.questions.rows import Column, RowsKind

COLUMN_KINDS = [
    ("text", "Text"),
    ("number", "Tal"),
    ("amount", "Belopp i kronor"),
    ("date", "Datum"),
    ("yes_no", "Ja eller nej"),
]
MOST_COLUMNS = 8


class Table(RowsKind):
    code = "table"

    def columns(self, settings: Mapping[str, Any]) -> list[Column]:
        return [Column(one["key"], one["label"], one["kind"]) for one in settings.get("columns") or ()] or [
            Column("k1", "Svar")
        ]

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for number in range(1, MOST_COLUMNS + 1):
            found[f"column_{number}"] = RawField(
                label=f"Kolumn {number}, rubrik",
                help_text="Kolumner utan rubrik tas inte med." if number == 1 else "",
            )
            found[f"column_{number}_kind"] = choice(f"Kolumn {number}, innehåll", COLUMN_KINDS)
        return {**found, **super().settings_fields(settings)}

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        found = super().settings_initial(settings)
        for number, one in enumerate(settings.get("columns") or (), 1):
            found |= {f"column_{number}": one["label"], f"column_{number}_kind": one["kind"]}
        return found

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        settings, faults = super().check_settings(raw, before)
        held = {one["label"]: one["key"] for one in before.get("columns") or ()}
        highest = int(before.get("last_key") or 0)
        columns: list[dict[str, str]] = []
        for number in range(1, MOST_COLUMNS + 1):
            name = f"column_{number}"
            try:
                label = parsing.limited(raw.get(name), "Kolumnens rubrik", 100, one_line=True)
            except ValueError as fault:
                faults.append((str(fault), name))
                continue
            kind = raw.get(f"{name}_kind") or "text"
            if not label:
                continue
            if kind not in dict(COLUMN_KINDS):
                faults.append(("Välj kolumnens innehåll ur listan.", f"{name}_kind"))
            elif label.casefold() in {one["label"].casefold() for one in columns}:
                faults.append(("Två kolumner har samma rubrik. Byt den ena.", name))
            else:
                if label not in held:
                    highest += 1
                columns.append({"key": held.get(label) or f"k{highest}", "label": label, "kind": kind})
        if not columns and not faults:
            faults.append(("Skriv rubriken på minst en kolumn.", "column_1"))
        return {**settings, "columns": columns, "last_key": highest}, faults
