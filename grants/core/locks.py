"""Rows locked until the transaction ends: what a step reads is what it writes on.

A row that the transaction has locked already is not read again (grants.core.held).
"""

from __future__ import annotations

import functools
from typing import Any

from grants.core import held
from grants.core.known import Known


def lock(obj: Any) -> Any:
    """The row as it is in the database now, locked until the transaction ends. Raises DoesNotExist when it is gone."""
    model = type(obj)
    row = held.recall(model, obj.pk)
    return _lock(model, "pk", obj.pk) if row is None else row


def lock_by(model: Any, name: str, other_pk: Any) -> Any:
    """The row whose one-to-one relation ``name`` points at that key, locked. Raises DoesNotExist."""
    row = held.recall_by(model, name, other_pk)
    return _lock(model, name, other_pk) if row is None else row


def _lock(model: Any, name: str, key: Any) -> Any:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name).target_field
    key = field.to_python(key)
    if key is None:
        raise model.DoesNotExist
    return _held(_known(model, name, tuple(held.unseen(model))).get(key))


@functools.cache
def _known(model: Any, name: str, joined: tuple[str, ...]) -> Known[Any]:
    """The query that locks a row by its key, composed once for each set of relations that it joins."""
    # Without an order: one by a relation would join it, and a row whose relation changed while the lock waited would drop out.
    return Known(lambda key: _locking(model._default_manager.filter(**{name: key}), joined).order_by())


def _locking(rows: Any, joined: tuple[str, ...]) -> Any:
    """What is joined may be as old as the statement if it waited."""
    return rows.select_for_update(of=("self",)).select_related(*joined or (None,))


def locking(rows: Any, *joined: str) -> Any:
    """The queryset as a lock, for a ``Known`` that ``lock_known`` asks: with the relations that are read with the row, and these."""
    return _locking(rows, (*rows.model.read_with, *joined)).order_by()


def lock_known(known: Known[Any], *values: Any) -> Any:
    """The one row that the composed query ``locking`` gives for these values, locked, or None."""
    row = known.first(*values)
    return None if row is None else _held(row)


def _held(row: Any) -> Any:
    held.attach_seen(row)
    held.keep(row)
    held.attach_held(row)
    return row
