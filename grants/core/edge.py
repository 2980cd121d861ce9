"""When a request reached us: waiting for a free thread or a lock never counts against the applicant (TRUST INV-3).

``StampingWorker`` notes the instant when the whole request lies on this machine, before it queues for a thread. The note goes
from the worker to the view inside the process, so nothing that a client sends can forge it.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import selectors
import socket
import time
from contextvars import ContextVar
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from grants.core.time import now

log = logging.getLogger(__name__)
OLDEST = dt.timedelta(seconds=120)
"""A stamp that is older, or lies ahead, is wrong: then the clock of the view counts."""
LARGEST = 65_536
"""Bytes of a request that can be seen whole without reading it; a submission is far smaller."""
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)

_stamp: ContextVar[float | None] = ContextVar("stamp", default=None)


def arrived_at() -> dt.datetime:
    """When the current request had reached us whole; now, when nobody noted it."""
    at, stamp = now(), _stamp.get()
    if stamp is None:
        return at
    arrived = dt.datetime.fromtimestamp(stamp, dt.UTC)
    if not dt.timedelta(0) <= at - arrived <= OLDEST:
        log.error("the stamp of arrival is off by %s; the clock of the view counts", at - arrived)
        return at
    return arrived


def is_whole(data: bytes) -> bool:
    """Whether the bytes hold a request's head and all of its body."""
    head, end, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(end) and (length is None or len(body) >= int(length[1])) and b"chunked" not in head.lower()


class StampingWorker(ThreadWorker):
    """gunicorn's threaded worker, which notes the arrival of each request in the loop that accepts connections."""

    def accept(self, listener: Any) -> None:
        """Take a connection and wait in the loop until it says something; only then does it queue for a thread."""
        try:
            client, address = listener.accept()
        except OSError as fault:
            if not isinstance(fault, BlockingIOError | ConnectionAbortedError):
                raise
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, client, address, listener.getsockname())
        conn.timeout = time.monotonic() + max(self.cfg.keepalive, 5)
        self.pending_conns.append(conn)
        self.poller.register(client, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def enqueue_req(self, conn: Any) -> None:
        try:
            seen = conn.sock.recv(LARGEST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except (OSError, ValueError):
            seen = b""
        conn.stamp = time.time() if is_whole(seen) else None
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        token = _stamp.set(conn.stamp)
        conn.stamp = None
        try:
            return super().handle_request(req, conn)
        finally:
            _stamp.reset(token)
