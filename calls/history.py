"""Real calls that ended before this service existed, loaded from calls/data/calls_real.csv as settled history."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db import transaction

from calls import actions
from calls.enums import CallKind
from calls.models import Call, Programme
from grants.accounts.enums import OrganisationKind
from grants.accounts.models import Organisation
from grants.core.people import SYSTEM
from grants.core.time import day_start, parse_day
from grants.core.workflow import perform

FILE = Path(__file__).parent / "data" / "calls_real.csv"
PROGRAMMES = Path(__file__).parent / "data" / "programmes.csv"
CHOSEN = ("TSP2018", "SRP2020")
"""The two calls about planning. The others in the file are other kinds of money."""


def load() -> int:
    """Load those that are missing; returns how many were new. Raises ValueError when the file lacks one of them."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = {row["call_id"]: row for row in csv.DictReader(file)}
    lacking = [code for code in CHOSEN if code not in rows]
    if lacking:
        raise ValueError(f"{FILE.name} lacks {', '.join(lacking)}.")
    load_programmes()
    return sum(_load(rows[code]) for code in CHOSEN)


@transaction.atomic
def load_programmes() -> int:
    """Load the assignments that calls belong to; returns how many were new. What is there already is left as it is."""
    with PROGRAMMES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not Programme.objects.filter(code=row["code"]).exists()]
    for row in rows:
        days = {name: _day(row[name]) for name in ("starts_on", "ends_on", "final_report_on")}
        actions.create_programme({**row, **days}, by=SYSTEM, authority=_authority())
    return len(rows)


@transaction.atomic
def _load(row: dict[str, str]) -> bool:
    """One call as a draft, then straight to settled. Days become instants: from the day's start until the last day's end."""
    if Call.objects.filter(code=row["call_id"]).exists():
        return False
    opened, closed = _day(row["published_or_opened"]), _day(row["closed"])
    call = actions.create_call(
        {
            "code": row["call_id"],
            "authority": _authority(),
            "kind": CallKind.OPEN,
            "title": row["title"],
            "who_may_apply": _lines(row["who_may_apply"]),
            "what_for": _lines(row["themes"]),
            "source_url": row["source_url"],
            "opens_at": day_start(opened) if opened else None,
            "closes_at": _day_end(closed) if closed else None,
            "cutoffs": [{"closes_at": _day_end(parse_day(day))} for day in row["cutoffs"].split(";") if day],
        },
        by=SYSTEM,
    )
    # The event is dated when it was written here. What the source says of the call itself stands as facts, empty when unknown.
    known = ("published_or_opened", "closed", "cutoffs", "projects_granted", "source_url", "note")
    perform(call, "record_history", by=SYSTEM, facts={key: row[key] for key in known})
    return True


def _authority() -> Organisation:
    """The authority of this installation; made when neither the demo nor an administrator has made it yet."""
    found, _ = Organisation.objects.get_or_create(
        code=settings.AUTHORITY_CODE,
        defaults={"name": settings.AUTHORITY_NAME, "kind": OrganisationKind.AGENCY, "is_authority": True},
    )
    return found


def _day_end(day: dt.date) -> dt.datetime:
    return day_start(day + dt.timedelta(days=1))


def _day(text: str) -> dt.date | None:
    return parse_day(text) if text else None


def _lines(text: str) -> str:
    """Parts separated by semicolons, one a line, each beginning with a capital letter."""
    parts = [part.strip() for part in text.split(";")]
    return "\n".join(part[:1].upper() + part[1:] for part in parts if part)
