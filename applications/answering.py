"""Saving the answers of a section, and moving a draft to the version of the questions that the call asks now."""

from __future__ import annotations

from typing import Any

from applications import rules
from applications.answers import carry_over, form_of, put, section_questions
from applications.drafting import add_attachment, opened, remove_attachment, saved, stop_if
from applications.enums import Section, State
from applications.models import Application
from calls.questions import form_asked_now
from grants.core import events
from grants.core.held import whole
from grants.core.locks import lock


@whole
def save_answers(
    application: Application, section: str, answers: dict[str, Any], *, by: Any, version: int | None
) -> Application:
    """The answers to the questions of one section, by code; those of other sections stay. Raises Blocked for malformed ones.

    They are judged by the version that the draft was opened with; then the draft moves on if the call asks another.
    """
    row = opened(application, Section.PROJECT, by=by, version=version)
    questions = section_questions(form_of(row), section)
    stop_if([] if questions else ["Den delen av frågorna finns inte längre. Öppna ansökan igen."])
    stop_if(put(row, questions, answers))
    move_on(row, by)
    return saved(row)


@whole
def save_files(application: Application, uploads: dict[str, Any], removals: list[int], *, by: Any) -> None:
    """Files that answer questions: first those taken away, then the new ones, by the code of their question."""
    own = application.attachments.filter(removed_at__isnull=True).exclude(question_code="")
    for pk in own.filter(pk__in=removals).values_list("pk", flat=True):
        remove_attachment(application, pk, by=by)
    for code, upload in uploads.items():
        add_attachment(application, upload, by=by, question_code=code)


@whole
def follow_form(application: Application, *, by: Any) -> bool:
    """Move a draft to the version that its call asks now; True when it moved. What has come in keeps its version."""
    if application.state != State.DRAFT or application.supplement_id:
        return False
    asked = form_asked_now(application.call_id)
    if asked is None or asked.pk == application.form_id:
        return False
    row = lock(application)
    if row.state != State.DRAFT or not rules.may_edit(row, by) or not move_on(row, by):
        return False
    saved(row)
    return True


def move_on(row: Application, by: Any) -> bool:
    """Move the locked draft on, with an event; False when it is where it should be."""
    if row.state != State.DRAFT or row.supplement_id:
        return False
    form = form_asked_now(row.call_id)
    if form is None or row.form_id == form.pk:
        return False
    before = form_of(row).number
    carry_over(row, form)
    events.record(
        row,
        "form_changed",
        by=by,
        label="Ansökan följer de ändrade frågorna",
        facts={"version_before": before, "version": form.number, "kept_beside": sorted(row.earlier_answers)},
    )
    return True
