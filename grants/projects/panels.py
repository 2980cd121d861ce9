"""What this stage adds to the applicant's page of an application."""

from __future__ import annotations

from typing import Any

from grants.projects.models import Project


def project_panel(application: Any, user: Any) -> tuple[str, dict[str, Any]] | None:
    """The way to the project, once the application has become one."""
    project = Project.objects.visible_to(user).filter(application=application).first()
    return None if project is None else ("projects/applicant/panel.html", {"project": project})
