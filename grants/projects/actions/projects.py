"""The project's own course: it starts with the decision, runs, waits, and is closed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evaluation.enums import GRANTING, DecisionKind
from grants.core import events, mail
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.time import day_start, format_long_day, now, stockholm
from grants.core.workflow import perform
from grants.documents.actions import file_document
from grants.documents.enums import Direction, DocumentKind
from grants.documents.models import Case
from grants.projects import papers
from grants.projects.actions.common import ask, handler_contacts, owner_contacts
from grants.projects.models import Project


@whole
def start_project(decision: Any, *, by: Any, at: dt.datetime | None = None) -> Project | None:
    """The dispatched decision to grant becomes a project; None when it grants nothing. A second call finds the first one's.

    Raises Blocked when the decision lacks what a project needs (amount, approved cost, period, objective, area).
    """
    if decision.kind != DecisionKind.SUPPORT or decision.outcome not in GRANTING:
        return None
    application = decision.application
    start_on, end_on = decision.start_on or application.start_on, decision.end_on or application.end_on
    basis_cost_sek = decision.basis_cost_sek or application.total_cost_sek
    if not (start_on and end_on and start_on < end_on):
        raise Blocked(
            Reason("Beslutet saknar projektperiod. Ange start och slut, med slutet efter starten.", "start_on")
        )
    if not 0 < decision.amount_sek <= basis_cost_sek:
        raise Blocked(Reason("Beviljat belopp ska vara större än noll och högst den godkända kostnaden.", "amount_sek"))
    review = getattr(application, "review", None)
    project, is_new = Project.objects.get_or_create(
        application=application,
        defaults={
            "decision": decision,
            "authority_id": decision.authority_id,
            "owner_id": application.applicant_id,
            "title": application.title,
            "handler_id": review.handler_id if review else None,
            "start_on": start_on,
            "end_on": end_on,
            "granted_sek": decision.amount_sek,
            "basis_cost_sek": basis_cost_sek,
            "main_objective_id": application.main_objective_id,
            "main_area_id": application.main_area_id,
        },
    )
    if is_new:
        facts = {"decision": str(decision.pk), "granted_sek": decision.amount_sek}
        events.record(project, "start_project", by=by, at=at, label="Projektet lades upp", facts=facts)
        mail.queue("projects/started", to=owner_contacts(project), about=project, project=project)
    return project


@whole
def begin(
    project: Project, *, by: Any, confirmed: bool = False, at: dt.datetime | None = None, version: int | None = None
) -> Project:
    """The project has started. Before its first day only when ``confirmed`` says that this is meant."""
    at = at or now()
    row = lock(project)
    ask(row, "begin", by, version)
    if at < day_start(row.start_on) and not confirmed:
        raise Blocked(
            Reason(
                f"Enligt beslutet startar projektet {format_long_day(row.start_on)}. "
                "Kryssa i att projektet ändå har startat, eller vänta till dess.",
                "confirmed",
            )
        )
    return perform(row, "begin", by=by, at=at)


@whole
def pause(
    project: Project, *, by: Any, reason: str, at: dt.datetime | None = None, version: int | None = None
) -> Project:
    """Nothing is paid while the project rests; reports may still be sent."""
    row = perform(project, "pause", by=by, at=at, reason=reason, version=version)
    mail.queue("projects/paused", to=owner_contacts(row), about=row, project=row, reason=reason)
    return row


@whole
def resume(project: Project, *, by: Any, at: dt.datetime | None = None, version: int | None = None) -> Project:
    row = perform(project, "resume", by=by, at=at, version=version)
    mail.queue("projects/resumed", to=owner_contacts(row), about=row, project=row)
    return row


@whole
def begin_closing(project: Project, *, by: Any, at: dt.datetime | None = None, version: int | None = None) -> Project:
    """The final report and the last payment application remain."""
    row = perform(project, "begin_closing", by=by, at=at, version=version)
    mail.queue("projects/closing", to=[*owner_contacts(row), *handler_contacts(row)], about=row, project=row)
    return row


@whole
def close(project: Project, *, by: Any, at: dt.datetime | None = None, version: int | None = None) -> Project:
    """Close the project and its case, with a closing note in the case file."""
    at = at or now()
    facts = {"granted_sek": project.granted_sek, "paid_sek": project.paid_sek}
    row = perform(project, "close", by=by, at=at, version=version, facts=facts, closed_on=stockholm(at).date())
    file_document(
        row.application.case,
        kind=DocumentKind.CLOSING,
        direction=Direction.DRAWN_UP,
        title="Projektet är avslutat",
        content=papers.of_closing(row, by),
        by=by,
        at=at,
    )
    Case.objects.filter(pk=row.application.case_id, closed_at=None).update(closed_at=at)
    mail.queue("projects/closed", to=owner_contacts(row), about=row, project=row)
    return row
