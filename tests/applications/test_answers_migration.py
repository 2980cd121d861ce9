"""Moving calls and applications from the fixed list of questions to rows: every answer keeps its question."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from applications.models import Application
from calls.models import FormVersion, Question
from calls.questions import questions_of
from calls.questions.standard import STANDARD_QUESTIONS
from grants.core import triggers
from tests.builders.applications import complete_draft
from tests.builders.base import fresh
from tests.builders.calls import draft_call

pytestmark = pytest.mark.django_db


def test_calls_and_applications_from_before_get_version_1_with_their_answers_codes(capsys):
    draft, coming = complete_draft(), draft_call()
    answers = fresh(draft).answers
    Application.objects.update(form=None)
    with triggers.suspended(connection):  # as in the version before
        FormVersion.objects.all().delete()
        importlib.import_module("calls.migrations.0004_standard_questions").ask_the_standard_questions(apps, None)
    importlib.import_module("applications.migrations.0005_answers_by_form_version").point_at_version_one(apps, None)

    said = capsys.readouterr().out
    assert "calls with the standard questions as rows: 2; questions made: 22" in said
    assert "applications that point at their version of the questions: 1" in said
    row = fresh(draft)
    assert row.answers == answers
    assert [question.code for question in questions_of(row.form)] == [code for code, _, _, _ in STANDARD_QUESTIONS]
    assert set(answers) == {question.code for question in questions_of(row.form)}
    assert row.form.frozen_at is not None
    assert coming.form_versions.get().frozen_at is None


def test_both_can_run_again_without_making_anything(capsys):
    complete_draft()
    made = Question.objects.count()

    importlib.import_module("calls.migrations.0004_standard_questions").ask_the_standard_questions(apps, None)
    importlib.import_module("applications.migrations.0005_answers_by_form_version").point_at_version_one(apps, None)

    assert (Question.objects.count(), capsys.readouterr().out) == (made, "")
