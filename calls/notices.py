"""Mail about a call: to those it invites, and to those who are writing an application in it.

Drafts are their writers' own (eget utrymme): no list of them leaves here.

Applications lie downstream: they are reached through the call's own relation, their states by value.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from calls.enums import CallKind
from calls.models import Call
from grants.accounts.enums import Level
from grants.accounts.models import Membership
from grants.core import mail
from grants.core.models import MessageState, OutgoingMessage
from grants.core.text import clean_text
from grants.core.time import now

CHANGED = "calls/changed"
QUIET = dt.timedelta(minutes=10)
"""Those with a draft get at most one mail about changes of its call in this time."""


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


def notify_drafts(call: Call, what: str, *, template: str = CHANGED) -> int:
    """Tell everyone with a draft in the call what has changed: "what" in a sentence or more. Returns how many are told.

    To the contact and to the applicant's members who may write, once per draft and address. In the caller's transaction.
    A first change is told at once, those of the next ten minutes in one mail together.
    """
    rows = mail.queue(template, to=receivers_of_drafts(call), call=call, what=what)
    if template == CHANGED and rows:
        _gather(rows, clean_text(what).strip(), now())
    return len(rows)


def _gather(rows: list[OutgoingMessage], what: str, at: dt.datetime) -> None:
    """Let the change join a mail that has not gone yet; after one that has, wait until ``QUIET`` has passed.

    Two mails are about the same draft when they differ in what has changed only: its call and address stand around that. The
    rows are locked, so that a worker takes a mail either before the change joins it or after.
    """
    recent = Q(state=MessageState.QUEUED) | Q(next_try_at__gt=at - QUIET)
    held: dict[str, list[OutgoingMessage]] = defaultdict(list)
    found = OutgoingMessage.objects.select_for_update().filter(
        recent, template=CHANGED, to__in=[row.to for row in rows]
    )
    for one in found.exclude(pk__in=[row.pk for row in rows]).order_by("next_try_at"):
        held[one.to].append(one)
    joined, joining, later = [], [], []
    for row in rows:
        head, _, tail = row.body.partition(what)
        same = [one for one in held[row.to] if one.body.startswith(head) and one.body.endswith(tail)]
        waiting = next((one for one in same if one.state == MessageState.QUEUED), None)
        if waiting is not None:
            said = waiting.body.removeprefix(head).removesuffix(tail)
            more = "" if what in said else f"\n{what}"
            waiting.body = f"{head}{said}{more}{tail}"
            joined.append(waiting)
            joining.append(row.pk)
        elif same:
            row.next_try_at = same[-1].next_try_at + QUIET
            later.append(row)
    OutgoingMessage.objects.bulk_update(joined, ["body"])
    OutgoingMessage.objects.bulk_update(later, ["next_try_at"])
    OutgoingMessage.objects.filter(pk__in=joining).delete()


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
