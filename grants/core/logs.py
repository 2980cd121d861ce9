"""How log lines look: one line of plain text at a developer's machine, one JSON object per line in production (TRUST section 6).

Every line carries the id of the request it was written in. No line carries what people typed: no query, no body.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

log = logging.getLogger("projektmedel.request")

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def json_formatter() -> logging.Formatter:
    """One JSON object per line; control characters are escaped, so that no text can forge a line."""
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    rendered = structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=[drop, rendered])


class RequestLogMiddleware:
    """One line per answered request: id, who, method, path, status and time. The answer carries the id as X-Request-Id.

    Who it was is told only where the view asked: a visitor's page must not cost a session query for the log's sake.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        begun = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            person = getattr(request, "_cached_user", None)
            told = {
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - begun) * 1000),
                "user_id": str(person.pk) if person is not None and person.is_authenticated else None,
            }
            log.info("request", extra=told)
        response.headers["X-Request-Id"] = request_id
        return response
