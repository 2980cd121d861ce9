"""Queries whose SQL is composed once: asked again and again for other values, they cost what the database needs.

Composing the SQL of a row with its relations takes Django three to five times as long as fetching it, under a lock that others
wait for. A ``Known`` is an ordinary queryset, written as a function of its values, and fetches what that queryset would:

    PARTIES = Known(lambda application: Party.objects.filter(application=application))
    PARTIES.rows(row.pk)

A value is a key (a UUID, not its text), a number, a text or a day, each compared with one column. A list (``__in``) or None makes
other SQL: it belongs into the function. The function is called once: what changes, such as the day, comes in as a value.
docs/decisions/0012 says where this is worth it.
"""

from __future__ import annotations

import copy
import datetime as dt
import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.deletion import Collector
from django.db.models.expressions import Expression
from django.db.models.query import ModelIterable

from grants.core.time import without_clock

Row = TypeVar("Row", bound=models.Model)


class Known(Generic[Row]):
    """A queryset as a function of its values, composed at first use."""

    def __init__(self, asked: Callable[..., models.QuerySet[Row]]) -> None:
        self._asked = asked
        self._composed: Composed | None = None

    def rows(self, *values: Any) -> list[Row]:
        """The rows for these values.

        Raises TypeError for a value that makes other SQL, RuntimeError for a function that reads the clock,
        TransactionManagementError when the query locks outside a transaction.
        """
        composed = self._composed
        if composed is None:  # two threads that come at once compose the same
            with without_clock():
                composed = self._composed = Composed.of(self._asked(*map(Slot, range(len(values)))), len(values))
        asked: Any = connections[composed.db]
        filled: Any = composed.filled([prepared(value, asked) for value in values], asked)
        return list(ModelIterable(filled))

    def first(self, *values: Any) -> Row | None:
        """The first of the rows, or None."""
        return next(iter(self.rows(*values)), None)

    def get(self, *values: Any) -> Row:
        """The one row. Raises DoesNotExist or MultipleObjectsReturned of its model."""
        found = self.rows(*values)
        if len(found) != 1:
            assert self._composed is not None
            model: Any = self._composed.model
            raise model.MultipleObjectsReturned if found else model.DoesNotExist
        return found[0]


def rows_of(row: Any, name: str, *joined: str) -> list[Any]:
    """The rows that point at this one, each with its relations ``joined``: ``row.name.select_related(*joined)``, composed once.

    Those that were prefetched onto the row are taken as they are.
    """
    held = getattr(row, "_prefetched_objects_cache", {}).get(name)
    if held is not None:
        return list(held)
    known, field = _pointing_at(row._meta.concrete_model, name, joined)
    found = known.rows(row.pk)
    for one in found:
        setattr(one, field, row)
    return found


@functools.cache
def _pointing_at(model: Any, name: str, joined: tuple[str, ...]) -> tuple[Known[Any], str]:
    """The query of ``rows_of``, and the name of the foreign key that points."""
    rows, field = pointing_at(model, name, joined)
    return Known(lambda key: rows.filter(**{field: key})), field


def pointing_at(model: Any, name: str, joined: tuple[str, ...]) -> tuple[Any, str]:
    """All rows of the kind that points at the model by the relation, and the name of the foreign key that points.

    Raises TypeError for a relation that is none of rows that point.
    """
    relation = model._meta.get_field(name)
    if not (relation.one_to_many or (relation.one_to_one and relation.auto_created)):
        raise TypeError(f"{name} is no relation of rows that point at {model.__name__}.")
    return relation.related_model._default_manager.select_related(*joined or (None,)), relation.field.name


def clear(row: Any, name: str) -> None:
    """Delete the rows that point at this one: ``row.name.all().delete()``, composed once. Only where nothing hangs on them.

    Raises TypeError for rows that others point at, or whose end somebody listens to: those are for ``delete``.
    """
    sql, field = _clearing(row._meta.concrete_model, name)
    asked: Any = transaction.get_connection()
    with asked.cursor() as cursor:
        cursor.execute(sql, [field.get_db_prep_value(row.pk, asked)])


@functools.cache
def _clearing(model: Any, name: str) -> tuple[str, Any]:
    """The statement of ``clear``, and the column of the row that it takes."""
    relation = model._meta.get_field(name)
    rows, quote = relation.related_model, transaction.get_connection().ops.quote_name
    if not relation.one_to_many or not Collector(using=DEFAULT_DB_ALIAS).can_fast_delete(rows._default_manager.all()):
        raise TypeError(f"{name} of {model.__name__} is not cleared in one statement.")
    return f"DELETE FROM {quote(rows._meta.db_table)} WHERE {quote(relation.field.column)} = %s", model._meta.pk


class Slot(Expression):
    """Where a value will stand. Among the parameters of the composed SQL it stands for itself."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def __str__(self) -> str:
        raise TypeError("A value that is not known yet has no text: the query must not be made of it.")


@dataclass
class Composed:
    """What ModelIterable asks of a queryset, with the query composed already."""

    compiler: Any
    sql: str
    parameters: tuple[Any, ...]
    number: int
    model: Any
    db: str
    connection: Any = None
    values: list[Any] = field(default_factory=list)
    _known_related_objects: dict[Any, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, queryset: Any, number: int) -> Composed:
        """The queryset's SQL, with so many values to come.

        Raises TypeError when it gives anything but plain rows, or when a value is not among its parameters as it is.
        """
        if queryset._iterable_class is not ModelIterable or queryset._prefetch_related_lookups:
            raise TypeError("Known asks for rows of a model, with relations joined.")
        compiler = queryset.query.get_compiler(using=queryset.db)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            raise TypeError("Known asks for rows that there can be.") from None
        compiler.connection = None  # of the thread that composed; each that asks puts its own there
        if {part.index for part in parameters if isinstance(part, Slot)} != set(range(number)):
            raise TypeError("Every value must stand by itself among the parameters: it was changed or left out.")
        return cls(compiler, sql, tuple(parameters), number, queryset.model, queryset.db)

    def filled(self, values: list[Any], connection: Any) -> Composed:
        """The same with these values in the slots, for this connection. Raises TypeError when they are too few or too many."""
        if len(values) != self.number:
            raise TypeError(f"This query takes {self.number} values, not {len(values)}.")
        if self.compiler.query.select_for_update and connection.get_autocommit():
            raise transaction.TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        return Composed(
            self.compiler, self.sql, self.parameters, self.number, self.model, self.db, connection, values
        )  # dataclasses.replace takes as long as the rest of this

    @property
    def query(self) -> Composed:
        return self

    def get_compiler(self, using: str) -> Any:
        """A compiler of this thread's connection that has composed already."""
        compiler = copy.copy(self.compiler)
        compiler.connection = self.connection
        # How the columns are read is the same every time; the connection keeps it, since it is made of the connection's own parts.
        converters = self.connection.__dict__.setdefault("_converters_of_known", {})

        def read(expressions: Any) -> Any:
            if self.compiler not in converters:
                converters[self.compiler] = type(compiler).get_converters(compiler, expressions)
            return converters[self.compiler]

        compiler.get_converters = read
        filled = [self.values[part.index] if isinstance(part, Slot) else part for part in self.parameters]
        compiler.as_sql = lambda: (self.sql, filled)
        return compiler


def prepared(value: Any, connection: Any) -> Any:
    """The value as the database takes it."""
    if isinstance(value, models.Model):
        value = value.pk
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return connection.ops.adapt_datefield_value(value)
    if not isinstance(value, int | str):
        raise TypeError(f"{value!r} makes other SQL than one value does.")
    return value
