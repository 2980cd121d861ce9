"""The lists of a call by name: read as plain rows, written back without breaking what points at them, told in words."""

from __future__ import annotations

from collections.abc import Iterable

from calls.lists import judging, money, scope
from calls.lists.base import Row, RowList

__all__ = ["LISTS", "Row", "RowList", "in_words"]

LISTS: dict[str, RowList] = {**scope.LISTS, **money.LISTS, **judging.LISTS}


def in_words(name: str, rows: Iterable[Row]) -> str:
    """A whole list as text, one row a line; "" when it is empty."""
    return "\n".join(LISTS[name].line(row) for row in rows)
