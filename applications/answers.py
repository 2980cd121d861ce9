"""The questions of an application and its answers: which version is asked, what applies, what is read and frozen of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calls.enums import QuestionKind
from calls.questions import (
    PREFIX,
    Surroundings,
    asked_codes,
    checked,
    form_in_use,
    kind_of,
    must_answer,
    questions_of,
    sections_of,
)
from grants.core.exceptions import Reason


def form_of(application: Any) -> Any:
    """The version of the call's questions that the application answers."""
    if application.form is None:
        application.form = form_in_use(application.call)
    return application.form


def around_of(application: Any, *, with_files: bool = True) -> Surroundings:
    """What the questions may need to know of the application. ``with_files``: only where a file answers one of them."""
    from applications.objectives import regions_of

    files: dict[str, list[Any]] = {}
    takes_files = with_files and any(one.kind == QuestionKind.FILE for one in questions_of(form_of(application)))
    for row in application.attachments.all() if takes_files else ():
        if row.question_code and row.removed_at is None:
            files.setdefault(row.question_code, []).append(row)
    return Surroundings(regions=lambda: regions_of(application), answers=application.answers, files=files)


def applying(application: Any) -> list[Any]:
    """The questions that are asked with the answers that stand now, in order."""
    questions = questions_of(form_of(application))
    codes = asked_codes(questions, application.answers)
    return [question for question in questions if question.code in codes]


def missing(application: Any, page_of: Any) -> list[Reason]:
    """What is left to answer, each with the address of its field. ``page_of``: a question → the address of its page."""
    around = around_of(application)
    found = []
    for question in applying(application):
        answer = application.answers.get(question.code)
        for text, suffix in kind_of(question).lacks(question, answer, must=must_answer(question), around=around):
            name = PREFIX + question.code
            found.append(
                Reason(text, f"{page_of(question)}#{name}-{suffix}" if suffix else f"{page_of(question)}#{name}")
            )
    return found


def blocks(application: Any, page_of: Any) -> Iterator[dict[str, Any]]:
    """Each question that applies, with its words as they were asked and the answer as it reads, for the frozen content."""
    files = around_of(application).files
    for question in applying(application):
        kind = kind_of(question)
        answer = application.answers.get(question.code)
        if question.kind == "file":
            answer = [row.attachment.name for row in files.get(question.code, ())]
        yield {
            "page": page_of(question),
            "question": question.code,
            "heading": question.label,
            "for_assessors": question.for_assessors,
            **kind.block(question, answer),
        }


def sent_answers(application: Any) -> dict[str, Any]:
    """The answers to the questions that apply. What was typed under a condition that no longer holds is not sent."""
    return {q.code: application.answers[q.code] for q in applying(application) if q.code in application.answers}


def section_questions(form: Any, code: str) -> list[Any]:
    """The questions of one section; none for a code that the form lacks."""
    return next((list(section.questions.all()) for section in sections_of(form) if section.code == code), [])


def put(row: Any, questions: list[Any], given: dict[str, Any]) -> list[Any]:
    """Set the row's answers to these questions and keep all others. Returns the reasons why it cannot be kept."""
    answers, reasons = checked(
        questions, given, around_of(row, with_files=any(one.kind == "file" for one in questions))
    )
    codes = {question.code for question in questions}
    row.answers = {**{code: answer for code, answer in row.answers.items() if code not in codes}, **answers}
    row.earlier_answers = {code: one for code, one in row.earlier_answers.items() if code not in answers}
    return reasons


def carry_over(row: Any, form: Any) -> None:
    """Move a draft to another version. Answers stay by their code; what no longer fits is kept in words beside them."""
    old = {question.code: question for question in questions_of(form_of(row))}
    new = {question.code: question for question in questions_of(form)}
    around = around_of(row)
    kept: dict[str, Any] = {}
    earlier = dict(row.earlier_answers)
    for code, answer in row.answers.items():
        if code in new and old.get(code) and new[code].kind == old[code].kind:
            found, faults = kind_of(new[code]).check(new[code], answer, around)
            if not faults and found == answer:
                kept[code] = answer
                continue
        if code in old:
            earlier[code] = {"label": old[code].label, "words": kind_of(old[code]).words(old[code], answer)}
    row.answers, row.earlier_answers, row.form = kept, earlier, form
