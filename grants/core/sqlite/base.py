"""SQLite lets one writer in at a time. Its own waiting grows to a tenth of a second between two looks, so whoever has waited longest
looks most seldom, and in the last minute before closing somebody waits for ten seconds while others pass (TRUST F-14).

Here the threads of a process queue for one turn, and who has it looks every other millisecond whether the other processes are done.
An UPDATE or DELETE outside a transaction queues like a transaction. After the database's timeout it is the same OperationalError as
SQLite's own.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
import threading
import time
from collections import defaultdict
from typing import Any

from django.db import DatabaseError, OperationalError, transaction
from django.db.backends.sqlite3 import base

LOOKS_AGAIN = 0.002
"""Seconds between two looks."""
LETS_OTHERS_LOOK = 0.003
"""Seconds that a process with a queue leaves to the others between two of its turns."""
SECONDS = 5.0
"""How long SQLite waits where the settings do not say."""
WRITES = ("UPDATE", "DELETE")
"""Statements that queue alone as well. INSERT … RETURNING is still running when it has been executed, and cannot be committed then."""

turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""By database file the turn of this process."""
# A thread that has the turn does not live on in a forked process, and would never end it there.
os.register_at_fork(after_in_child=turns.clear)


@functools.lru_cache(maxsize=512)
def with_question_marks(query: str) -> str:
    """The statement with SQLite's own marks for its parameters. Django works them out anew for each of thousands alike."""
    return str(base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%"))


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that remembers what statements are called in SQLite."""

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        return (
            with_question_marks(query) if param_names is None else super().convert_query(query, param_names=param_names)
        )


class DatabaseWrapper(base.DatabaseWrapper):
    """Its transactions begin in turns."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.turn: threading.Lock | None = None
        """The turn that this connection has."""
        self.execute_wrappers.append(self._write_in_turn)

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)

    def _write_in_turn(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.in_atomic_block or not sql.lstrip()[:6].upper().startswith(WRITES) or " RETURNING " in sql:
            return execute(sql, params, many, context)
        with transaction.atomic(using=self.alias):
            return execute(sql, params, many, context)

    def _start_transaction_under_autocommit(self) -> None:
        self.ensure_connection()
        self._end_turn()  # nothing is running here: one that was left over is over
        seconds = float(self.settings_dict["OPTIONS"].get("timeout", SECONDS))
        until = time.monotonic() + seconds
        turn = turns[str(self.settings_dict["NAME"])]
        has_waited = not turn.acquire(blocking=False)
        if has_waited and not turn.acquire(timeout=seconds):
            raise OperationalError("database is locked")
        self.turn = turn
        try:
            if has_waited:
                time.sleep(LETS_OTHERS_LOOK)
            self._wait_in_sqlite(0)
            self._begin(until)
            self._wait_in_sqlite(seconds)
        except BaseException:
            with contextlib.suppress(sqlite3.Error, DatabaseError):
                if self.connection.in_transaction:
                    self.connection.rollback()
                self._wait_in_sqlite(seconds)
            self._end_turn()
            raise

    def _begin(self, until: float) -> None:
        while True:
            try:
                return super()._start_transaction_under_autocommit()  # type: ignore[misc]
            except OperationalError as busy:
                if "database is locked" not in str(busy) or time.monotonic() > until:
                    raise
            time.sleep(LOOKS_AGAIN)

    def _wait_in_sqlite(self, seconds: float) -> None:
        with self.wrap_database_errors:
            self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def _end_turn(self) -> None:
        turn, self.turn = self.turn, None
        if turn is not None:
            turn.release()

    def _commit(self) -> Any:
        try:
            result = super()._commit()  # type: ignore[misc]
        except DatabaseError:
            raise  # Django rolls back, which ends the turn
        except BaseException:
            self._end_turn()
            raise
        self._end_turn()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._end_turn()
