"""Everything that the content and the blockers of an application read: the same number of queries for any number of rows."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from applications.models import Application
from calls.whole import RULES, call_with_rules, form_with_questions
from grants.core.known import Known
from grants.core.together import hold_rows

ONE = ("applicant", "theme__track", "main_objective__rus", "main_area", "case", "region", "contact_area")
"""Single relations that the content reads."""
WITH_ONE = Known(lambda pk: Application.objects.select_related(*ONE).filter(pk=pk))


MANY: dict[str, tuple[str, ...]] = {
    "parties": ("organisation", "collaboration_level"),
    "objective_links": ("objective__rus__region",),
    "further_areas": ("area",),
    "cost_lines": ("cost_type", "party"),
    "financing_lines": (),
    "attachments": ("attachment",),
}
"""Relations with many rows that the content and the blockers read, each with what is joined to its rows."""


def related() -> list[Any]:
    """The same for a queryset's ``prefetch_related``: the same number of queries for any number of rows."""
    meta: Any = Application._meta
    return [
        Prefetch(name, meta.get_field(name).related_model._default_manager.select_related(*joined or (None,)))
        for name, joined in MANY.items()
    ]


def hold(row: Application) -> None:
    """Read the call, the questions and the relations with many rows onto a row that was just read; once, if it holds them."""
    if not _is_whole(row, "call"):
        row.call = call_with_rules(row.call_id)
    if row.form_id and not _is_whole(row, "form"):
        row.form = form_with_questions(row.form_id)
    hold_rows(row, MANY)


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
    row = WITH_ONE.get(application.pk)
    hold(row)
    return row
