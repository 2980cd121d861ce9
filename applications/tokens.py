"""Tokens of forms: one press, one result (INV-14)."""

from __future__ import annotations

import uuid
from typing import Any

from applications.models import Application
from grants.core.exceptions import Blocked
from grants.core.models import UsedToken


def use_token(token: Any, application: Application) -> None:
    """Mark the form's token as used for this application. Raises Blocked when it served something else before."""
    if not token:
        return
    mine = UsedToken(token=uuid.UUID(str(token)), result=str(application.pk))
    UsedToken.objects.bulk_create([mine], ignore_conflicts=True)
    if UsedToken.objects.values_list("result", flat=True).get(pk=mine.pk) != mine.result:
        raise Blocked("Formuläret är redan använt. Ladda om sidan och försök igen.")
