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
    """The way to the page with the whole process. It asks much of the call, so it is a page of its own."""
    return "applications/applicant/process_link.html", {"application": application}


def lanes_of(application: Any, user: Any) -> Any:
    """The whole process, with the application's place in it."""
    return process(application.call, subject=application, user=user)


register(Stage("Ansökan", Application, 20, notes, where))
