"""Programmes that calls belong to: making and changing them. Every action is one transaction with an event."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from calls import rules
from calls.models import Programme
from grants.accounts.models import Organisation
from grants.core import events
from grants.core.events import canonical, sha256
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.held import whole
from grants.core.people import SYSTEM
from grants.core.text import clean_name, clean_text

NAMES = ("title", "assignment_number")
TEXTS = ("about", "source")
DAYS = ("starts_on", "ends_on", "final_report_on")
FIELDS = (*NAMES, *TEXTS, *DAYS)
TAKEN = Reason("Beteckningen används redan av ett annat program. Välj en annan.", "code")


@whole
def create_programme(data: dict[str, Any], *, by: Any, authority: Organisation) -> Programme:
    """A new programme of the authority. ``data``: ``code`` and the fields. Raises PermissionDenied or Blocked."""
    if by is not SYSTEM and not rules.manages_for(authority.pk, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan lägga till ett program.")
    programme = Programme(code=data["code"], authority=authority)
    _assign(programme, data)
    faults = _faults(programme)
    if Programme.objects.filter(code__iexact=programme.code).exists():
        faults.append(TAKEN)
    if faults:
        raise Blocked(faults)
    try:
        with transaction.atomic():
            programme.save(force_insert=True)
    except IntegrityError:
        if Programme.objects.filter(code__iexact=programme.code).exists():  # somebody took it in between
            raise Blocked([TAKEN]) from None
        raise
    events.record(
        programme, "created", by=by, label=f"Programmet {programme.title} lades till", facts={"code": programme.code}
    )
    return programme


@whole
def save_programme(programme: Programme, data: dict[str, Any], *, by: Any, version: str) -> Programme:
    """Change a programme, with before and after in the event. Raises PermissionDenied, Stale or Blocked."""
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    if not rules.manages_for(row.authority_id, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan ändra ett program.")
    if version != programme_version(row):
        raise Stale
    before = _values(row)
    _assign(row, data)
    faults = _faults(row)
    if faults:
        raise Blocked(faults)
    changed = {name: [before[name], value] for name, value in _values(row).items() if value != before[name]}
    if changed:
        row.save()
        events.record(row, "saved", by=by, label=f"Programmet {row.title} ändrades", facts={"changed": changed})
    return row


def programme_version(programme: Programme) -> str:
    """What a page carries to tell whether somebody saved in between."""
    return sha256(canonical(_values(programme)))[:16]


def _values(programme: Programme) -> dict[str, Any]:
    return {name: getattr(programme, name) for name in FIELDS}


def _assign(programme: Programme, data: dict[str, Any]) -> None:
    for name in FIELDS:
        if name in data:
            value = data[name]
            clean = clean_name(value) if name in NAMES else clean_text(value).strip() if name in TEXTS else value
            setattr(programme, name, clean)


def _faults(programme: Programme) -> list[str]:
    found: list[str] = []
    if not programme.title:
        found.append(Reason("Skriv programmets namn.", "title"))
    if programme.starts_on and programme.ends_on and programme.ends_on < programme.starts_on:
        found.append(Reason("Programmet måste sluta efter att det börjar.", "ends_on"))
    return found
