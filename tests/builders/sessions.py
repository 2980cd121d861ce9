"""Sessions of people who have just confirmed who they are, as signing asks (grants.accounts.stepup)."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

OF_PERSON = "account_authentication_methods_user"


def confirm(session: Any, user: Any, *, method: str = "password", ago: float = 0) -> None:
    """Note in the session that the person confirmed who they are, so many seconds ago."""
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": method, "at": time.time() - ago, "reauthenticated": True}]
    session[OF_PERSON] = str(user.pk)


def confirmed(client: Any, user: Any, **how: Any) -> Any:
    """The test client of a signed-in person, who has confirmed who they are."""
    session = client.session
    confirm(session, user, **how)
    session.save()
    return client


def browser(person: Any) -> Client:
    """A test client in which the person is signed in."""
    client = Client()
    client.force_login(person, backend="grants.accounts.backends.PasswordBackend")
    return client
