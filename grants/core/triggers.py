"""Triggers that make rows append-only or freeze columns, on SQLite and PostgreSQL alike (mechanism 2).

``protect`` declares; the declarations are (re)installed after every migrate. Only the test runner's own flush may go around
them, through ``suspended``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections

KINDS = {"sqlite": ("update", "delete"), "postgresql": ("update", "delete", "truncate")}
"""The triggers of each protected table, by database: SQLite has no TRUNCATE."""


@dataclass(frozen=True)
class Protection:
    """What a table refuses: DELETE always; UPDATE of every column, or of the named ones."""

    model: str
    columns: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return apps.get_model(self.model)._meta.db_table

    @property
    def trigger(self) -> str:
        return f"{self.table}_keep"


PROTECTED: dict[str, Protection] = {}


def protect(model: str, columns: tuple[str, ...] = ()) -> None:
    """Declare that rows of the model ("core.Event") are never deleted, and never changed (or not in the named columns)."""
    PROTECTED[model] = Protection(model, columns)


protect("core.Event")


def _statements(protection: Protection, vendor: str) -> list[str]:
    table, name = protection.table, protection.trigger
    said = f"{table} keeps its rows"
    if vendor == "sqlite":
        changed = " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in protection.columns)
        when = f"WHEN {changed} " if changed else ""
        return [
            f'CREATE TRIGGER "{name}_update" BEFORE UPDATE ON "{table}" {when}BEGIN SELECT RAISE(ABORT, \'{said}\'); END',
            f'CREATE TRIGGER "{name}_delete" BEFORE DELETE ON "{table}" BEGIN SELECT RAISE(ABORT, \'{said}\'); END',
        ]
    changed = " OR ".join(f'OLD."{c}" IS DISTINCT FROM NEW."{c}"' for c in protection.columns)
    when = f"WHEN ({changed}) " if changed else ""
    return [
        "CREATE OR REPLACE FUNCTION core_keep_rows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% keeps its rows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'CREATE TRIGGER "{name}_update" BEFORE UPDATE ON "{table}" FOR EACH ROW {when}EXECUTE FUNCTION core_keep_rows()',
        f'CREATE TRIGGER "{name}_delete" BEFORE DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION core_keep_rows()',
        f'CREATE TRIGGER "{name}_truncate" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION core_keep_rows()',
    ]


def _drop_statements(protection: Protection, vendor: str) -> list[str]:
    suffix = "" if vendor == "sqlite" else f' ON "{protection.table}"'
    return [
        f'DROP TRIGGER IF EXISTS "{protection.trigger}_{kind}"{suffix}' for kind in ("update", "delete", "truncate")
    ]


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
    """Without triggers inside the block. Only the test runner's flush and tamper tests may use it."""
    drop(connection)
    try:
        yield
    finally:
        install(connection)
