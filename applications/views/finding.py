"""Finding an application for the applicant's pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from applications.content import with_content
from applications.models import Application


def find(request: HttpRequest, pk: Any, *, whole: bool = True) -> Application:
    """The application if it is the person's own organisation's, as applicant or party; 404 for everyone else."""
    rows = Application.objects.visible_to(request.user).owned_by(request.user)
    rows = with_content(rows) if whole else rows.select_related("call", "applicant", "case")
    return get_object_or_404(rows, pk=pk)
