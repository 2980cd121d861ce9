"""What the running transaction holds: rows that it has locked, read once and not again.

A locked row can change only through this transaction, so a second ``lock`` of it needs no query. Its values are kept, not
the object: everybody gets an object of their own, without what somebody else changed in memory or read onto it. The memory
ends with the transaction, and with every rollback to a savepoint, since that gives up locks as well; what writes around
``save`` forgets what it may have changed.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import base

Seen = TypeVar("Seen")
Function = TypeVar("Function", bound=Callable[..., Any])


def whole(function: Function) -> Function:
    """All of it or nothing, in a transaction. Inside another function marked so it joins that one, without a savepoint of
    its own: a refusal ends the outermost. A function that wants to go on after a fault inside opens its own savepoint.
    """

    @functools.wraps(function)
    def joined(*args: Any, **kwargs: Any) -> Any:
        connection: Any = transaction.get_connection()
        if getattr(connection, "_is_whole", False) and connection.in_atomic_block:
            return function(*args, **kwargs)
        with in_one_piece():
            return function(*args, **kwargs)

    return joined  # type: ignore[return-value]


@contextmanager
def in_one_piece() -> Iterator[None]:
    """A transaction that every function marked ``whole`` joins: all that happens in the block, or nothing of it."""
    connection: Any = transaction.get_connection()
    with transaction.atomic():
        connection._is_whole = True
        _forget_what_was_seen()  # a transaction around this one may have changed it by other ways
        try:
            yield
        finally:
            connection._is_whole = False


def memory() -> dict[Any, Any]:
    """The memory of the running transaction. Outside a transaction a new one every time: nothing is kept."""
    connection: Any = transaction.get_connection()
    if not connection.in_atomic_block:
        return {}
    # Django puts a new list here on every commit, rollback and rollback to a savepoint, and at no other time.
    mark = connection.run_on_commit
    kept = getattr(connection, "_held_by_transaction", None)
    if kept is None or kept[0] is not mark:
        kept = connection._held_by_transaction = (mark, {})
    return kept[1]


def key_of(obj: Any) -> tuple[Any, Any]:
    """One row of one model, whichever object stands for it."""
    return obj._meta.concrete_model, obj.pk


def keep(obj: Any) -> None:
    """Keep the values of a row that is locked, or was written, in this transaction."""
    values = _values(obj)
    if values is None:
        forget(obj)
        return
    kept = memory()
    for field, attname in shape_of(obj._meta.concrete_model).one_to_one:
        kept["one to one", field, values[attname]] = obj.pk
    joined = {}
    for name in type(obj).read_with:
        other = obj._state.fields_cache.get(name)
        if other is not None:
            joined[name] = key_of(other)
            model, pk = key_of(other)
            kept["seen", model, pk] = _values(other)
            kept["seen", model] = True
    kept[key_of(obj)] = (values, joined)


def keep_written(obj: Any, names: set[str] | None) -> None:
    """After a save: the columns that were written are the row's now. ``names`` None means all of them."""
    kept = memory()
    _forget_seen(kept, obj)
    held = kept.get(key_of(obj))
    if held is None:
        return
    written = {
        field.attname: obj.__dict__[field.attname]
        for field in obj._meta.concrete_fields
        if names is None or field.name in names or field.attname in names
    }
    if any(hasattr(value, "resolve_expression") for value in written.values()):
        forget(obj)
        return
    kept[key_of(obj)] = ({**held[0], **_own(written, shape_of(obj._meta.concrete_model))}, held[1])


def changed(obj: Any) -> set[str] | None:
    """Names of the columns that differ from the locked row; None when the row is not held and nobody knows."""
    held = memory().get(key_of(obj))
    if held is None:
        return None
    columns = obj.__dict__
    return {
        name
        for attname, name in shape_of(obj._meta.concrete_model).columns.items()
        if attname in columns and columns[attname] != held[0][attname]
    }


def unseen(model: Any) -> list[str]:
    """Of the relations that are read with a locked row, those of which the transaction has seen no row yet."""
    kept = memory()
    relations = {name: related for name, _, related in shape_of(model._meta.concrete_model).relations}
    return [name for name in model.read_with if ("seen", relations[name]) not in kept]


def attach_seen(obj: Any) -> None:
    """Give a row that was locked just now the relations that are read with it, as the transaction has seen them before."""
    kept = memory()
    columns, loaded = obj.__dict__, obj._state.fields_cache
    for name, attname, related in shape_of(obj._meta.concrete_model).relations:
        if name in type(obj).read_with and name not in loaded:
            values = kept.get(("seen", related, columns[attname]))
            if values is not None:
                setattr(obj, name, _built(related, values))


def read_once(model: Any, pk: Any, read: Callable[[], Any]) -> Any:
    """A row with relations that the transaction only reads, such as a call's rules: read at first use, then the same object.

    Everybody gets the same one, so nobody may change it. Saving the row makes the next use read anew.
    """
    found = recall_whole(model, pk)
    if found is None:
        found = memory()["seen", model._meta.concrete_model, pk, "whole"] = read()
    return found


def seen(key: tuple[Any, ...], read: Callable[[], Seen]) -> Seen:
    """What the transaction only reads beside rows, such as what can be chosen: read at first use, then the same object."""
    kept, full = memory(), ("seen", *key)
    if full not in kept:
        kept[full] = read()
    return kept[full]  # type: ignore[no-any-return]


def recall_whole(model: Any, pk: Any) -> Any:
    """What ``read_once`` has read, None when it has not."""
    return memory().get(("seen", model._meta.concrete_model, pk, "whole"))


def is_held(obj: Any) -> bool:
    """Whether the object says exactly what the locked row says."""
    kept = memory().get(key_of(obj))
    return kept is not None and kept[0] == _values(obj)


def forget(obj: Any) -> None:
    """The row may have changed in a way that its kept values do not show."""
    kept = memory()
    kept.pop(key_of(obj), None)
    _forget_seen(kept, obj)


def _forget_what_was_seen() -> None:
    kept = memory()
    for key in [key for key in kept if key[0] == "seen"]:
        del kept[key]


def _forget_seen(kept: dict[Any, Any], obj: Any) -> None:
    kept.pop(("seen", *key_of(obj)), None)
    kept.pop(("seen", *key_of(obj), "whole"), None)


def forget_rows() -> None:
    """Many rows may have changed. What is kept besides rows stays: it has one writer."""
    kept = memory()
    for key in [key for key in kept if not isinstance(key[0], str) or key[0] == "seen"]:
        del kept[key]


def recall(model: Any, pk: Any) -> Any:
    """A new object with the row's values, and with the held rows that it points at; None when the row is not held."""
    held = memory().get((model._meta.concrete_model, pk))
    if held is None:
        return None
    values, joined = held
    obj = _built(model, values)
    kept = memory()
    for name, (related, other_pk) in joined.items():
        seen = kept.get(("seen", related, other_pk))
        if seen is not None:
            setattr(obj, name, _built(related, seen))
    attach_held(obj)
    return obj


def recall_by(model: Any, name: str, other_pk: Any) -> Any:
    """The held row whose one-to-one relation ``name`` points there; None when no such row is held."""
    field = model._meta.get_field(name)
    pk = memory().get(("one to one", field, other_pk))
    row = None if pk is None else recall(model, pk)
    return row if row is not None and getattr(row, field.attname) == other_pk else None


def attach_held(obj: Any) -> None:
    """Give the object the rows that it points at and that are held, so that rules and blockers need no queries for them."""
    kept = memory()
    if not kept:
        return
    columns, loaded = obj.__dict__, obj._state.fields_cache
    for name, attname, related in shape_of(obj._meta.concrete_model).relations:
        if name not in loaded and (related, columns.get(attname)) in kept:
            setattr(obj, name, recall(related, columns[attname]))


@dataclass(frozen=True)
class Shape:
    """What is asked of a model again and again: its columns (attribute → name), those that point, those changed in place."""

    columns: dict[str, str]
    relations: tuple[tuple[str, str, Any], ...]
    one_to_one: tuple[tuple[Any, str], ...]
    mutable: tuple[str, ...]


@functools.cache
def shape_of(model: Any) -> Shape:
    """The model's shape, worked out once."""
    fields = model._meta.concrete_fields
    return Shape(
        columns={field.attname: field.name for field in fields},
        relations=tuple(
            (field.name, field.attname, field.related_model._meta.concrete_model)
            for field in fields
            if field.is_relation
        ),
        one_to_one=tuple((field, field.attname) for field in fields if field.one_to_one),
        mutable=tuple(field.attname for field in fields if isinstance(field, models.JSONField)),
    )


def _values(obj: Any) -> dict[str, Any] | None:
    """The columns of a whole row by attribute; None when it was read in part or waits for the database to compute."""
    shape, columns = shape_of(obj._meta.concrete_model), obj.__dict__
    try:
        found = {name: columns[name] for name in shape.columns}
    except KeyError:
        return None
    if any(hasattr(value, "resolve_expression") for value in found.values()):
        return None
    return _own(found, shape)


def _own(values: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """The values, with an own copy of each that can be changed in place."""
    own = dict(values)
    for name in shape.mutable:
        if name in own:
            own[name] = copy.deepcopy(own[name])
    return own


def _built(model: Any, values: dict[str, Any]) -> Any:
    """An object as if read from the database; no constructor and no signals, which cost more than the rest of a lock."""
    obj = model.__new__(model)
    obj.__dict__.update(_own(values, shape_of(model._meta.concrete_model)))
    obj._state = ModelState(transaction.get_connection().alias)
    obj._state.adding = False
    if hasattr(obj, "_remember"):
        obj._remember()
    return obj


class ModelState(base.ModelState):
    """What Django keeps beside an object: here of one that stands in a named database."""

    def __init__(self, db: str):
        self.db = db
