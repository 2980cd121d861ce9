"""A call with 120 questions in four sections, and a draft in it: the page of one section is what an applicant waits for."""

from __future__ import annotations

from typing import Any

QUESTIONS = 120
KINDS = ("text", "number", "amount", "date", "yes_no", "one_of", "several_of", "text")
SECTIONS = 4
NAME = "a section of a call with 120 questions"
PAGE = "fragor-del-2"
TARGET_MS = 100


def draft_with_questions(by: Any) -> Any:
    """A draft in an open call that asks 120 questions of the kinds with one field, turn by turn, thirty in each section."""
    from calls import actions
    from calls.models import Question, QuestionSection
    from calls.questions import form_in_work
    from tests.builders.applications import draft_application
    from tests.builders.base import call_manager
    from tests.builders.calls import call_data
    from tests.builders.questions import add_question, remove_standard_questions

    manager, data = call_manager(), call_data()
    call = actions.create_call(data, by=manager, at=data["opens_at"])
    remove_standard_questions(call, by=manager)
    first = [add_question(call, kind, by=manager, required="never") for kind in KINDS]
    form: Any = form_in_work(call)
    more = [
        QuestionSection(form=form, code=f"del-{number}", title=f"Del {number}", order=number + 1)
        for number in range(2, SECTIONS + 1)
    ]
    sections = [form.sections.get(), *QuestionSection.objects.bulk_create(more)]
    Question.objects.bulk_create(
        Question(
            form=form,
            section=sections[number * SECTIONS // QUESTIONS],
            code=f"x{number}",
            kind=first[number % len(KINDS)].kind,
            label=f"{first[number % len(KINDS)].label} Nummer {number}?",
            help_text="Skriv så att den som inte är insatt förstår.",
            settings=first[number % len(KINDS)].settings,
            order=number + 1,
        )
        for number in range(len(KINDS), QUESTIONS)
    )
    call = actions.open_call(actions.publish(call, by=manager, at=data["opens_at"]), at=data["opens_at"])
    return draft_application(call=call, applicant=by.organisations_now[0], by=by)
