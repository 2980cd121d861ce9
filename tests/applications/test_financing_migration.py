"""Moving financing from a yes or no to its form, run on a table of its own in the shape of the version before."""

from importlib import import_module

import pytest
from django.db import connection, models
from django.db.migrations.state import ModelState, ProjectState

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "prov_financingline"


@pytest.fixture
def before(transactional_db):
    """The state of the version before, with the one column that matters."""
    state = ProjectState()
    fields = [("id", models.BigAutoField(primary_key=True)), ("is_in_kind", models.BooleanField(default=False))]
    state.add_model(ModelState("applications", "FinancingLine", fields, options={"db_table": TABLE}))
    with connection.schema_editor() as editor:
        editor.create_model(line_of(state))
    yield state
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def line_of(state):
    return state.apps.get_model("applications", "FinancingLine")


def migration():
    found = import_module("applications.migrations.0007_form_of_financing").Migration
    return found("0007_form_of_financing", "applications")


def forward(state):
    with connection.schema_editor() as editor:
        return migration().apply(state.clone(), editor)


def test_what_was_in_kind_stays_in_kind_and_all_else_is_money(before, capsys):
    rows = line_of(before).objects
    kept = {rows.create(is_in_kind=value).pk: value for value in (True, False, True)}

    after = forward(before)

    forms = dict(line_of(after).objects.values_list("pk", "form"))
    assert forms == {pk: "in_kind" if value else "cash" for pk, value in kept.items()}
    assert "is_in_kind" not in [field.name for field in line_of(after)._meta.get_fields()]
    assert "financing in kind: 2 rows" in capsys.readouterr().out


def test_without_rows_in_kind_it_says_nothing(before, capsys):
    line_of(before).objects.create()

    forward(before)

    assert capsys.readouterr().out == ""


def test_the_way_back_keeps_what_is_in_kind(before):
    after = forward(before)
    lines = line_of(after).objects
    made = {lines.create(form=form).pk: form for form in ("cash", "in_kind", "direct")}

    with connection.schema_editor() as editor:
        migration().unapply(before.clone(), editor)

    held = dict(line_of(before).objects.values_list("pk", "is_in_kind"))
    assert held == {pk: form == "in_kind" for pk, form in made.items()}
