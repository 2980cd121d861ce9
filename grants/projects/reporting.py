"""When a project reports: the call's rules turned into days (DOMAIN 1.9), and what has come in by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, When

from grants.core.time import add_months, today
from grants.projects.enums import ProjectState, ReportKind, ReportState
from grants.projects.models import Project, Report

ONE_DAY = dt.timedelta(days=1)
REPORTING = (ProjectState.RUNNING, ProjectState.CLOSING)
"""States in which a report can be late: a paused project waits, a closed one is done."""


@dataclass(frozen=True)
class DueReport:
    """One report that the project owes: which days it covers, by when it is to be in, and whether it is."""

    kind: str
    period_start: dt.date
    period_end: dt.date
    due_on: dt.date
    is_sent: bool = False
    is_late: bool = False

    @property
    def label(self) -> str:
        return str(ReportKind(self.kind).label)


def periods(start_on: dt.date, end_on: dt.date, first_months: int, months: int) -> list[tuple[dt.date, dt.date]]:
    """The periods of the reports, first and last day of each: the first so long, then so often, the last to the project's end.

    None is shorter than a month: where less would be left at the end, the last but one stops a month before it, or goes on to it.
    """
    found: list[tuple[dt.date, dt.date]] = []
    begins, passed = start_on, first_months
    while (ends := add_months(start_on, passed) - ONE_DAY) < end_on:
        found.append((begins, ends))
        begins, passed = ends + ONE_DAY, passed + months
    if found and add_months(begins, 1) - ONE_DAY > end_on:
        month_before = min(add_months(end_on + ONE_DAY, -1), begins)
        if month_before >= add_months(found[-1][0], 1):
            found[-1] = (found[-1][0], month_before - ONE_DAY)
            begins = month_before
        else:
            begins = found.pop()[0]
    return [*found, (begins, end_on)]


def due_reports(project: Project, reports: Iterable[Any], day: dt.date | None = None) -> list[DueReport]:
    """The project's reports in order, the last one its final report. ``reports``: those that the project has, read already.

    A report counts once it has been sent in, by the days that it covers: what the owner reports earlier or in larger parts counts too.
    """
    day = day or today()
    call = project.application.call
    sent = [report for report in reports if report.state != ReportState.DRAFT]
    covered = max((report.period_end for report in sent if report.kind == ReportKind.PROGRESS), default=dt.date.min)
    has_final = any(report.kind == ReportKind.FINAL for report in sent)
    spans = periods(project.start_on, project.end_on, call.first_report_months, call.report_interval_months)
    found = []
    for number, (begins, ends) in enumerate(spans, 1):
        is_final = number == len(spans)
        days = call.final_report_due_days if is_final else call.report_due_days
        due_on = ends + dt.timedelta(days=days)
        is_sent = has_final if is_final else has_final or covered >= ends
        is_late = not is_sent and due_on < day and project.state in REPORTING
        kind = ReportKind.FINAL if is_final else ReportKind.PROGRESS
        found.append(DueReport(kind, begins, ends, due_on, is_sent, is_late))
    return found


def next_due(project: Project, reports: Iterable[Any]) -> DueReport | None:
    """The first report that is still owed; None when all are sent in."""
    return next((one for one in due_reports(project, reports) if not one.is_sent), None)


def next_payment_start(project: Project, payments: Iterable[Any]) -> dt.date | None:
    """The first day after all that the payment applications cover; None when that is after the project's end."""
    begins = max((one.period_end + ONE_DAY for one in payments), default=project.start_on)
    return begins if begins <= project.end_on else None


def first_late(project: Project) -> DueReport | None:
    """The oldest report that is late, of a project read by ``with_reports``."""
    return next((one for one in due_reports(project, project.reports.all()) if one.is_late), None)


def with_reports(projects: Any) -> Any:
    """Projects with what their due days are computed from: two queries for any number."""
    return projects.select_related("application__call", "application__case", "owner").prefetch_related(
        Prefetch("reports", Report.objects.order_by("period_start"))
    )


def late_projects(user: Any) -> Any:
    """The person's own projects with a report that is late, the one that has been late longest first.

    Their days are worked out here, since each call has rules of its own.
    """
    own = Project.objects.visible_to(user).filter(authority__in=user.authority_ids, handler=user, state__in=REPORTING)
    late = sorted((found.due_on, project.pk) for project in with_reports(own) if (found := first_late(project)))
    place = Case(*(When(pk=pk, then=number) for number, (_, pk) in enumerate(late)), output_field=IntegerField())
    return with_reports(Project.objects.filter(pk__in=[pk for _, pk in late])).order_by(place if late else "pk")
