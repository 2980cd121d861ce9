"""What every section has in common: who may write it now, on which version, and how it is saved."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from applications import rules
from applications.enums import Section, State
from applications.models import (
    Application,
)
from calls.whole import attach
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.time import now
from grants.core.workflow import lock


def editable_sections(application: Application) -> list[Section]:
    """The sections that can be changed now: all of a draft, those asked for in an open request for supplement."""
    if application.state == State.DRAFT:
        return list(Section)
    if application.state != State.SUPPLEMENT_REQUESTED:
        return []
    asked = application.supplement_requests.filter(answered_at__isnull=True).first()
    return [section for section in Section if asked and section in asked.sections]


def opened(application: Application, section: Section, *, by: Any, version: int | None) -> Application:
    """The row locked for writing the section. ``version`` None: the change cannot overwrite anybody's text."""
    row = lock(application)
    if not rules.may_edit(row, by):
        raise PermissionDenied("Du får läsa ansökan men inte ändra den.")
    if section not in editable_sections(row):
        raise Blocked(f"Delen ”{section.label}” går inte att ändra när ansökan är {row.get_state_display().lower()}.")
    if version is not None and version != row.version:
        raise Stale
    attach(row)
    return row


def kept_when_sent(row: Application, held: Any, text: str, where: str) -> list[Reason]:
    """What has come in keeps its amount, objective and area: the database promises it of every sent application."""
    return [] if held or row.state == State.DRAFT else [Reason(text, where)]


def stop_if(reasons: list[Any]) -> None:
    """Raise Blocked when there is any reason."""
    if reasons:
        raise Blocked(reasons)


def saved(row: Application) -> Application:
    """Save the locked row as changed now."""
    row.updated_at = now()
    row.save()
    return row
