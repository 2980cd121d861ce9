"""Indicators: what is measured, in which unit, where it stands today and where it shall stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calls.questions.rows import Column, RowsKind

COLUMNS = [
    Column("name", "Indikator", most=200, lines=1),
    Column("unit", "Enhet", most=60, lines=1),
    Column("baseline", "Utgångsvärde", "number"),
    Column("target", "Målvärde", "number"),
]


class Indicators(RowsKind):
    code = "indicators"
    one, many = "indikator", "indikatorer"

    def columns(self, settings: Mapping[str, Any]) -> list[Column]:
        return COLUMNS
