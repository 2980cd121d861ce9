"""The rows that point at one row, written again as a whole: what stands already is left alone.

A page sends all its rows, and mostly one of them has changed. A row that is the same keeps its key, and nothing is written
for it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from grants.core.known import clear, rows_of
from grants.core.together import hold

FEW = 2
"""So many statements, deleting all and inserting all, put any rows in the place of any others."""
MANY = 10
"""So many rows that have changed are written anew at less cost than changed in one statement."""


def write_rows(
    row: Any,
    name: str,
    wanted: Iterable[Any],
    key: Callable[[Any], Any],
    *,
    in_order: bool = False,
    as_read: bool = False,
) -> bool:
    """Let the rows that point at this one by ``name`` be the wanted, unsaved ones; those with the same key are the same row.

    At most two statements besides the reading. ``in_order``: the rows are read in the order in which they were inserted, and
    shall come in the order in which they are wanted. ``as_read``: the wanted rows come in the order in which they are read,
    with the rows that are joined to them, so that a row that holds them need not read them again. Returns whether anything was
    written. Raises TypeError for rows that others point at (grants.core.known.clear).
    """
    held, given = rows_of(row, name), list(wanted)
    was, will = {key(one): one for one in held}, {key(one): one for one in given}
    assert len(will) == len(given), f"Two of the {name} have the same key."
    new = [one for place, one in will.items() if place not in was]
    gone = [one for place, one in was.items() if place not in will]
    changed = {place: names for place, one in will.items() if place in was and (names := differing(was[place], one))}
    is_moved = in_order and list(will) != [*(place for place in was if place in will), *(key(one) for one in new)]
    if len(was) < len(held) or is_moved or len(changed) > MANY or bool(changed) + bool(new) + bool(gone) > FEW:
        clear(row, name)
        was, new, gone, changed = {}, given, [], {}
    elif not (new or gone or changed):
        return False
    rows = row._meta.get_field(name).related_model._default_manager
    if gone:
        rows.filter(pk__in=[one.pk for one in gone]).delete()
    for place, names in changed.items():
        was[place] = copy.copy(was[place])  # what others hold stays what they read
        for one in names:
            setattr(was[place], one, getattr(will[place], one))
    if changed:
        rows.bulk_update([was[place] for place in changed], {one for names in changed.values() for one in names})
    if new:
        rows.bulk_create(new)
    if as_read:
        hold_again(row, name, [was.get(place, one) for place, one in will.items()])
    else:
        getattr(row, "_prefetched_objects_cache", {}).pop(name, None)
    return True


def hold_again(row: Any, name: str, written: list[Any]) -> None:
    """Let a row that holds the rows that were read hold those that were written in their place, as they would be read."""
    if name in getattr(row, "_prefetched_objects_cache", {}):
        hold(row, name, written)


def differing(one: Any, other: Any) -> list[str]:
    """The columns in which two rows differ, but the key."""
    columns = [field.attname for field in one._meta.concrete_fields if not field.primary_key]
    return [name for name in columns if getattr(one, name) != getattr(other, name)]


def lend_rows(row: Any, other: Any) -> None:
    """Give another object that stands for the same row, as it is now, the rows and the relations that were read onto this one."""
    held = getattr(row, "_prefetched_objects_cache", {})
    other.__dict__.setdefault("_prefetched_objects_cache", {}).update(held)
    for name, related in row._state.fields_cache.items():
        other._state.fields_cache.setdefault(name, related)
