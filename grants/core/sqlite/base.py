"""SQLite lets one writer in at a time. Its own waiting grows to a tenth of a second between two looks, so whoever has waited longest
looks most seldom, and in the last minute before closing somebody waits for ten seconds while others pass (TRUST F-14).

Here the threads of a process queue for one turn, and who has it looks every other millisecond whether the other processes are done.
After the database's timeout it is the same OperationalError as SQLite's own.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

LOOKS_AGAIN = 0.002
"""Seconds between two looks."""
LETS_OTHERS_LOOK = 0.003
"""Seconds that a process with a queue leaves to the others between two of its turns."""
SECONDS = 5.0
"""How long SQLite waits where the settings do not say."""

_turn = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """Its transactions begin in turns."""

    has_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        self.ensure_connection()
        seconds = float(self.settings_dict["OPTIONS"].get("timeout", SECONDS))
        until = time.monotonic() + seconds
        if not _turn.acquire(blocking=False):
            if not _turn.acquire(timeout=seconds):
                raise OperationalError("database is locked")
            time.sleep(LETS_OTHERS_LOOK)
        self.has_turn = True
        self._wait_in_sqlite(0)
        try:
            self._begin(until)
        except BaseException:
            self._end_turn()
            raise
        finally:
            self._wait_in_sqlite(seconds)

    def _begin(self, until: float) -> None:
        while True:
            try:
                return super()._start_transaction_under_autocommit()  # type: ignore[misc]
            except OperationalError as busy:
                if "database is locked" not in str(busy) or time.monotonic() > until:
                    raise
            time.sleep(LOOKS_AGAIN)

    def _wait_in_sqlite(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def _end_turn(self) -> None:
        if self.has_turn:
            self.has_turn = False
            _turn.release()

    def _commit(self) -> Any:
        result = super()._commit()  # type: ignore[misc]
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
