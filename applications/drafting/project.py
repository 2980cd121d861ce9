"""Title, summary, period and answers."""

from __future__ import annotations

from typing import Any

from applications.answers import form_of, put
from applications.drafting.opening import opened, saved, stop_if
from applications.enums import Section
from applications.models import (
    Application,
)
from calls.questions import questions_of
from grants.core.held import whole
from grants.core.text import clean_name, clean_text, too_long

MAX_SUMMARY = 2_000


@whole
def save_project(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """Title, summary, period, and with ``answers`` the answers to every question; without it they stay as they are.

    Answers to questions that the call does not ask are not kept.
    """
    from applications.answering import move_on  # it saves through this module

    row = opened(application, Section.PROJECT, by=by, version=version)
    row.title = clean_name(data.get("title") or "")
    row.summary = clean_text(data.get("summary") or "").strip()
    row.start_on, row.end_on = data.get("start_on"), data.get("end_on")
    reasons: list[Any] = [
        *too_long("Projektets namn", row.title, 150, "title"),
        *too_long("Sammanfattningen", row.summary, MAX_SUMMARY, "summary"),
    ]
    if "answers" in data:
        reasons += put(row, questions_of(form_of(row)), data["answers"] or {})
    stop_if(reasons)
    move_on(row, by)
    return saved(row)
