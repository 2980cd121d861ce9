"""The calls that a person at an authority reaches at the desk."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from calls import rules
from calls.models import Call, CallQuerySet
from grants.accounts.enums import Role

READERS = (Role.HANDLER, Role.CALL_MANAGER)
"""Who open the pages of a call's set-up: calls.rules.may_look_up. Only a call manager changes anything there."""


def own_calls(user: Any) -> CallQuerySet:
    """The calls of the authorities where the person works, in every state."""
    return Call.objects.filter(authority__in=user.authority_ids)


def look_up(user: Any, code: str) -> Call:
    """A call whose set-up the person may read: a handler's or call manager's own. Raises Http404."""
    call = find(user, code)
    if not rules.may_look_up(call, user):
        raise Http404
    return call


def managed(user: Any, code: str) -> Call:
    """A call that the person manages. Raises Http404 for other authorities' calls, PermissionDenied for those who only read it."""
    call = look_up(user, code)
    if not rules.may_manage(call, user):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan ändra utlysningen.")
    return call


def find(user: Any, code: str) -> Call:
    """One of the person's own calls by its code, or by its id as step buttons post it. Raises Http404."""
    try:
        wanted = Q(code=code) | Q(pk=uuid.UUID(code))
    except ValueError:
        wanted = Q(code=code)
    return get_object_or_404(own_calls(user).select_related("authority", "programme"), wanted)
