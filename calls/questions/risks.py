"""A table of risks: how likely, how bad, the value that follows, and what is done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calls.questions.rows import Column, RowsKind

COLUMNS = [
    Column("risk", "Risk"),
    Column("likelihood", "Sannolikhet 1–5", "scale"),
    Column("consequence", "Konsekvens 1–5", "scale"),
    Column("measure", "Åtgärd"),
]


class Risks(RowsKind):
    code = "risks"
    one, many = "risk", "risker"

    def columns(self, settings: Mapping[str, Any]) -> list[Column]:
        return COLUMNS

    def head(self, settings: Mapping[str, Any]) -> list[str]:
        return ["Risk", "Sannolikhet", "Konsekvens", "Riskvärde", "Åtgärd"]

    def cells(self, settings: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
        risk, likelihood, consequence, measure = super().cells(settings, row)
        return [risk, likelihood, consequence, str(value_of(row) or ""), measure]

    def numeric(self, settings: Mapping[str, Any]) -> list[int]:
        return [1, 2, 3]

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        return [*super().limits(settings), "Riskvärdet är sannolikheten gånger konsekvensen och räknas ut åt er."]

    def context(self, question: Any, bound: Mapping[str, Any], around: Any) -> dict[str, Any]:
        found = super().context(question, bound, around)
        answer = around.answers.get(question.code)
        values = [value_of(row) for row in answer] if isinstance(answer, list) else []
        return {**found, "results": {number: f"Riskvärde {value}" for number, value in enumerate(values, 1) if value}}


def value_of(row: Mapping[str, Any]) -> int | None:
    """Likelihood times consequence, computed and never stored; None while either is missing."""
    likelihood, consequence = row.get("likelihood"), row.get("consequence")
    return likelihood * consequence if isinstance(likelihood, int) and isinstance(consequence, int) else None
