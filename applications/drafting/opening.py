"""What every section has in common: who may write it now, on which version, and how it is saved."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from applications import rules
from applications.enums import Section, State
from applications.models import Application, SupplementRequest
from calls.whole import attach
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.held import is_held
from grants.core.locks import lock
from grants.core.rows import lend_rows
from grants.core.time import now


def editable_sections(application: Application) -> list[Section]:
    """The sections that can be changed now: all of a draft; of a working copy those asked for, until the answer is sent."""
    if application.state != State.DRAFT:
        return []
    if not application.supplement_id:
        return list(Section)
    waiting = SupplementRequest.objects.filter(answered_at__isnull=True, application__state=State.SUPPLEMENT_REQUESTED)
    asked = waiting.filter(pk=application.supplement_id).first()
    return [section for section in Section if asked and section in asked.sections]


def opened(application: Application, section: Section, *, by: Any, version: int | None) -> Application:
    """The row locked for writing the section. ``version`` None: the change cannot overwrite anybody's text."""
    row = lock(application)
    may_change(row, section, by=by)
    if version is not None and version != row.version:
        raise Stale
    attach(row)
    if is_held(application):  # it says what the row says, so the rows that were read onto it are the row's
        lend_rows(application, row)
    return row


def may_change(row: Application, section: Section, *, by: Any) -> None:
    """Raise PermissionDenied or Blocked when the person may not write this section of the locked row now."""
    if not rules.may_edit(row, by):
        raise PermissionDenied("Du får läsa ansökan men inte ändra den.")
    if section not in editable_sections(row):
        if row.supplement_id:
            raise Blocked(
                f"Delen ”{section.label}” går inte att ändra. Kompletteringen är avslutad eller gäller andra delar av ansökan."
            )
        raise Blocked(f"Delen ”{section.label}” går inte att ändra när ansökan är {row.get_state_display().lower()}.")


def kept_when_sent(row: Application, held: Any, text: str, where: str) -> list[Reason]:
    """What has come in keeps its amount, objective and area: the database promises it of every sent application."""
    return [] if held or (row.state == State.DRAFT and not row.supplement_id) else [Reason(text, where)]


def stop_if(reasons: list[Any]) -> None:
    """Raise Blocked when there is any reason."""
    if reasons:
        raise Blocked(reasons)


def saved(row: Application) -> Application:
    """Save the locked row as changed now."""
    row.updated_at = now()
    row.save()
    return row
