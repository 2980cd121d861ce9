"""Where and when a person is signed in, kept for the page "Mina inloggningar" without a write on every page."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

TRACK_EVERY_SECONDS = 300
KEY = "activity_noted_at"


class SessionActivityMiddleware:
    """Note a session's activity at most every five minutes (allauth's own notes it, with five statements, on each request)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A view that never asked who is there must not cost a visitor the session query.
        if request.session.accessed and request.user.is_authenticated and request.session.session_key:
            self.note(request)
        return response

    def note(self, request: HttpRequest) -> None:
        at = int(time.time())
        if at - request.session.get(KEY, 0) >= TRACK_EVERY_SECONDS:
            request.session[KEY] = at
            UserSession.objects.create_from_request(request)
