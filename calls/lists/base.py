"""How a list of a call is kept: as plain rows on the page, as rows that others may point at in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import ProtectedError

from calls.models import Call
from grants.core.exceptions import Blocked, Reason

Row = dict[str, Any]


@dataclass(frozen=True)
class RowList:
    """One list: its label, how it is read and written, and a row in words."""

    label: str
    read: Callable[[Call], list[Row]]
    write: Callable[[Call, Sequence[Row]], None]
    line: Callable[[Row], str]


def sync(
    call: Call, held: Any, wanted: Sequence[tuple[Any, Row]], key_of: Callable[[Any], Any], used: Reason
) -> dict[Any, Any]:
    """Make the rows what is wanted; returns them by key. Those with a known key are changed in place, so that what points
    at them still does. ``used``: why a row that something points at cannot go; raises Blocked with it.
    """
    model: type[models.Model] = held.model
    rows = {key_of(row): row for row in held.all()}
    keys = {key for key, _ in wanted}
    remove(held, [row.pk for key, row in rows.items() if key not in keys], used)
    changed, names, new = [], set(), {}
    for key, values in wanted:
        row = rows.get(key)
        if row is None:
            new[key] = model(call=call, **values)
            continue
        different = {name for name, value in values.items() if getattr(row, name) != value}
        for name in different:
            setattr(row, name, values[name])
        if different:
            changed.append(row)
            names |= different
    if changed:
        held.bulk_update(changed, sorted(names))
    held.bulk_create(list(new.values()))
    return {key: rows.get(key) or new[key] for key in keys}


def remove(held: Any, keys: list[Any], used: Reason) -> None:
    """Take rows away; Blocked with ``used`` when something points at one of them."""
    if not keys:
        return
    try:
        held.filter(pk__in=keys).delete()
    except ProtectedError:
        raise Blocked([used]) from None
