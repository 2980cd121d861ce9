"""The pages of what went wrong: each says what happened, what to do, and loses nothing that was typed."""

from __future__ import annotations

import contextlib
import logging
import sys
import uuid
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render, resolve_url
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token

log = logging.getLogger(__name__)

DRAINED_BYTES = 64 * 1024 * 1024
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
SECRET_WORDS = ("password", "losenord", "csrf", "token", "code")
"""Parts of field names whose values are never shown again on a page."""
BOOKKEEPING = ("version", "bas", "sha256", "do", "gor", "next", "page", "thread", "rad", "sida", "part")
"""Fields that a page fills itself; nobody typed them."""


def back_url(request: HttpRequest) -> str:
    """The page of ours that the request was sent from, else ""."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if is_ours and came_from != request.build_absolute_uri() else ""


def again_url(request: HttpRequest) -> str:
    """The address to try again by a link; "" where something was sent, which only the form can send again."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else ""


def base_for(request: HttpRequest) -> str:
    """The frame of an error page: work pages for people at the authority, else the public one."""
    return "base_desk.html" if getattr(getattr(request, "user", None), "role_codes", None) else "base_public.html"


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when what was sent is larger than the service takes."""
    if isinstance(exception, TOO_LARGE):
        return too_large(request)
    return render(request, "errors/400.html", {"base": base_for(request)}, status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: what was sent is too large."""
    drain(request)
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_048_576
    context = {"base": base_for(request), "most_mb": most, "back_url": back_url(request)}
    return render(request, "errors/413.html", context, status=413)


def drain(request: HttpRequest) -> None:
    """Read and forget the rest of the body, within reason: a browser that is still sending would see a broken line, not the page."""
    left = DRAINED_BYTES
    with contextlib.suppress(OSError):
        while left > 0 and (chunk := request.read(65_536)):
            left -= len(chunk)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 with the sentence that the refusal gave."""
    return render(request, "errors/403.html", {"base": base_for(request), "why": str(exception or "")}, status=403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what does not exist and what is not this person's to see."""
    return render(request, "errors/404.html", {"base": base_for(request)}, status=404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that needs no database, session or context, with a number that the log knows; 503 for a busy database."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return busy(request)
    number = uuid.uuid4().hex[:8].upper()
    log.error("Error page %s shown for %s %s", number, request.method, request.path)
    page = loader.get_template("errors/500.html").render(
        {
            "number": number,
            "again_url": again_url(request),
            "STATIC_URL": settings.STATIC_URL,
            "SERVICE_NAME": settings.SERVICE_NAME,
            "AUTHORITY_NAME": settings.AUTHORITY_NAME,
            "AUTHORITY_EMAIL": settings.AUTHORITY_EMAIL,
        }
    )
    return HttpResponse(page, status=500)


def busy(request: HttpRequest) -> HttpResponse:
    """503: the database is restarting, or too many wait for the same row. Nothing was half-written; shows what was typed."""
    log.error("The database did not answer in time for %s %s", request.method, request.path)
    page = loader.get_template("errors/503.html").render(
        {
            "kept": posted_texts(request),
            "again_url": again_url(request),
            "STATIC_URL": settings.STATIC_URL,
            "SERVICE_NAME": settings.SERVICE_NAME,
            "AUTHORITY_NAME": settings.AUTHORITY_NAME,
        }
    )
    return HttpResponse(page, status=503, headers={"Retry-After": "10"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when the page was too old or cookies are off: shows what was typed, so that it can be copied."""
    kept = posted_texts(request)
    return render(request, "errors/csrf.html", {"base": base_for(request), "kept": kept}, status=403)


def signed_out(request: HttpRequest, kept: list[tuple[str, str]], methods: tuple[str, ...]) -> HttpResponse:
    """403 when the session had ended before the form was sent: shows what was typed, and signs in to the page it was typed on.

    Not 401: that status asks for a WWW-Authenticate header, and browsers then open a dialog of their own. ``methods``: of the
    address that was posted to; one without GET is no page to come back to.
    """
    came_from = urlsplit(back_url(request))
    here = request.get_full_path() if "GET" in methods else ""
    page = f"{came_from.path}?{came_from.query}".rstrip("?") or here
    login = resolve_url(settings.LOGIN_URL)
    context = {
        "base": "base_public.html",
        "kept": kept,
        "has_files": bool(request.FILES),
        "login_url": f"{login}?next={quote(page)}" if page else login,
    }
    return render(request, "errors/signed_out.html", context, status=403)


def posted_texts(request: HttpRequest) -> list[tuple[str, str]]:
    """Name and text of every posted field but passwords, codes, tokens and what no one types; empty fields are left out."""
    try:
        posted: Any = request.POST.lists()
    except (SuspiciousOperation, UnreadablePostError):
        return []
    return [
        (name, text)
        for name, texts in posted
        if not any(word in name.lower() for word in SECRET_WORDS)
        and name not in BOOKKEEPING
        and not name.endswith("_FORMS")
        for text in texts
        if isinstance(text, str) and text.strip()
    ]
