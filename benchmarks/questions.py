"""A call with 120 questions in one section, and a draft in it: the largest page that an applicant is asked to fill in."""

from __future__ import annotations

from typing import Any

QUESTIONS = 120
KINDS = ("text", "number", "amount", "date", "yes_no", "one_of", "several_of", "text")
NAME = "a section of 120 questions"
TARGET_MS = 100


def draft_with_questions(by: Any) -> Any:
    """A draft in an open call that asks 120 questions of the kinds with one field, turn by turn."""
    from calls import actions
    from calls.models import Question
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
    Question.objects.bulk_create(
        Question(
            form=form,
            section=form.sections.get(),
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
    return draft_application(call=call, applicant=by.memberships_now[0].organisation, by=by)
