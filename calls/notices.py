"""Mail to those who are writing an application in the call. Their drafts are theirs (eget utrymme): no list of them leaves here.

Applications lie downstream: they are reached through the call's own relation, their states by value.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from calls.models import Call
from grants.accounts.enums import Level
from grants.accounts.models import Membership
from grants.core import mail


@dataclass(frozen=True)
class Receiver:
    """An address with the draft that the mail is about, as the templates read them from ``to``."""

    email: str
    title: str
    path: str


def notify_drafts(call: Call, what: str, *, template: str = "calls/changed") -> int:
    """Tell everyone with a draft in the call what has changed: "what" in a sentence or more. Returns how many mails were queued.

    To the contact and to the applicant's members who may write, once per draft and address. In the caller's transaction.
    """
    return len(mail.queue(template, to=receivers_of_drafts(call), call=call, what=what))


def tell_of_cancelling(call: Call, reason: str) -> None:
    """The call is called off: why, and that the draft stays theirs but cannot be sent in."""
    notify_drafts(call, reason, template="calls/cancelled")


def receivers_of_drafts(call: Call) -> list[Receiver]:
    """Everyone who writes a draft in the call. The same number of queries for any number of drafts."""
    drafts = list(call.applications.filter(state="draft", is_test=False, supplement=None).order_by("pk"))
    writers = writers_of({draft.applicant_id for draft in drafts})
    found = [
        Receiver(address.lower(), str(draft), draft.get_absolute_url())
        for draft in drafts
        for address in (draft.contact_email, *writers[draft.applicant_id])
        if address
    ]
    return list(dict.fromkeys(found))


def writers_of(organisation_ids: set[Any]) -> dict[Any, list[str]]:
    """The addresses of the members who may write for each organisation."""
    found: dict[Any, list[str]] = defaultdict(list)
    rows = Membership.objects.in_force().filter(
        organisation__in=organisation_ids, level__in=(Level.EDIT, Level.MANAGE), user__is_active=True
    )
    for organisation_id, email in rows.order_by("pk").values_list("organisation", "user__email"):
        found[organisation_id].append(email)
    return found
