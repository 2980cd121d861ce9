"""Title, summary, period and answers."""

from __future__ import annotations

from typing import Any

from applications.answers import form_of, put
from applications.drafting.budget import has_other_rates, recompute, stored_costs
from applications.drafting.opening import editable_sections, opened, saved, stop_if
from applications.enums import Section
from applications.models import (
    Application,
)
from calls.questions import questions_of
from grants.core.exceptions import Reason
from grants.core.held import whole
from grants.core.text import clean_name, clean_text, too_long

MAX_SUMMARY = 2_000
OTHER_RATE = (
    "Med det startdatumet gäller en annan schablon, och budgeten går inte att ändra nu. Be handläggaren att också be om "
    "komplettering av budgeten."
)


@whole
def save_project(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """Title, summary, period, and with ``answers`` the answers to every question; without it they stay as they are.

    Answers to questions that the call does not ask are not kept. A start from which another flat rate holds recomputes the
    budget in the same action; it is refused while the budget of an application that has come in cannot be changed.
    """
    from applications.answering import move_on  # it saves through this module

    row = opened(application, Section.PROJECT, by=by, version=version)
    row.title = clean_name(data.get("title") or "")
    row.summary = clean_text(data.get("summary") or "").strip()
    start_before = row.start_on
    row.start_on, row.end_on = data.get("start_on"), data.get("end_on")
    reasons: list[Any] = [
        *too_long("Projektets namn", row.title, 150, "title"),
        *too_long("Sammanfattningen", row.summary, MAX_SUMMARY, "summary"),
    ]
    if "answers" in data:
        reasons += put(row, questions_of(form_of(row)), data["answers"] or {})
    if row.start_on != start_before:
        reasons += _follow_start(row, by)
    stop_if(reasons)
    move_on(row, by)
    return saved(row)


def _follow_start(row: Application, by: Any) -> list[Reason]:
    """The budget by the flat rates that hold from the new start, or why it cannot be."""
    if Section.BUDGET in editable_sections(row):
        recompute(row, by, "Projektets start ändrades.")
    elif has_other_rates(row, stored_costs(row)):
        return [Reason(OTHER_RATE, "start_on")]
    return []
