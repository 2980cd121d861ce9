"""Several queries in one statement: rows of different models that are always read at the same time.

Each round trip to the database costs as much as its rows. A ``Together`` is written as ordinary querysets by name, composed once
as a ``Known`` is (grants.core.known), and gives each of them the rows that it would have fetched by itself:

    SHELF = Together(lambda key: {"parties": Party.objects.filter(application=key), "levels": CollaborationLevel.objects.all()})
    SHELF.rows(row.pk)["parties"]

The statement is a UNION ALL in which every query has columns of its own, so that each database gives each value as the type it
has. docs/decisions/0012 says where this is worth it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import Value, Window
from django.db.models.expressions import Ref
from django.db.models.functions import RowNumber
from django.db.models.query import ModelIterable

from grants.core.known import Composed, Slot, pointing_at, prepared, rows_of
from grants.core.time import without_clock

PLACE = "place_of_row"


class Together:
    """Querysets by name as a function of their values, composed at first use into one statement."""

    def __init__(self, asked: Callable[..., dict[str, models.QuerySet[Any]]]) -> None:
        self._asked = asked
        self._composed: Statement | None = None

    def rows(self, *values: Any) -> dict[str, list[Any]]:
        """The rows of each query for these values, in its order.

        Raises TypeError for a value that makes other SQL, RuntimeError for a function that reads the clock.
        """
        if self._composed is None:  # two threads that come at once compose the same
            with without_clock():
                self._composed = Statement.of(self._asked(*map(Slot, range(len(values)))), len(values))
        return self._composed.rows(values)


def hold_rows(row: Any, relations: dict[str, tuple[str, ...]]) -> None:
    """Read the rows that point at this one onto it, by relation with what is joined, in one statement; once, if it holds them.

    As ``prefetch_related_objects`` does for many rows, at a fraction of its cost for a single one.
    """
    held = getattr(row, "_prefetched_objects_cache", {})
    missing = tuple((name, joined) for name, joined in relations.items() if name not in held)
    if not missing:
        return
    if len(missing) == 1:
        found = {name: rows_of(row, name, *joined) for name, joined in missing}
    else:
        found = _pointing(row._meta.concrete_model, missing).rows(row.pk)
    for name, joined in missing:
        hold(row, name, found[name], *joined)


def hold(row: Any, name: str, found: list[Any], *joined: str) -> None:
    """Let the row hold these rows that point at it by the relation, in the order in which they are read."""
    rows = getattr(row, name).select_related(*joined or (None,))
    rows._result_cache = found
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = rows
    for one in found:
        setattr(one, row._meta.get_field(name).field.name, row)


def pointing(model: Any, relations: dict[str, tuple[str, ...]], key: Any) -> dict[str, Any]:
    """The queries of the rows that point at the model's row of that key, by relation with what is joined."""
    asked = {name: pointing_at(model, name, joined) for name, joined in relations.items()}
    return {name: rows.filter(**{field: key}) for name, (rows, field) in asked.items()}


@functools.cache
def _pointing(model: Any, relations: tuple[tuple[str, tuple[str, ...]], ...]) -> Together:
    """The queries of ``hold_rows``."""
    return Together(lambda key: pointing(model, dict(relations), key))


@dataclass
class Part(Composed):
    """One of the queries: which columns of the statement are its own, and which of them says its order."""

    first: int = 0
    width: int = 0
    place: int = 0

    def get_compiler(self, using: str) -> Any:
        """A compiler of this thread's connection that has fetched already: ``values`` are the rows."""
        compiler = super().get_compiler(using)
        compiler.execute_sql = lambda **kwargs: [self.values]
        return compiler


@dataclass
class Statement:
    """All of them as SQL."""

    sql: str
    parameters: tuple[Any, ...]
    number: int
    parts: dict[str, Part]
    db: str

    @classmethod
    def of(cls, asked: dict[str, Any], number: int) -> Statement:
        """The statement of these querysets, with so many values to come. Raises TypeError as ``Composed.of`` does."""
        db = next(iter(asked.values())).db
        parts: dict[str, Part] = {}
        parameters: list[Any] = []
        kinds: list[Any] = []
        for name, queryset in asked.items():
            parts[name], own, kind = _part(queryset, db, first=1 + len(kinds))
            parameters += own
            kinds += kind
        if {one.index for one in parameters if isinstance(one, Slot)} != set(range(number)):
            raise TypeError("Every value must stand by itself among the parameters: it was changed or left out.")
        # PostgreSQL must be told of which kind nothing is.
        is_typed = connections[db].vendor == "postgresql"
        nothing = [f"CAST(NULL AS {kind})" if is_typed else "NULL" for kind in kinds]
        branches = []
        for place, part in enumerate(parts.values()):
            before, after = nothing[: part.first - 1], nothing[part.first - 1 + part.width :]
            branches.append(f"SELECT {', '.join([str(place), *before, 'q.*', *after])} FROM ({part.sql}) q")
        return cls(" UNION ALL ".join(branches), tuple(parameters), number, parts, db)

    def rows(self, values: tuple[Any, ...]) -> dict[str, list[Any]]:
        """What the statement gives for these values. Raises TypeError when they are too few or too many."""
        if len(values) != self.number:
            raise TypeError(f"This query takes {self.number} values, not {len(values)}.")
        asked: Any = connections[self.db]
        given = [prepared(value, asked) for value in values]
        filled = [given[one.index] if isinstance(one, Slot) else one for one in self.parameters]
        found: list[list[Any]] = [[] for _ in self.parts]
        with asked.cursor() as cursor:
            cursor.execute(self.sql, filled)
            for row in cursor.fetchall():
                found[row[0]].append(row)
        return {name: _read(part, held, asked) for (name, part), held in zip(self.parts.items(), found, strict=True)}


def _part(queryset: Any, db: str, *, first: int) -> tuple[Part, list[Any], list[Any]]:
    """One query, its parameters, and what kind of value each of its columns has."""
    if queryset._iterable_class is not ModelIterable or queryset._prefetch_related_lookups:
        raise TypeError("Together asks for rows of models, with relations joined.")
    query = queryset.query
    if query.select_for_update or query.is_sliced or query.distinct:
        raise TypeError("Together asks for plain rows: not locked, not cut, not made distinct.")
    query = query.clone()
    order = [_by_value(one) for one, _ in query.get_compiler(using=db).pre_sql_setup()[1]]
    query.clear_ordering(force=True)
    query.add_annotation(Window(RowNumber(), order_by=order) if order else Value(0, models.IntegerField()), PLACE)
    compiler: Any = query.get_compiler(using=db)
    try:
        sql, parameters = compiler.as_sql(with_col_aliases=True)
    except EmptyResultSet:
        raise TypeError("Together asks for rows that there can be.") from None
    kinds = [column.output_field.cast_db_type(connections[db]) for column, _, _ in compiler.select]
    where = compiler.annotation_col_map.pop(PLACE)
    compiler.connection = None  # of the thread that composed; each that asks puts its own there
    part = Part(compiler, sql, (), 0, queryset.model, db, first=first, width=len(kinds), place=where)
    return part, list(parameters), kinds


def _by_value(order: Any) -> Any:
    """What rows are ordered by, where a column of the answer is named: a window cannot name those."""
    if isinstance(order.expression, Ref):
        order = order.copy()
        order.expression = order.expression.source
    return order


def _read(part: Part, held: list[Any], asked: Any) -> list[Any]:
    """The objects of one query, in its order."""
    own = [row[part.first : part.first + part.width] for row in held]
    own.sort(key=lambda row: row[part.place])
    filled: Any = Part(part.compiler, part.sql, (), 0, part.model, part.db, asked, own)
    return list(ModelIterable(filled))
