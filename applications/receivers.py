"""Who gets the mails about an application."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grants.accounts.enums import Level
from grants.accounts.models import Membership


def receivers(application: Any, by: Any = None) -> Iterator[str]:
    """The contact, the person who acts and the applicant's members who write: each address once."""
    writers = (
        Membership.objects.in_force()
        .filter(organisation=application.applicant_id, level__in=(Level.EDIT, Level.MANAGE), user__is_active=True)
        .order_by("pk")
        .values_list("user__email", flat=True)
    )
    addresses = [application.contact_email, getattr(by, "email", ""), *writers]
    yield from {address.lower(): address for address in addresses if address}.values()
