"""Step-up: whoever signs shows once more that it is they who sit at the keyboard, by password or, where they have one, by code."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

REASON_KEY = "stepup_reason"
"""Where the page that asks finds its sentence, for the address that it leads back to."""


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person has confirmed who they are within the last minutes, in this session.

    A person with two-step verification confirms by code: the password alone, which a browser may have kept, does not do.
    Signing in does not count; what was confirmed in another session, or by somebody else in this one, never does.
    """
    user: Any = request.user
    if not user.is_authenticated:
        return False
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    methods = {
        record.get("method")
        for record in get_authentication_records(request, user)
        if record.get("reauthenticated") and record.get("at", 0) > since
    }
    if not methods:
        # Somebody without a password signs in through an identity provider alone; there is nothing here to ask for.
        return not user.has_usable_password() and not is_mfa_enabled(user)
    return "mfa" in methods or not is_mfa_enabled(user)


def ask(request: HttpRequest, back_to: str, reason: str) -> HttpResponse:
    """Lead to the page that asks for the password or the code, with the reason, and from there back to an address of ours."""
    request.session[REASON_KEY] = {"next": back_to, "text": reason}
    name = "mfa_reauthenticate" if is_mfa_enabled(request.user) else "account_reauthenticate"
    return redirect(f"{reverse(name)}?{urlencode({'next': back_to})}")
