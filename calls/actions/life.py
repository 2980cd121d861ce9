"""The life of a published call: what may still change, each change an event."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import applying, notices, rules
from calls.enums import State
from calls.faults import ends_before_closing
from calls.models import Call, Cutoff, Reopening
from grants.accounts.models import Organisation
from grants.core import events, mail
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.locks import lock
from grants.core.text import clean_text, too_long
from grants.core.time import format_instant, format_long_day, now, stockholm

MAX_REASON = 2_000


@transaction.atomic
def extend_closing(call: Call, closes_at: dt.datetime, *, by: Any, version: int, at: dt.datetime | None = None) -> Call:
    """Move the deadline forward, never back, with the last cut-off where there are several. Everyone with a draft is told.

    What has come in is not touched: it was in time or late by the deadline that held then. Raises PermissionDenied, Stale or
    Blocked.
    """
    row = lock(call)
    at = at or now()
    if not rules.may_manage(row, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan förlänga ansökningstiden.")
    if row.state not in (State.PUBLISHED, State.OPEN) or row.closes_at <= at:
        raise Blocked([Reason("Ansökningstiden går bara att förlänga innan utlysningen har stängt.", "closes_at")])
    if row.version != version:
        raise Stale
    if closes_at <= row.closes_at:
        raise Blocked(
            [
                Reason(
                    f"Skriv en tid efter {format_instant(row.closes_at)}. Ansökningstiden går bara att förlänga.",
                    "closes_at",
                )
            ]
        )
    before, row.closes_at = row.closes_at, closes_at
    if left := ends_before_closing(row, "closes_at"):
        raise Blocked(left)
    row.save()
    Cutoff.objects.filter(call=row, closes_at=before).update(closes_at=closes_at)
    notices.notify_drafts(row, record_extension(row, before, closes_at, by=by, at=at))
    return row


def record_extension(row: Call, before: dt.datetime, closes_at: dt.datetime, *, by: Any, at: dt.datetime) -> str:
    """Write the event of a deadline that has moved forward, whichever page moved it. What those with a draft are told."""
    moved = f"Från {format_instant(before)} till {format_instant(closes_at)}."
    events.record(
        row,
        "extended",
        by=by,
        at=at,
        label="Ansökningstiden förlängdes",
        reason=f"{moved} Ansökningar som redan har kommit in påverkas inte.",
        facts={"closes_at_before": before, "closes_at": closes_at},
    )
    return f"Ansökningstiden är förlängd. {moved}"


@transaction.atomic
def discard_draft(call: Call, *, by: Any, version: int, at: dt.datetime | None = None) -> None:
    """Throw a draft away with its set-up; its events stay, with one that says so, and its code is free again.

    A draft that has not left the authority is no public document (2 kap. 12 § tryckfrihetsförordningen). Raises
    PermissionDenied, Stale, or Blocked for what has been published and for a draft that somebody tries.
    """
    row = lock(call)
    if not rules.may_manage(row, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan kasta utkastet.")
    if row.state != State.DRAFT:
        raise Blocked("Utlysningen är publicerad och går inte att kasta. Ställ in den i stället.")
    if row.version != version:
        raise Stale
    if row.applications.exists():
        raise Blocked("Någon har en provansökan i utlysningen. Be dem ta bort den under Prova ansökan först.")
    events.record(
        row, "discarded", by=by, at=at or now(), label="Utkastet kastades", facts={"code": row.code, "title": row.title}
    )
    row.year_budgets.all().delete()  # before the themes that they may be for
    row.themes.filter(track__isnull=False).delete()
    for relation in Call._meta.related_objects:
        if relation.field.name == "call":
            relation.related_model._default_manager.filter(call=row).delete()
    Call.objects.filter(copied_from=row).update(copied_from=None)
    row.delete()


@transaction.atomic
def reopen_for(
    call: Call, organisation: Organisation, *, reason: str, ends_at: dt.datetime, by: Any, at: dt.datetime | None = None
) -> Reopening:
    """Open a closed call again for one organisation, for instance after a fault in the service; what it sends by then is in time.

    Its members who may write are told. Raises PermissionDenied, or Blocked with every reason; then nothing is written.
    """
    row = lock(call)
    at = at or now()
    if not rules.may_manage(row, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan öppna utlysningen igen.")
    reason = clean_text(reason).strip()
    found: list[str] = [*_closed_reasons(row, at), *too_long("Skälet", reason, MAX_REASON, "reason")]
    if not reason:
        found.append(Reason("Skriv varför utlysningen öppnas igen för dem.", "reason"))
    if ends_at <= at:
        found.append(Reason("Skriv en sista tid som ligger framåt.", "ends_at"))
    elif row.latest_end_on and stockholm(ends_at).date() >= row.latest_end_on:
        text = f"Projekten ska vara slut {format_long_day(row.latest_end_on)}. Skriv en sista tid före den dagen."
        found.append(Reason(text, "ends_at"))
    if not organisation.is_applicant or organisation.ended_on is not None:
        found.append(Reason("Välj en organisation som kan söka stöd.", "organisation"))
    else:
        found += applying.who_reasons(row, organisation, "organisation")
    held = applying.reopened_until(row, organisation.pk, at)
    if held is not None and ends_at <= held:
        found.append(
            Reason(
                f"Utlysningen är redan öppen för {organisation.name} till {format_instant(held)}. Skriv en senare tid.",
                "ends_at",
            )
        )
    if found:
        raise Blocked(found)
    made = Reopening.objects.create(call=row, organisation=organisation, reason=reason, ends_at=ends_at, by=by, at=at)
    events.record(
        row,
        "reopened",
        by=by,
        at=at,
        label=f"Utlysningen öppnades igen för {organisation.name} till {format_instant(ends_at)}",
        reason=reason,
        facts={"organisation": str(organisation.pk), "ends_at": ends_at},
    )
    mail.queue("calls/reopened", to=notices.writers_of({organisation.pk})[organisation.pk], call=row, reopening=made)
    return made


def _closed_reasons(call: Call, at: dt.datetime) -> list[Reason]:
    """Only what has closed and is not yet settled can be opened again for somebody."""
    if call.state == State.CLOSED or (call.state == State.OPEN and call.is_late(at)):
        return []
    if call.state in (State.PUBLISHED, State.OPEN):
        return [Reason("Utlysningen har inte stängt. Förläng ansökningstiden i stället.", "ends_at")]
    return [Reason("Utlysningen går bara att öppna igen när den är stängd och inte avgjord.", "ends_at")]
