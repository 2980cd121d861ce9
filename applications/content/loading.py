"""Everything that the content and the blockers of an application read: the same number of queries for any number of rows."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from applications.models import Application, ApplicationAttachment, CostLine, FurtherArea, ObjectiveLink, Party
from calls.whole import RULES, call_with_rules, form_with_questions

ONE = ("applicant", "theme__track", "main_objective__rus", "main_area", "case", "region", "contact_area")
"""Single relations that the content reads."""


def related() -> list[Any]:
    """Relations with many rows that the content and the blockers read: the same number of queries for any number of rows."""
    return [
        Prefetch("parties", Party.objects.select_related("organisation", "collaboration_level")),
        Prefetch("objective_links", ObjectiveLink.objects.select_related("objective__rus__region")),
        Prefetch("further_areas", FurtherArea.objects.select_related("area")),
        Prefetch("cost_lines", CostLine.objects.select_related("cost_type", "party")),
        "financing_lines",
        Prefetch("attachments", ApplicationAttachment.objects.select_related("attachment")),
    ]


def hold(row: Application) -> None:
    """Read the call, the questions and the relations with many rows onto a row that was just read; once, if it holds them."""
    if not _is_whole(row, "call"):
        row.call = call_with_rules(row.call_id)
    if row.form_id and not _is_whole(row, "form"):
        row.form = form_with_questions(row.form_id)
    prefetch_related_objects([row], *related())


def _is_whole(row: Application, name: str) -> bool:
    """Whether the row's relation was read with its own rows."""
    return name in row._state.fields_cache and hasattr(getattr(row, name), "_prefetched_objects_cache")


def with_content(applications: Any) -> Any:
    """The queryset with everything that ``content_of`` and the blockers read."""
    of_call = [f"call__{name}" for name in RULES]
    whole = applications.select_related("call__authority", "form", *ONE)
    return whole.prefetch_related(*of_call, "form__sections__questions", *related())


def loaded(application: Application) -> Application:
    """The application as the database has it now, with everything that its content needs."""
    row: Application = Application.objects.select_related(*ONE).get(pk=application.pk)
    hold(row)
    return row
