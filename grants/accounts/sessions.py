"""Sessions in the database, each read with its person and their rights: who asks is one statement of every page."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session

from grants.accounts.models import User, mandates_of, organisations_of, roles_of
from grants.core.time import now, today
from grants.core.together import Together


def _who(key: Any, at: Any, day: Any) -> dict[str, Any]:
    whose = UserSession.objects.filter(session_key=key).values("user")[:1]
    return {
        "session": Session.objects.filter(session_key=key, expire_date__gt=at),
        "person": User.objects.filter(pk=whose),
        "organisations_now": organisations_of(whose, day),
        "roles_now": roles_of(whose, day),
        "mandates_now": mandates_of(whose, day),
    }


WHO = Together(_who)


class SessionStore(DatabaseStore):
    """Django's own, which keeps the person that the session was noted for when they signed in ("Mina inloggningar").

    ``person``: None until the session is read, and for a session that nobody is noted for yet. Whether the session really
    says that this person is signed in is for ``django.contrib.auth.get_user`` (grants.accounts.backends).
    """

    person: User | None = None

    def _get_session_from_db(self) -> Any:
        key = str(self.session_key)
        if not (key.isascii() and key.isalnum()):  # no key of ours, and PostgreSQL takes no text with a NUL
            self._session_key = None
            return None
        found = WHO.rows(key, now(), today())
        self.person = next(iter(found["person"]), None)
        if self.person is not None:
            self.person.__dict__.update({name: rows for name, rows in found.items() if name.endswith("_now")})
        if not found["session"]:
            self._session_key = None
            return None
        return found["session"][0]
