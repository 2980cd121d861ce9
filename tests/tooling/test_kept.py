"""States that are built once and written again (tests.builders.kept): the same rows, and never a state that nobody reached."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from applications import actions
from applications.models import Application
from calls.models import Call
from grants.accounts.models import Organisation
from grants.core.history import faults
from tests.builders import applications as build
from tests.builders import base, evaluation, kept
from tests.builders.kept import way

pytestmark = pytest.mark.django_db


def counted() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def again(step):
    """What ``step`` gives and how much it asked the database, each time from the same rows."""
    found = []
    for _ in range(2):
        place, savepoint = way.place, transaction.savepoint()
        with CaptureQueriesContext(connection) as asked:
            result = step()
        found.append((result, counted(), len(asked)))
        way.in_test = False  # as after a test: going back to where it began
        transaction.savepoint_rollback(savepoint)
        way.place, way.is_first, way.in_test = place, True, True
    return found


@pytest.fixture
def on_the_way():
    """A way of its own, on which nothing is known yet."""
    assert way.place is not None, "Run with KEEP_STATES unset."
    place, way.place = way.place, kept.Place()
    way.place.sequences = place.sequences


def test_a_state_that_is_written_again_has_the_same_rows_for_a_tenth_of_the_statements(on_the_way):
    (first, rows, asked), (second, same_rows, fewer) = again(evaluation.dispatched_decision)

    assert (second.pk, second.state, second.version) == (first.pk, first.state, first.version)
    assert rows == same_rows
    assert fewer - len(rows) < (asked - len(rows)) / 2


def test_what_comes_after_is_numbered_and_chained_on(on_the_way):
    def two_sent():
        first, second = build.submitted_application(), build.submitted_application()
        return first.case.number, second.case.number

    (numbers, _, _), (same, _, _) = again(two_sent)
    assert numbers == same == (numbers[0], numbers[0] + 1)

    draft = build.complete_draft()
    sent = actions.submit(draft, by=base.signatory(draft.applicant))
    assert sent.case.number == numbers[0]
    assert list(faults()) == []


def test_a_way_is_left_as_soon_as_something_else_writes(on_the_way):
    build.complete_draft()
    Organisation.objects.filter(code="region-24").update(name="Region Ny")

    assert way.place is None
    assert build.complete_draft().applicant.name == "Region Ny"


def test_a_builder_that_fails_leaves_no_note(on_the_way):
    place = way.place
    with pytest.raises(AssertionError, match="choose a smaller amount"):
        build.complete_draft(applied_sek=1_900_000)

    assert way.place is None
    assert [key for key in place.next if key[2] == kept.named({"applied_sek": 1_900_000})] == []


def test_a_step_that_would_change_other_rows_than_it_did_fails(on_the_way):
    place = kept.Place()
    place.statements.append(
        ('UPDATE "accounts_organisation" SET "name" = %s WHERE "code" = %s', ("X", "nobody"), False, 1)
    )

    with pytest.raises(AssertionError, match="changed 0 rows instead of 1"):
        kept.write_again(place)


def test_a_changed_copy_of_a_row_and_an_instant_are_other_arguments(on_the_way):
    call = Call(title="Ett")
    name = kept.named(call)
    call.title = "Två"

    assert name != kept.named(call)
    with pytest.raises(kept.Unnamed):
        kept.named(object())


def test_another_clock_or_other_settings_build_for_real(settings, on_the_way):
    settings.DEMO = True
    before = way.place

    build.draft_application()

    assert before.next == {} or way.place is None
    assert Application.objects.count() == 1
