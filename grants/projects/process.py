"""The machines of a project and of a payment application as parts of the call's process."""

from __future__ import annotations

from typing import Any

from applications.models import Application
from calls.diagram import Notes, Stage, register
from grants.projects.enums import ProjectState
from grants.projects.models import PaymentApplication, Project


def notes(call: Any) -> Notes:
    """How often the project reports."""
    first, then = call.first_report_months, call.report_interval_months
    said = [
        f"Rapport efter {first} månader" if first > 1 else "Rapport efter en månad",
        f"Sedan minst var {then}:e månad" if then > 1 else "Sedan varje månad",
    ]
    return {ProjectState.RUNNING: said}


def where(subject: Any, user: Any) -> str:
    if not isinstance(subject, Application) or user is None:
        return ""
    return Project.objects.visible_to(user).filter(application=subject).values_list("state", flat=True).first() or ""


register(Stage("Projekt", Project, 50, notes, where))
register(Stage("Varje utbetalning", PaymentApplication, 60))
