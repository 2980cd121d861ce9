"""Decisions for the tests of exports, and what a produced workbook holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from evaluation.enums import Outcome
from tests.builders import evaluation


def rejected_decision(**fields: Any) -> Any:
    return evaluation.dispatched_decision(outcome=Outcome.REJECTED, **fields)


def values(path: Path, sheet: str = "Beslut") -> list[tuple]:
    """Every row of a sheet as values, the head first."""
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def rows(path: Path) -> list[dict[str, Any]]:
    """The decisions of a workbook by heading."""
    head, *rest = values(path)
    return [dict(zip(head, row, strict=True)) for row in rest]


def about(path: Path) -> dict[str, Any]:
    """The facts of the sheet "Om uttaget", and each column with its source."""
    return {row[0]: row[1] for row in values(path, "Om uttaget") if row[0]}
