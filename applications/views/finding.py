"""Finding an application for the applicant's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from applications import rules
from applications.answering import follow_form
from applications.content import with_content
from applications.models import Application

CHANGED = "Frågorna i utlysningen har ändrats. Era svar finns kvar. Gå igenom frågorna, och svara på dem som är nya eller ändrade."


def find(request: HttpRequest, pk: Any, *, whole: bool = True) -> Application:
    """The application if it is the person's own organisation's, as applicant or party; 404 for everyone else."""
    rows = Application.objects.visible_to(request.user).owned_by(request.user)
    rows = with_content(rows) if whole else rows.select_related("call", "applicant", "case")
    return get_object_or_404(rows, pk=pk)


def up_to_date(request: HttpRequest, application: Application) -> Application:
    """The same application, moved to the questions that its call asks now where that is a draft which the person may change."""
    if not rules.may_edit(application, request.user) or not follow_form(application, by=request.user):
        return application
    messages.info(request, CHANGED)
    return find(request, application.pk)
