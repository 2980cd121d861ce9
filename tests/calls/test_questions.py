"""The questions of a call: what a new one begins with, and that every kind is whole."""

from pathlib import Path

import pytest

from calls.enums import QuestionKind
from calls.questions import KINDS, form_in_use, questions_of, sections_of
from calls.questions.standard import STANDARD_QUESTIONS
from tests.builders.calls import draft_call

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_kind_has_a_class_and_a_template():
    assert list(KINDS) == QuestionKind.values
    assert [kind.template for kind in KINDS.values() if not (ROOT / "templates" / kind.template).exists()] == []


def test_every_question_of_a_new_call_has_its_own_code_a_limit_and_words():
    codes = [code for code, _, _, _ in STANDARD_QUESTIONS]

    assert len(codes) == len(set(codes)) == 11
    assert all(label.endswith("?") and hint.endswith(".") and most > 0 for _, label, hint, most in STANDARD_QUESTIONS)


@pytest.mark.django_db
def test_a_new_call_asks_what_the_ordinance_asks_for_and_it_must_be_answered():
    questions = {question.code: question for question in questions_of(form_in_use(draft_call()))}

    assert list(questions) == [code for code, _, _, _ in STANDARD_QUESTIONS]
    assert {"purpose", "goals", "time_plan", "implementation"} - set(questions) == set()
    assert {question.required for question in questions.values()} == {"always"}


@pytest.mark.django_db
def test_the_form_of_a_call_is_read_with_two_queries(django_assert_num_queries):
    form = form_in_use(draft_call())

    with django_assert_num_queries(2):
        read = [
            (section.title, question.label) for section in sections_of(form) for question in section.questions.all()
        ]

    assert len(read) == 11
