"""Comments among the applicants, page by page: their own space, never the authority's (eget utrymme; TRUST INV-12).

They leave no event and no mail in the case, since the authority reads both once the application has come in: the rows
themselves say who wrote what and when, and who called it done.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q

from applications.drafting import stop_if
from applications.models import Application, Comment
from applications.pages import pages_of
from grants.accounts.enums import Level
from grants.accounts.models import AuthorityRole, Membership
from grants.core import mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.models import MessageState, OutgoingMessage, UsedToken
from grants.core.text import clean_text, too_long
from grants.core.time import now

MAX_TEXT = 5_000
MAX_COMMENTS = 500
"""More than any application needs, few enough for one page."""
MAIL = "applications/comments"
QUIET = dt.timedelta(hours=1)
"""A person gets at most one mail about comments in this time."""


@dataclass
class Thread:
    """A comment with its replies, oldest first."""

    first: Comment
    replies: list[Comment] = field(default_factory=list)


def may_comment(application: Application, user: Any) -> bool:
    """Everybody who may read the draft as one of the applicant's own; nobody else, whatever they may see of what was sent."""
    return Application.objects.owned_by(user).filter(pk=application.pk, is_test=False).exists()


@whole
def comment(
    application: Application, *, by: Any, text: str, page: str = "", thread: Any = None, token: uuid.UUID | None = None
) -> Comment:
    """Write a comment on a page, on the whole application, or in a thread, which is then open again.

    A second press of the same form, with the same text, gets the first one's comment.
    """
    row = _own(application, by)
    text = clean_text(text).strip()
    used = UsedToken.objects.filter(token=token).first() if token else None
    if used and (first := _first(row, by, used.result, text)):
        return first
    reasons: list[str] = list(too_long("Kommentaren", text, MAX_TEXT, "text"))
    if not text:
        reasons.append(Reason("Skriv en kommentar.", "text"))
    above = None
    if thread is not None:
        above = row.comments.filter(pk=thread, thread__isnull=True).first()
        if above is None:
            reasons.append(Reason("Kommentaren som du svarar på finns inte. Ladda om sidan.", "text"))
    elif page and page not in {one.value for one in pages_of(row)}:
        reasons.append(Reason("Den delen av ansökan finns inte längre. Ladda om sidan.", "text"))
    if row.comments.count() >= MAX_COMMENTS:
        reasons.append(Reason(f"Ansökan har redan {MAX_COMMENTS} kommentarer. Fler går inte att skriva.", "text"))
    stop_if(reasons)
    at = now()
    if above is not None and above.resolved_at:
        above.resolved_at = above.resolved_by = None
        above.save(update_fields=["resolved_at", "resolved_by"])
    made = Comment.objects.create(
        application=row, page=above.page if above else page, thread=above, text=text, created_by=by, created_at=at
    )
    if token and not used:
        UsedToken.objects.create(token=token, result=f"comment {made.pk}")
    _tell(row, by, at)
    return made


@whole
def resolve(application: Application, pk: Any, *, by: Any, done: bool) -> Comment:
    """Call a thread done, or open it again. Pressing twice changes nothing more."""
    row = _own(application, by)
    held: Comment | None = row.comments.filter(pk=pk, thread__isnull=True).first()
    if held is None:
        raise Blocked("Kommentaren finns inte. Ladda om sidan.")
    if done != bool(held.resolved_at):
        held.resolved_at, held.resolved_by = (now(), by) if done else (None, None)
        held.save(update_fields=["resolved_at", "resolved_by"])
    return held


def threads_by_page(application: Application, user: Any) -> dict[str, list[Thread]]:
    """The threads under the address of their page; "" for the whole, and for pages that are no longer there. One query."""
    rows = Comment.objects.visible_to(user).filter(application=application).select_related("created_by", "resolved_by")
    pages = {one.value for one in pages_of(application)}
    threads: dict[Any, Thread] = {}
    found: dict[str, list[Thread]] = {}
    for row in rows:
        if row.thread_id is None:
            threads[row.pk] = Thread(row)
            found.setdefault(row.page if row.page in pages else "", []).append(threads[row.pk])
        elif row.thread_id in threads:
            threads[row.thread_id].replies.append(row)
    return found


def _own(application: Application, by: Any) -> Application:
    row = lock(application)
    if not may_comment(row, by):
        raise PermissionDenied("Kommentarerna är sökandens egna.")
    return row


def _first(row: Application, by: Any, result: str, text: str) -> Comment | None:
    """The comment that the token wrote, if it is this one: another text, written after the way back, is a comment of its own."""
    key = result.removeprefix("comment ")
    return row.comments.filter(pk=key, created_by=by, text=text).first() if key.isdigit() else None


def readers(application: Application) -> list[str]:
    """Addresses of those who hear of new comments: who writes for the applicant, whom it is shared with, and members of the
    parties who have commented. Nobody of the authority that will try it, however they came to it (rules.shared_level).
    """
    parties = [pk for pk in application.parties.values_list("organisation", flat=True) if pk]
    writers = Q(organisation=application.applicant_id, level__in=(Level.EDIT, Level.MANAGE))
    authors = application.comments.values("created_by")
    taking_part = Q(organisation__in=[application.applicant_id, *parties], user__in=authors)
    held = Membership.objects.in_force().filter(writers | taking_part, user__is_active=True)
    still_there = Membership.objects.in_force().filter(user=OuterRef("user"), organisation=OuterRef("through"))
    at_authority = AuthorityRole.objects.in_force().filter(
        user=OuterRef("user"), authority=application.call.authority_id
    )
    shared = application.participants.in_force().filter(
        Q(through__isnull=True) | Exists(still_there), ~Exists(at_authority), user__is_active=True
    )
    addresses = [rows.order_by("pk").values_list("user__email", flat=True) for rows in (held, shared)]
    return list(dict.fromkeys(address for found in addresses for address in found))


def _tell(application: Application, by: Any, at: dt.datetime) -> None:
    """Queue a mail for each reader but the author: at once, or an hour after the last; one that waits already serves.

    The mail belongs to no case and quotes nothing: the message log of the case is the authority's.
    """
    to = [address for address in readers(application) if address != by.email]
    recent = OutgoingMessage.objects.filter(template=MAIL, to__in=to, next_try_at__gt=at - QUIET)
    last: dict[str, dt.datetime] = {}
    waiting: set[tuple[str, str]] = set()
    for row in recent:
        last[row.to] = max(row.next_try_at, last.get(row.to, row.next_try_at))
        if row.state == MessageState.QUEUED and row.next_try_at > at:
            waiting.add((row.to, row.body))
    for row in mail.queue(MAIL, to=to, application=application):
        if (row.to, row.body) in waiting:
            row.delete()
        elif row.to in last:
            row.next_try_at = last[row.to] + QUIET
            row.save(update_fields=["next_try_at"])
