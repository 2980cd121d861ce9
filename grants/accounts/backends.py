"""How people sign in: with a password, through allauth. Both take a signed-in person from what was read with the session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib import auth
from django.contrib.auth.backends import ModelBackend

_read: ContextVar[Any] = ContextVar("read with the session", default=None)


def person_of(request: Any) -> Any:
    """Who is signed in, or an AnonymousUser: as ``django.contrib.auth.get_user`` finds and checks them, once in a request."""
    if not hasattr(request, "_cached_user"):
        request.session.get(auth.SESSION_KEY)  # reads the session, and the person with it
        with _lent(getattr(request.session, "person", None)):
            request._cached_user = auth.get_user(request)
    return request._cached_user


@contextmanager
def _lent(person: Any) -> Iterator[None]:
    """Inside the block, and in this thread only, the person need not be read again."""
    token = _read.set(person)
    try:
        yield
    finally:
        _read.reset(token)


class ReadWithSession(ModelBackend):
    """The person of that key, if they may still sign in."""

    def get_user(self, user_id: Any) -> Any:
        person = _read.get()
        if person is None or person.pk != user_id:
            return super().get_user(user_id)
        return person if self.user_can_authenticate(person) else None


class PasswordBackend(ReadWithSession):
    """Django's own."""


class AllauthBackend(ReadWithSession, AuthenticationBackend):
    """By e-mail address, as allauth asks for it."""
