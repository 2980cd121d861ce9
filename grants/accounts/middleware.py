"""Sign-in: who must, what an ended session does not lose, and where a person is signed in ("Mina inloggningar")."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.functional import SimpleLazyObject

from grants.accounts.backends import person_of
from grants.core import errors
from grants.core.policy import policy_of

TRACK_EVERY_SECONDS = 300
KEY = "activity_noted_at"


class PersonMiddleware(AuthenticationMiddleware):
    """``request.user``: who is signed in, read with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        found: Any = SimpleLazyObject(lambda: person_of(request))
        request.user = found


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page asks for sign-in unless it says otherwise. A form sent after the session ended keeps what was typed (INV-11)."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable
    ) -> HttpResponseBase:
        kept = errors.posted_texts(request) if request.method == "POST" else []
        declared = policy_of(view_func)
        if kept and declared is not None:
            return errors.signed_out(request, kept, declared.methods)
        return super().handle_no_permission(request, view_func)


class FaultyFormMiddleware:
    """A refused form of allauth's answers 422 like every other one (DESIGN.md 5); its own views say 200."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and getattr(form, "errors", None):
            response.status_code = 422
        return response


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


class SignOutMiddleware:
    """Signing out empties what the browser has stored of ours, copies of unsaved text too, from whichever page it is pressed (INV-11)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        found = request.resolver_match
        if request.method == "POST" and found is not None and found.url_name == "account_logout":
            response.headers["Clear-Site-Data"] = '"storage"'
        return response
