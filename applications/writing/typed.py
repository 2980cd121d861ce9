"""What was typed and cannot be stored as it stands: kept on the application by page and field until it can, and never sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from applications.writing.values import Values
from grants.core.exceptions import Blocked, Reason
from grants.core.text import clean_text
from grants.core.time import now

MOST_KEPT = 200_000
"""Characters that an application keeps of it."""
FULL = "Det finns för mycket text som inte är sparad som svar. Rätta det som är markerat innan du skriver mer."


@dataclass(frozen=True)
class Typed:
    """One field's text, and why it is no answer yet."""

    values: Values
    faults: tuple[str, ...]


def kept_on(row: Any, page: str) -> dict[str, Typed]:
    """What is kept of a page, by field."""
    return {
        name: Typed(tuple(one["values"]), tuple(one["faults"])) for name, one in (row.typed.get(page) or {}).items()
    }


def with_typed(
    row: Any, page: str, name: str, values: Iterable[str], faults: Iterable[str], *, label: str, by: Any
) -> dict[str, Any]:
    """The same with one text more, to be set on the row. ``label``: what the field is called. Raises Blocked when it is too much."""
    one = {
        "label": label,
        "values": [clean_text(value) for value in values],
        "faults": list(faults),
        "by": str(by.pk),
        "at": now().isoformat(),
    }
    found = {**row.typed, page: {**row.typed.get(page, {}), name: one}}
    if sum(len(text) for fields in found.values() for held in fields.values() for text in held["values"]) > MOST_KEPT:
        raise Blocked(FULL)
    return found


def without(row: Any, page: str, names: Iterable[str] | None = None) -> dict[str, Any]:
    """The same without these fields of the page; without all of it when no names are given."""
    gone = None if names is None else set(names)
    left = {name: one for name, one in row.typed.get(page, {}).items() if gone is not None and name not in gone}
    return {**{key: held for key, held in row.typed.items() if key != page}, **({page: left} if left else {})}


def unsaved(row: Any, page: str) -> list[Reason]:
    """What stands in the way of sending the application in: a page that holds something else than what would be sent."""
    return [
        Reason(
            f"Det som står i ”{one['label']}” är inte sparat som svar än. Rätta det och spara sidan.", f"{page}#{name}"
        )
        for name, one in row.typed.get(page, {}).items()
    ]
