"""Whose turn it is with an application, said so that everybody knows who waits for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from applications import commitments
from applications.enums import OPEN_STATES, State
from calls.enums import ConfirmationRule
from grants.accounts.enums import MandateScope
from grants.accounts.models import Mandate
from grants.core.text import listed
from grants.core.time import format_long_day


def signatories_of(organisations: Iterable[Any]) -> dict[Any, list[str]]:
    """The names of those who may sign applications, by organisation: one statement for all."""
    held = Mandate.objects.in_force().filter(
        organisation__in=set(organisations),
        scope__in=(MandateScope.ALL, MandateScope.APPLICATIONS),
        user__is_active=True,
    )
    found: dict[Any, list[str]] = defaultdict(list)
    for organisation, name in held.order_by("user__name").values_list("organisation", "user__name"):
        if name not in found[organisation]:
            found[organisation].append(name)
    return found


def waiting(application: Any, missing: list[Any], signatories: list[str]) -> str:
    """What is waited for, and whom: wants the row with its content. ``missing``: what keeps a draft from being sent."""
    if application.state == State.DRAFT:
        return of_draft(application, missing, signatories)
    if application.state == State.SUPPLEMENT_REQUESTED:
        asked = next((one for one in application.supplement_requests.all() if one.answered_at is None), None)
        return f"Ni ska svara senast {format_long_day(asked.due_on)}" if asked else "Ni ska komplettera"
    return f"{application.call.authority.name} handlägger" if application.state in OPEN_STATES else ""


def of_draft(application: Any, missing: list[Any], signatories: list[str]) -> str:
    names = [one.party.name for one in commitments.unconfirmed(application)]
    others = f"bekräftelse från {listed(names)}" if names else ""
    is_required = application.call.confirmation_rule == ConfirmationRule.REQUIRED
    left = [reason for reason in missing if getattr(reason, "where", "") != "parter#bekraftelser"]
    if left:
        return f"Er, och {others}" if others else "Er"
    if others and is_required:
        return others[:1].upper() + others[1:]
    signs = f"Firmatecknare: {listed(signatories)}" if signatories else "Firmatecknare, ingen är registrerad"
    return f"{signs}. Gärna även {others}" if others else signs
