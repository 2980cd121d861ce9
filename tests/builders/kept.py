"""States built once and written again: the suite's time goes into reaching the same states over and over.

A builder marked ``kept`` reaches its state by the real actions, the first time. Every statement that it writes is noted, and the
next test that has come the same way (the same builders with the same arguments, from the same rows) gets those statements written
again, in their order, through the database's own constraints and triggers. That takes a tenth of the time.

A way is left as soon as anything else writes: from there on everything is built for real. So a test never meets a state that its
own builders would not have reached. Notes live five minutes, so that "just now" is always just now. ``KEEP_STATES=0`` in the
environment turns it off, and ``tests/tooling/test_kept.py`` shows that both give the same rows.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
import os
import pickle
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar

import time_machine
from django.conf import UserSettingsHolder, settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection, models

from grants.core import time as clock

Builder = TypeVar("Builder", bound=Callable[..., Any])
Key = tuple[Any, ...]

LASTS = 300.0
"""Seconds that a note is used."""
ELSEWHERE = re.compile(
    r'(INSERT INTO|UPDATE|DELETE FROM) "(django_session"|usersessions_usersession"|accounts_user" SET "last_login")'
)
"""Signing in: no builder reads or writes this."""
READING = ("SELECT", "SAVEPOINT", "RELEASE", "EXPLAIN", "PRAGMA", "SET", "SHOW", "BEGIN", "COMMIT")
PLAIN = (str, bytes, bool, int, float, Decimal, dt.date, dt.timedelta, uuid.UUID, enum.Enum, type(None))


class Unnamed(Exception):
    """An argument that does not say by its value what it is: a function, an instant, a query."""


class Place:
    """Where a way has come to: what was written on the step here, what the builder gave, and where one can go on to."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, Any, bool, int]] = []
        self.files: list[tuple[str, bytes]] = []
        self.result = b""
        self.sequences: list[tuple[str, int]] = []
        self.made_at = time.monotonic()
        self.next: dict[Key, Place] = {}

    def onward(self, key: Key) -> Place | None:
        found = self.next.get(key)
        if found is not None and time.monotonic() - found.made_at > LASTS:
            del self.next[key]
            return None
        return found


class Way:
    """The running test's way through the builders."""

    def __init__(self) -> None:
        self.is_on = os.environ.get("KEEP_STATES", "1") != "0"
        self.place: Place | None = None
        """None: something else has written, or nothing is kept here."""
        self.root: Place | None = None
        self.in_test = self.is_apart = False
        self.is_first = True
        """No builder has been called since the last rollback, so the sequences may stand anywhere (PostgreSQL)."""
        self.is_building = False
        self.noted: Place | None = None

    def begin(self) -> None:
        """The database holds the reference data and nothing else."""
        if self.is_on:
            self.place = self.root = Place()
            self.root.sequences = read_sequences()

    @contextmanager
    def rolled_back(self, *, test: bool, commits: bool = False, apart: bool = False) -> Iterator[None]:
        """Around what is rolled back in the end: a test, or a module's world.

        ``commits``: it is not, and nothing is kept from here on. ``apart``: it builds for real and nothing of it is noted.
        """
        before, was_apart, has_begun = self.place, self.is_apart, self.root is not None
        self.is_on = self.is_on and not commits
        self.in_test, self.is_apart = test, was_apart or apart
        self.is_first = True
        try:
            yield
        finally:
            self.place = before if has_begun else self.root  # the first test that wants a database begins
            self.in_test, self.is_apart = False, was_apart
            self.is_first = True

    def watch(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """The database's wrapper: notes what a builder writes, and leaves the way when anything else does."""
        result = execute(sql, params, many, context)
        word = str(sql).lstrip()[:9].split(None, 1)[0].upper() if sql else ""
        if word == "ROLLBACK" and not self.in_test:
            return result  # what ends a test or a module: they come back to where they began
        if word not in READING and self.place is not None and not ELSEWHERE.match(sql):
            if self.noted is None or word == "ROLLBACK":
                self.leave()
            else:
                rows = list(params) if many else params
                self.noted.statements.append((sql, rows, many, context["cursor"].rowcount))
        return result

    def leave(self) -> None:
        self.place = self.noted = None

    def go(self, builder: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What the builder gives, reached again where the way is known, else for real."""
        place = self.place
        if place is None or not self.is_on or self.is_apart or self.is_building or is_otherwise():
            return builder(*args, **kwargs)
        try:
            key = (f"{builder.__module__}.{builder.__qualname__}", named(args), named(kwargs))
        except Unnamed:
            return builder(*args, **kwargs)
        if self.is_first:
            set_sequences(place.sequences)
            self.is_first = False
        known = place.onward(key)
        if known is None:
            return self.note(place, key, builder, args, kwargs)
        self.place = None  # what is written now is no departure
        write_again(known)
        self.place = known
        return pickle.loads(known.result)

    def note(self, place: Place, key: Key, builder: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        noted = self.noted = Place()
        self.is_building = True
        try:
            with files_noted(noted):
                result = builder(*args, **kwargs)
            if self.noted is not noted:
                return result  # it went back to a savepoint: what stays written is not known
            noted.result = pickle.dumps(result)
            noted.sequences = read_sequences()
            place.next[key] = self.place = noted
            return pickle.loads(noted.result)  # as everybody gets it who comes this way later
        except BaseException:
            self.place = None
            raise
        finally:
            self.is_building = False
            self.noted = None


def is_otherwise() -> bool:
    """Whether a builder would do something else now than it did: another clock, other settings, no transaction around it."""
    is_other_time = clock._pretended.get() is not None or time_machine.escape_hatch.is_travelling()
    return is_other_time or isinstance(settings._wrapped, UserSettingsHolder) or not connection.in_atomic_block


way = Way()


def kept(builder: Builder) -> Builder:
    """Mark a builder whose state may be written again."""

    @functools.wraps(builder)
    def reached(*args: Any, **kwargs: Any) -> Any:
        return way.go(builder, args, kwargs)

    return reached  # type: ignore[return-value]


def named(value: Any) -> Any:
    """A value as part of a key. A row is named by all its columns: a stale copy of it is another argument."""
    if isinstance(value, models.Model):
        columns = value.__dict__
        names = [field.attname for field in value._meta.concrete_fields if field.attname != "last_login"]
        return (value._meta.label, *(named_column(columns.get(name)) for name in names))
    if isinstance(value, PLAIN) and not isinstance(value, dt.datetime):
        return (type(value).__name__, value)
    if isinstance(value, list | tuple):
        return tuple(named(one) for one in value)
    if isinstance(value, dict):
        return tuple((name, named(one)) for name, one in value.items())
    raise Unnamed(type(value).__name__)


def named_column(value: Any) -> Any:
    return value if isinstance(value, PLAIN) else repr(value)


def write_again(place: Place) -> None:
    """The statements of a step, each changing as many rows as it did."""
    with connection.cursor() as cursor:
        for sql, params, many, rows in place.statements:
            cursor.executemany(sql, params) if many else cursor.execute(sql, params)
            if cursor.rowcount != rows:
                raise AssertionError(f"Written again, this changed {cursor.rowcount} rows instead of {rows}: {sql}")
    connection._held_by_transaction = None  # type: ignore[attr-defined]  # grants.core.held: it has not seen this
    for name, content in place.files:
        path = default_storage.path(name)
        if not os.path.exists(path) or os.path.getsize(path) != len(content):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)


@contextmanager
def files_noted(place: Place) -> Iterator[None]:
    """Note the files that a builder stores."""
    save = FileSystemStorage._save

    def save_and_note(storage: FileSystemStorage, name: str, content: Any) -> str:
        stored = save(storage, name, content)
        with storage.open(stored) as file:
            place.files.append((stored, file.read()))
        return stored

    FileSystemStorage._save = save_and_note  # type: ignore[method-assign]
    try:
        yield
    finally:
        FileSystemStorage._save = save  # type: ignore[method-assign]


def read_sequences() -> list[tuple[str, int]]:
    """Where PostgreSQL's sequences stand, which no rollback takes back. SQLite's are rows like others."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value FROM pg_sequences"
            " WHERE schemaname = current_schema()"
        )
        return [(name, value or 0) for name, value in cursor.fetchall()]


def set_sequences(held: list[tuple[str, int]]) -> None:
    """Put them where they stood, so that rows get the numbers that the noted statements refer to."""
    if held:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(name::regclass, GREATEST(value, 1), value > 0) FROM unnest(%s::text[], %s::bigint[])"
                " AS held(name, value)",
                [[name for name, _ in held], [value for _, value in held]],
            )
