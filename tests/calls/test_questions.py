"""The questions of the application form."""

import pytest

from calls.questions import STANDARD_QUESTIONS, questions_for
from tests.builders.calls import draft_call


def test_what_the_ordinance_asks_for_is_asked_and_must_be_answered():
    required = {question.code for question in STANDARD_QUESTIONS if question.required}

    assert {"purpose", "goals", "time_plan", "implementation"} - required == set()


def test_every_question_has_its_own_code_a_limit_and_words():
    codes = [question.code for question in STANDARD_QUESTIONS]

    assert len(codes) == len(set(codes)) == 11
    assert all(q.label.endswith("?") and q.help_text.endswith(".") and q.max_chars > 0 for q in STANDARD_QUESTIONS)


@pytest.mark.django_db
def test_a_call_asks_the_standard_questions():
    assert questions_for(draft_call()) == STANDARD_QUESTIONS
