"""What applicants were asked stands fast in the database too: triggers keep a frozen version, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from calls.actions import questions as actions
from calls.models import FormVersion, Question, QuestionSection
from calls.questions import form_in_use, form_in_work
from grants.core import triggers
from grants.core.invariants import triggers_in_place
from tests.builders.base import call_manager
from tests.builders.calls import open_call

pytestmark = pytest.mark.django_db
FROZEN = "(SELECT id FROM calls_formversion WHERE frozen_at IS NOT NULL)"
IN_WORK = "(SELECT id FROM calls_formversion WHERE frozen_at IS NULL)"
COLUMNS = (
    "kind, label, help_text, required, condition_code, condition_value, for_assessors, settings, form_id, section_id"
)
ATTACKS = {
    "another wording": f"UPDATE calls_question SET label = 'annat' WHERE form_id IN {FROZEN}",
    "other options": f"UPDATE calls_question SET settings = '{{}}' WHERE form_id IN {FROZEN}",
    "a question taken away": f"DELETE FROM calls_question WHERE form_id IN {FROZEN}",
    "a question put in": f'INSERT INTO calls_question (code, "order", {COLUMNS}) '
    f"SELECT 'ny', 99, {COLUMNS} FROM calls_question WHERE code = 'risks' AND form_id IN {FROZEN}",
    "a question moved in": f"UPDATE calls_question SET code = 'ny', form_id = {FROZEN} "
    f"WHERE code = 'risks' AND form_id IN {IN_WORK}",
    "another heading": f"UPDATE calls_questionsection SET title = 'annat' WHERE form_id IN {FROZEN}",
    "a section put in": 'INSERT INTO calls_questionsection (code, title, intro, "order", form_id) '
    f"SELECT 'ny', 'Ny', '', 9, id FROM calls_formversion WHERE id IN {FROZEN}",
    "a section taken away": f"DELETE FROM calls_questionsection WHERE form_id IN {FROZEN}",
    "another note": f"UPDATE calls_formversion SET note = 'annat' WHERE id IN {FROZEN}",
    "thawed": f"UPDATE calls_formversion SET frozen_at = NULL WHERE id IN {FROZEN} AND number = 1",
    "the version taken away": f"DELETE FROM calls_formversion WHERE id IN {FROZEN}",
}


@pytest.fixture
def call():
    """Version 1 is frozen, version 2 is in work."""
    manager = call_manager()
    made = open_call(manager=manager)
    actions.begin_version(made, by=manager)
    return made


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (FormVersion, QuestionSection, Question)]


@pytest.mark.parametrize("statement", ATTACKS.values(), ids=ATTACKS)
def test_the_database_refuses_to_change_a_frozen_version_in_any_way(call, statement):
    before = rows()

    with pytest.raises(IntegrityError, match="keeps its rows"), transaction.atomic():
        sql(statement)

    assert rows() == before


CHANGES = {name: attack for name, attack in ATTACKS.items() if not {"DELETE", "NULL"} & {*attack.split()}}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_without_the_triggers_the_same_goes_through(call, statement):
    """The negative twin: no other guard of the database stands in the way."""
    before = rows()

    with transaction.atomic():
        triggers.drop(connection)
        sql(statement)
        after = rows()
        transaction.set_rollback(True)

    assert after != before


def test_the_version_in_work_changes_is_taken_into_use_and_stands(call):
    manager = call_manager()
    sql(f"UPDATE calls_question SET label = 'Nya ord?' WHERE code = 'risks' AND form_id IN {IN_WORK}")
    work = form_in_work(call)

    used = actions.take_into_use(call, note="Nya ord.", by=manager)

    assert (used, form_in_use(call), used.questions.get(code="risks").label) == (work, work, "Nya ord?")
    with pytest.raises(IntegrityError), transaction.atomic():
        used.questions.update(help_text="annat")


def test_a_version_in_work_is_discarded_whole(call):
    frozen = form_in_use(call)
    before = frozen.questions.count()

    actions.discard_version(call, by=call_manager())

    assert (FormVersion.objects.filter(call=call).count(), Question.objects.filter(form__call=call).count()) == (
        1,
        before,
    )


@pytest.mark.postgres_only
@pytest.mark.parametrize("table", ["calls_question", "calls_questionsection", "calls_formversion"])
def test_postgresql_refuses_truncate_too(call, table):
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    before = rows()

    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"TRUNCATE {table} CASCADE")

    assert rows() == before


@pytest.mark.parametrize("trigger", ["calls_question_keep_insert", "calls_formversion_keep_update"])
def test_a_missing_trigger_is_found_by_the_check(trigger):
    on = "" if connection.vendor == "sqlite" else f" ON {trigger.partition('_keep')[0]}"
    assert triggers_in_place() == []

    sql(f"DROP TRIGGER {trigger}{on}")

    assert triggers_in_place() == [f"trigger {trigger} is missing"]
