"""Mail as rows (mechanism 5): written in the business transaction, claimed by a conditional UPDATE, sent after commit (INV-5)."""

from __future__ import annotations

import datetime as dt
import logging
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from grants.core.models import MessageState, OutgoingMessage
from grants.core.quiet import is_quiet
from grants.core.text import clean_name, clean_text
from grants.core.time import now

log = logging.getLogger(__name__)
LEASE = dt.timedelta(seconds=60)
MESSAGE_SPACE = uuid.UUID("5f0b2c1e-9a55-4c0f-8a52-0a4f6a0c7f11")
_KEY_MARK = re.compile(r"\[nyckel:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\]")


def key_of(seed: uuid.UUID | str) -> str:
    """The secret key of a one-time link, made of its random seed and the installation's own secret; stored nowhere."""
    return salted_hmac("grants.core.mail.key", str(seed), algorithm="sha256").hexdigest()


def key_mark(seed: uuid.UUID | str) -> str:
    """What stands for the key in a mail's stored text; the key itself is put there when the mail is sent.

    So whoever reads the database or the message log has no link that works.
    """
    return f"[nyckel:{seed}]"


def _with_keys(body: str) -> str:
    return _KEY_MARK.sub(lambda mark: key_of(mark[1]), body)


OwnText = Callable[[str, dict[str, Any]], "tuple[str, str] | None"]
_own_texts: list[OwnText] = []


def use_own_texts(source: OwnText) -> None:
    """Ask this function for the words of mails first: (template, context) → (subject or "", body), or None for the template's own.

    Called in ``AppConfig.ready`` of the stage that knows whose mail it is.
    """
    if source not in _own_texts:
        _own_texts.append(source)


def queue(template: str, *, to: Iterable[Any], about: Any = None, **context: Any) -> list[OutgoingMessage]:
    """Write one message per person or address, rendered now from ``templates/mail/<template>.txt``.

    The template's first line is the subject ("Ämne: …"), the rest the body; it gets ``about``, ``to`` and the context. A call's
    own words replace it (``use_own_texts``).
    Addresses come from accounts and register data only. An invalid one fails when it is sent; the message log shows those of cases.
    """
    if is_quiet():
        return []
    rows = []
    receivers = list(dict.fromkeys(to))
    given = {"about": about, **context}
    own = next((words for source in _own_texts if receivers and (words := source(template, given))), None)
    for receiver in receivers:
        address = getattr(receiver, "email", receiver)
        text = render_to_string(
            f"mail/{template}.txt",
            {
                "about": about,
                "to": receiver,
                "SERVICE_NAME": settings.SERVICE_NAME,
                "AUTHORITY_NAME": settings.AUTHORITY_NAME,
                "BASE_URL": settings.BASE_URL,
                **context,
            },
        )
        first, _, body = text.strip().partition("\n")
        if own is not None:
            first, body = own[0] or first, own[1]
        rows.append(
            OutgoingMessage(
                stream=getattr(about, "stream", None),
                template=template,
                to=address,
                subject=clean_name(first.removeprefix("Ämne:"))[:200],
                body=clean_text(body).strip() + "\n",
            )
        )
    OutgoingMessage.objects.bulk_create(rows)
    ids = [row.pk for row in rows]
    if ids:
        transaction.on_commit(lambda: hint(ids))
    return rows


def hint(ids: Iterable[Any]) -> None:
    """Tell the broker; the sweep finds the rows without it."""
    from grants.core.tasks import send_hint, send_message

    for message_id in ids:
        send_hint(send_message, str(message_id))


def due(at: dt.datetime) -> Q:
    """Messages that should go now: queued and due, or claimed by a sender whose lease ran out."""
    return Q(state=MessageState.QUEUED, next_try_at__lte=at) | Q(state=MessageState.SENDING, lease_until__lt=at)


def send(message_id: Any) -> bool:
    """Claim and send one message; True when it went. A fault is kept in the row with the time of the next try."""
    at = now()
    taken = OutgoingMessage.objects.filter(due(at), pk=message_id).update(
        state=MessageState.SENDING, attempts=F("attempts") + 1, lease_until=at + LEASE
    )
    if not taken:
        return False
    row = OutgoingMessage.objects.get(pk=message_id)
    mine = OutgoingMessage.objects.filter(pk=row.pk, state=MessageState.SENDING, attempts=row.attempts)
    try:
        validate_email(row.to)
        EmailMessage(
            row.subject,
            _with_keys(row.body),
            settings.DEFAULT_FROM_EMAIL,
            [row.to],
            headers={
                "Message-ID": f"<{uuid.uuid5(MESSAGE_SPACE, str(row.pk))}@projektmedel>",
                "Auto-Submitted": "auto-generated",
            },
        ).send(fail_silently=False)
    except Exception as fault:
        log.warning("message %s failed: %s", row.pk, fault)
        final = row.attempts >= OutgoingMessage.MAX_ATTEMPTS or not isinstance(fault, OSError)
        mine.update(
            state=MessageState.FAILED if final else MessageState.QUEUED,
            error=f"{type(fault).__name__}: {fault}"[:2000],
            next_try_at=now() + dt.timedelta(seconds=15 * 2**row.attempts),
            lease_until=None,
        )
        return False
    mine.update(state=MessageState.SENT, sent_at=now(), error="", lease_until=None)
    return True


def sweep() -> int:
    """Send what is due, oldest first, in this process. Returns how many went."""
    ids = OutgoingMessage.objects.filter(due(now())).order_by("created_at").values_list("pk", flat=True)[:200]
    return sum(send(message_id) for message_id in list(ids))
