"""The calls that a person at an authority reaches at the desk."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404

from calls.models import Call, CallQuerySet


def own_calls(user: Any) -> CallQuerySet:
    """The calls of the authorities where the person works, in every state."""
    return Call.objects.filter(authority__in=user.authority_ids)


def find(user: Any, code: str) -> Call:
    """One of the person's own calls by its code, or by its id as step buttons post it. Raises Http404."""
    try:
        wanted = Q(code=code) | Q(pk=uuid.UUID(code))
    except ValueError:
        wanted = Q(code=code)
    return get_object_or_404(own_calls(user).select_related("authority", "programme"), wanted)
