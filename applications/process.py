"""The application's machine as a part of the call's process."""

from __future__ import annotations

from typing import Any

from applications.enums import State
from applications.models import Application
from calls.diagram import Notes, Stage, process, register
from calls.enums import JointRule


def notes(call: Any) -> Notes:
    """What the call asks of those who apply."""
    said = []
    if call.joint_rule == JointRule.REQUIRED:
        said.append(f"Minst {max(call.fewest_applicants or 2, 2)} söker tillsammans")
    files = sum(row.is_required for row in call.required_attachments.all())
    if files:
        said.append(f"{files} {'bilaga' if files == 1 else 'bilagor'} måste finnas")
    return {State.DRAFT: said}


def where(subject: Any, user: Any) -> str:
    return str(subject.state) if isinstance(subject, Application) else ""


def process_panel(application: Any, user: Any) -> tuple[str, dict[str, Any]]:
    """The whole process on the application's page, with "ni är här"."""
    return "applications/applicant/process.html", {"lanes": process(application.call, subject=application, user=user)}


register(Stage("Ansökan", Application, 20, notes, where))
