"""Reports: the owner writes and sends, a handler checks, the report is approved."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied

from grants.core import mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.seen import same_version
from grants.core.text import clean_text, too_long
from grants.core.time import now
from grants.core.workflow import perform
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind
from grants.projects import blockers, papers, rules
from grants.projects.actions.common import NOT_YOURS, SENT, ask_to_write, handler_contacts, once, owner_contacts
from grants.projects.enums import ReportKind, ReportState
from grants.projects.models import Project, Report


@whole
def create_report(
    project: Project,
    *,
    kind: str,
    period_start: dt.date,
    period_end: dt.date,
    by: Any,
    token: uuid.UUID | None = None,
) -> Report:
    """A new draft, the owner's own until it is sent. No event: the authority does not see drafts (eget utrymme)."""
    project = lock(project)
    if not rules.may_write(project, by):
        raise PermissionDenied(NOT_YOURS)

    def make() -> Report:
        if kind not in ReportKind.values:
            raise Blocked(Reason("Välj lägesrapport eller slutrapport.", "kind"))
        reasons = [
            *blockers.reports_open(project),
            *blockers.report_period(project, kind, period_start, period_end),
        ]
        if reasons:
            raise Blocked(reasons)
        return Report.objects.create(
            project=project, kind=kind, period_start=period_start, period_end=period_end, created_by=by
        )

    return once(token, project, Report.objects, make)


@whole
def save_report(report: Report, data: dict[str, Any], *, by: Any, version: int) -> Report:
    """Save the texts, also unfinished ones. Raises Stale when somebody else saved in between, Blocked on too long texts."""
    row = lock(report)
    ask_to_write(row, by, version, rules.may_write_part)
    texts = {name: clean_text(str(data.get(name, getattr(row, name)))).strip() for name in blockers.REPORT_TEXTS}
    reasons: list[str] = [
        reason
        for name, label in blockers.REPORT_TEXTS.items()
        for reason in too_long(label, texts[name], blockers.LONGEST_TEXT, name)
    ]
    if reasons:
        raise Blocked(reasons)
    for name, text in texts.items():
        setattr(row, name, text)
    row.save()
    return row


@whole
def discard_report(report: Report, *, by: Any, version: int | None = None) -> None:
    """Throw a draft away that was never sent."""
    row = lock(report)
    if not rules.may_write_part(row, by):
        raise PermissionDenied(NOT_YOURS)
    if row.state != ReportState.DRAFT:
        raise Blocked(SENT)
    same_version(row, version)
    row.delete()


@whole
def submit_report(report: Report, *, by: Any, at: dt.datetime | None = None, version: int | None = None) -> Report:
    """Send the report in; it becomes a received document. A second press by the same person gets the same report."""
    at = at or now()
    lock(report.project)
    row = lock(report)
    if row.state == ReportState.SUBMITTED and row.submitted_by_id == getattr(by, "pk", None):
        return row
    row = perform(row, "submit", by=by, at=at, version=version)
    project = row.project
    row.document = file_document(
        project.application.case,
        kind=DocumentKind.REPORT,
        direction=Direction.RECEIVED,
        title=f"{row.get_kind_display()} {row.period_start}–{row.period_end}",
        content=papers.of_report(row),
        by=by,
        at=at,
    )
    row.save()
    mail.queue("projects/report_received", to=[by.email], about=row, report=row, project=project)
    mail.queue("projects/report_to_check", to=handler_contacts(project), about=row, report=row, project=project)
    return row


@whole
def request_report_supplement(
    report: Report, *, by: Any, reason: str, at: dt.datetime | None = None, version: int | None = None
) -> Report:
    """Back to the owner with what is missing."""
    row = perform(report, "request_supplement", by=by, at=at, reason=reason, version=version)
    mail.queue(
        "projects/report_supplement",
        to=[*owner_contacts(row.project), row.submitted_by.email],
        about=row,
        report=row,
        project=row.project,
        reason=clean_text(reason),
    )
    return row


@whole
def check_report(
    report: Report, *, by: Any, comment: str = "", at: dt.datetime | None = None, version: int | None = None
) -> Report:
    """A handler has read the report."""
    comment = clean_text(comment).strip()[: blockers.LONGEST_TEXT]
    return perform(report, "mark_checked", by=by, at=at, version=version, comment=comment)


@whole
def decide_report(report: Report, *, by: Any, at: dt.datetime | None = None, version: int | None = None) -> Report:
    """The report is approved."""
    row = perform(report, "decide", by=by, at=at, version=version)
    mail.queue(
        "projects/report_approved",
        to=[*owner_contacts(row.project), row.submitted_by.email],
        about=row,
        report=row,
        project=row.project,
    )
    return row
