"""Triggers that make rows append-only or freeze columns, on SQLite and PostgreSQL alike (mechanism 2).

``protect`` and ``freeze`` declare; the declarations are (re)installed after every migrate. Only the test runner's own flush,
and tests that make what cannot happen, may go around them, through ``suspended``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections

DROPPED = ("insert", "update", "delete", "truncate")


@dataclass(frozen=True)
class Protection:
    """What a table refuses: DELETE always; UPDATE of every column, or of the named ones."""

    model: str
    columns: tuple[str, ...] = ()

    kinds = ("update", "delete")

    @property
    def table(self) -> str:
        return apps.get_model(self.model)._meta.db_table

    @property
    def trigger(self) -> str:
        return f"{self.table}_keep"

    def names(self, vendor: str) -> set[str]:
        """The triggers that the table has in that database: SQLite has no TRUNCATE."""
        return {f"{self.trigger}_{kind}" for kind in (*self.kinds, *(["truncate"] if vendor == "postgresql" else []))}

    def statements(self, vendor: str) -> list[str]:
        """What installs them."""
        is_distinct = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
        changed = " OR ".join(f'OLD."{c}" {is_distinct} NEW."{c}"' for c in self.columns)
        return [self._statement(vendor, kind, changed if kind == "update" else "") for kind in self.kinds]

    def _statement(self, vendor: str, kind: str, when: str) -> str:
        head = f'CREATE TRIGGER "{self.trigger}_{kind}" BEFORE {kind.upper()} ON "{self.table}"'
        condition = f" WHEN ({when})" if when else ""
        if vendor == "sqlite":
            return f"{head}{condition} BEGIN SELECT RAISE(ABORT, '{self.table} keeps its rows'); END"
        return f"{head} FOR EACH ROW{condition} EXECUTE FUNCTION core_keep_rows()"


@dataclass(frozen=True)
class Freezing(Protection):
    """A table whose rows stand fast once ``column`` of their parent (without one: of themselves) has a value.

    Then UPDATE and DELETE are refused, and of a frozen parent's rows INSERT too.
    """

    column: str = ""
    parent: str = ""
    key: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("insert", "update", "delete") if self.parent else ("update", "delete")

    def statements(self, vendor: str) -> list[str]:
        if not self.parent:
            return [self._statement(vendor, kind, f'OLD."{self.column}" IS NOT NULL') for kind in self.kinds]
        if vendor == "sqlite":
            return [self._statement(vendor, kind, self._is_frozen(kind)) for kind in self.kinds]
        return [self._function(kind) for kind in self.kinds] + [
            f'CREATE TRIGGER "{self.trigger}_{kind}" BEFORE {kind.upper()} ON "{self.table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{self.trigger}_{kind}"()'
            for kind in self.kinds
        ]

    def _is_frozen(self, kind: str) -> str:
        rows = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}[kind]
        keys = ", ".join(f'{row}."{self.key}"' for row in rows)
        table = apps.get_model(self.parent)._meta.db_table
        return f'EXISTS (SELECT 1 FROM "{table}" p WHERE p."id" IN ({keys}) AND p."{self.column}" IS NOT NULL)'

    def _function(self, kind: str) -> str:
        """PostgreSQL asks another table in a function only."""
        return (
            f'CREATE OR REPLACE FUNCTION "{self.trigger}_{kind}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
            f"IF {self._is_frozen(kind)} THEN RAISE EXCEPTION '% keeps its rows', TG_TABLE_NAME "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {'OLD' if kind == 'delete' else 'NEW'}; END $$"
        )


PROTECTED: dict[str, Protection] = {}


def protect(model: str, columns: tuple[str, ...] = ()) -> None:
    """Declare that rows of the model ("core.Event") are never deleted, and never changed (or not in the named columns)."""
    PROTECTED[model] = Protection(model, columns)


def freeze(model: str, column: str, *, parent: str = "", key: str = "") -> None:
    """Declare that a row stands fast once its ``column`` has a value; with ``parent``, once that of the row that ``key`` points at."""
    PROTECTED[model] = Freezing(model, column=column, parent=parent, key=key)


protect("core.Event")


def wanted(connection: Any) -> set[str]:
    """The names of every trigger that should stand."""
    return {name for protection in PROTECTED.values() for name in protection.names(connection.vendor)}


def _statements(protection: Protection, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return protection.statements(vendor)
    return [
        "CREATE OR REPLACE FUNCTION core_keep_rows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% keeps its rows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        *protection.statements(vendor),
        f'CREATE TRIGGER "{protection.trigger}_truncate" BEFORE TRUNCATE ON "{protection.table}" FOR EACH STATEMENT '
        "EXECUTE FUNCTION core_keep_rows()",
    ]


def _drop_statements(protection: Protection, vendor: str) -> list[str]:
    suffix = "" if vendor == "sqlite" else f' ON "{protection.table}"'
    return [f'DROP TRIGGER IF EXISTS "{protection.trigger}_{kind}"{suffix}' for kind in DROPPED]


def _existing(connection: Any) -> list[Protection]:
    tables = set(connection.introspection.table_names())
    return [p for p in PROTECTED.values() if p.table in tables]


def drop(connection: Any) -> None:
    """Take the triggers away. For ``suspended`` and for reinstalling."""
    with connection.cursor() as cursor:
        for protection in _existing(connection):
            for statement in _drop_statements(protection, connection.vendor):
                cursor.execute(statement)


def install(connection: Any) -> None:
    """Put every declared trigger in place, anew."""
    drop(connection)
    with connection.cursor() as cursor:
        for protection in _existing(connection):
            for statement in _statements(protection, connection.vendor):
                cursor.execute(statement)


def drop_before_migrate(sender: Any, using: str, plan: Any = (), **kwargs: Any) -> None:
    """Before migrations on SQLite: it renames no table while a trigger names one that is being rebuilt."""
    connection = connections[using]
    if not plan or connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for protection in _existing(connection):
            if isinstance(protection, Freezing) and protection.parent:
                for statement in _drop_statements(protection, connection.vendor):
                    cursor.execute(statement)


def install_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """After migrate. The signal comes once per app with models; the last one installs, for speed."""
    with_models = [config for config in apps.get_app_configs() if config.models_module is not None]
    if sender is with_models[-1]:
        install(connections[using])


def installed(connection: Any) -> set[str]:
    """The names of our triggers that the database has."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


@contextmanager
def suspended(connection: Any) -> Iterator[None]:
    """Without triggers inside the block. Only the test runner's flush and tests of what cannot happen may use it."""
    drop(connection)
    try:
        yield
    finally:
        install(connection)
