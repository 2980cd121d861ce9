"""The forms of each section, filled from the row or from what was posted, with what their templates show."""

from __future__ import annotations

from typing import Any

from applications import party_facts
from applications.answering import save_answers, save_files
from applications.answers import around_of, form_of
from applications.choices import collaboration_levels, partners
from applications.drafting import save_parties, save_project
from applications.enums import Section
from applications.forms import (
    PartiesForm,
    PartyRows,
    ProjectForm,
)
from applications.models import Application
from applications.pages import PLACE, Page, divided
from applications.views.bound_base import Bound, as_read, is_valid
from applications.views.bound_budget import budget
from applications.views.bound_objectives import objectives, place
from calls.questions import AnswersForm, questions_of
from grants.core.held import whole

__all__ = ["BOUND", "Bound", "as_read", "is_valid", "questions"]


def parties(application: Application, post: Any = None, blank: int = 0) -> Bound:
    levels = collaboration_levels()
    organisations = partners(application.applicant_id)
    form = PartiesForm(
        post,
        initial={
            "is_joint": "ja" if application.is_joint else "nej",
            "contact_name": application.contact_name,
            "contact_email": application.contact_email,
            "contact_phone": application.contact_phone,
            **{name: getattr(application, name) for name in party_facts.OWN},
        },
    )
    held: list[dict[str, Any]] = [
        {
            "kind": party.kind,
            "name": party.name,
            "org_number": party.org_number,
            "level": str(party.collaboration_level.step) if party.collaboration_level else "",
            "contribution": party.contribution,
            **{name: getattr(party, name) for name in (*party_facts.OWN, *party_facts.CONTACT)},
        }
        for party in application.parties.all()
    ]
    rows: Any = PartyRows(
        post,
        prefix="parter",
        initial=held + [{} for _ in range(max(blank, 0 if held else 1))],
        form_kwargs={"levels": levels, "organisations": organisations},
    )
    bound = Bound(
        [form, rows],
        {"form": form, "rows": rows, "organisations": organisations.values(), "has_parties": bool(held)},
        save=save_parties,
    )
    if post is not None and is_valid(bound.sources):
        bound.data = {**form.cleaned_data, "parties": rows.filled()}
    return bound


def project(application: Application, post: Any = None, blank: Any = 0, files: Any = None) -> Bound:
    questions = [] if divided(application) else questions_of(form_of(application))
    form = ProjectForm(
        post,
        files,
        initial={
            "title": application.title,
            "summary": application.summary,
            "start_on": application.start_on,
            "end_on": application.end_on,
        },
        **asking(application, questions, blank),
    )
    bound = Bound([form], {"form": form, **shown(application, form)}, save=with_files(form, save_project))
    if post is not None and is_valid(bound.sources):
        bound.data = form.data_for_action()
    return bound


def questions(application: Application, page: Page, post: Any = None, blank: Any = 0, files: Any = None) -> Bound:
    """A section of questions that has a page of its own."""
    section = next(one for one in divided(application) if one.code == page.questions)
    form = AnswersForm(post, files, **asking(application, list(section.questions.all()), blank))

    def save(row: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
        return save_answers(row, page.questions, data, by=by, version=version)

    context = {"form": form, "question_section": section, **shown(application, form)}
    bound = Bound([form], context, save=with_files(form, save))
    if post is not None and is_valid(bound.sources):
        bound.data = form.answers
    return bound


def asking(application: Application, questions: list[Any], blank: Any) -> dict[str, Any]:
    """What a form with questions needs. ``blank``: the code of the question that gets one more row."""
    return {
        "questions": questions,
        "answers": application.answers,
        "around": around_of(application),
        "everything": {question.code: question for question in questions_of(form_of(application))},
        "earlier": application.earlier_answers,
        "more": str(blank or ""),
    }


def shown(application: Application, form: AnswersForm) -> dict[str, Any]:
    """What the templates show of the questions: each of them, and answers to questions that are asked no longer."""
    asked = {question.code for question in questions_of(form_of(application))}
    return {
        "questions": form.asked,
        "has_files": any(one.question.kind == "file" for one in form.asked),
        "gone": [one for code, one in application.earlier_answers.items() if code not in asked],
    }


def with_files(form: AnswersForm, save: Any) -> Any:
    """Save the answers and the files that are answers in one piece."""

    @whole
    def saving(row: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
        uploads, removals = form.uploads(), form.removals()
        row = save(row, data, by=by, version=version)
        if uploads or removals:
            save_files(row, uploads, removals, by=by)
        return row

    return saving


BOUND: dict[Any, Any] = {
    Section.PARTIES: parties,
    Section.PROJECT: project,
    Section.OBJECTIVES: objectives,
    PLACE: place,
    Section.BUDGET: budget,
}
