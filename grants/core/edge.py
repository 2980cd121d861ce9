"""When a request reached us: waiting for a free thread or a lock never counts against the applicant (TRUST INV-3).

The kernel knows when the last byte came in on a connection, however long the request then queued for a thread. gunicorn hands the
connection to the application; nothing that a client sends can forge it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import socket
import sys
from typing import Any

from django.http import HttpRequest, RawPostDataException

from grants.core.time import now

log = logging.getLogger(__name__)
OLDEST = dt.timedelta(seconds=120)
"""A wait that is longer is not believed: then the clock of the view counts."""
LAST_DATA_RECEIVED = slice(52, 56)
"""Where Linux' struct tcp_info holds the milliseconds since the last byte came in (tcpi_last_data_recv)."""


def arrived_at(request: HttpRequest) -> dt.datetime:
    """When the last byte of the request reached this machine; now, where the server cannot tell."""
    # A form with files was read as it was parsed; then there is nothing left to wait for.
    with contextlib.suppress(RawPostDataException):
        request.body  # noqa: B018 - reads what has not been read, so that the last byte is here
    at = now()
    waited = waited_since(request.META.get("gunicorn.socket"))
    if waited > OLDEST:
        log.error("a request seems to have waited %s; the clock of the view counts", waited)
        return at
    return at - waited


def waited_since(connection: Any) -> dt.timedelta:
    """How long ago the last byte came in on the connection; nothing for other than TCP on Linux."""
    try:
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAST_DATA_RECEIVED.stop)
    except (AttributeError, OSError):
        return dt.timedelta(0)
    return dt.timedelta(milliseconds=int.from_bytes(info[LAST_DATA_RECEIVED], sys.byteorder))
