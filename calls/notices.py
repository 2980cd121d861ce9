"""Mail about a call: to those it invites, and to those who are writing an application in it.

Drafts are their writers' own (eget utrymme): no list of them leaves here.

Applications lie downstream: they are reached through the call's own relation, their states by value.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from calls.enums import CallKind
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


@dataclass(frozen=True)
class Invited:
    """An address with the organisation that is invited, and what it is offered in kronor, as the template reads them from ``to``."""

    email: str
    organisation: str
    amount_sek: int | None


def notify_drafts(call: Call, what: str, *, template: str = "calls/changed") -> int:
    """Tell everyone with a draft in the call what has changed: "what" in a sentence or more. Returns how many mails were queued.

    To the contact and to the applicant's members who may write, once per draft and address. In the caller's transaction.
    """
    return len(mail.queue(template, to=receivers_of_drafts(call), call=call, what=what))


def tell_of_cancelling(call: Call, reason: str) -> None:
    """The call is called off: why, and that the draft stays theirs but cannot be sent in."""
    notify_drafts(call, reason, template="calls/cancelled")


def tell_invited(call: Call, reason: str = "") -> None:
    """A directed call or an offer of base funding is published: to those it names, with what each is offered.

    To the organisation's own address and to its members who may write. The call's page names those without either (``untold``)
    before publishing: the authority tells them in another way.
    """
    if call.is_by_invitation:
        mail.queue("calls/invited", to=receivers_of_invitations(call), call=call)


def receivers_of_invitations(call: Call) -> list[Invited]:
    """Each address with the organisation it is invited for. The same number of queries for any number of organisations."""
    rows = list(call.invitations.select_related("organisation"))
    writers = writers_of({row.organisation_id for row in rows})
    found = [
        Invited(address.lower(), str(row.organisation), row.amount_sek if call.kind == CallKind.BASE_FUNDING else None)
        for row in rows
        for address in (row.organisation.email, *writers[row.organisation_id])
        if address
    ]
    return list(dict.fromkeys(found))


def untold(call: Call) -> list[str]:
    """The invited organisations that no mail can reach: neither an address of their own nor a member who may write."""
    told = {receiver.organisation for receiver in receivers_of_invitations(call)}
    return [
        name for row in call.invitations.select_related("organisation") if (name := str(row.organisation)) not in told
    ]


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
