"""Projects of the two earlier planning calls, as the agency's own pages told them: facts with a source, no rows of this service.

They were granted before the service existed, so there is no case, decision or register number to show. Of most the source gives
neither title nor amount; what is unknown stays empty.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass

from grants.strategy.loader import DATA_DIR

PILOTS_CALL = "Tillväxtskapande samhällsplanering 2018"
PLANNING_CALL = "Stärk den regionala planeringen (2020)"
"""The only call of awarded_projects_other.csv that is about planning; the others are about other kinds of money."""


@dataclass(frozen=True)
class Earlier:
    """One earlier project; an empty text or None is unknown."""

    call: str
    title: str
    beneficiary: str
    county_code: str
    theme: str
    granted_sek: int | None
    total_sek: int | None
    start: str
    end: str
    source_url: str


@functools.cache
def projects() -> tuple[Earlier, ...]:
    """In the order of the files: the pilots of 2018, then the planning projects of 2020."""
    pilots = [_read(row, PILOTS_CALL) for row in _rows("pilots_2018_2020.csv")]
    others = [_read(row, row["call"]) for row in _rows("awarded_projects_other.csv") if row["call"] == PLANNING_CALL]
    return tuple(pilots + others)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read(row: dict[str, str], call: str) -> Earlier:
    return Earlier(
        call=call,
        title=row["title"],
        beneficiary=row["beneficiary"],
        county_code=row["county_code"],
        theme=row.get("theme", ""),
        granted_sek=int(row["granted_sek"]) if row["granted_sek"] else None,
        total_sek=int(row["total_budget_sek"]) if row["total_budget_sek"] else None,
        start=row["start"],
        end=row["end"],
        source_url=row["source_url"],
    )
