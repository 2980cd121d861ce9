"""A known query fetches what its queryset would, for every value, and composes its SQL once."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connections
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError, atomic

from applications.models import Application
from grants.accounts.models import Mandate, User
from grants.core.known import Known, clear, rows_of
from grants.core.locks import lock
from grants.core.time import STOCKHOLM, now, today
from grants.strategy.models import Municipality, Region
from tests.builders import applications, base, calls

pytestmark = pytest.mark.django_db

WITH_CALL = Known(lambda pk: Application.objects.select_related("call__authority", "applicant").filter(pk=pk))


@pytest.fixture(autouse=True)
def reference():
    base.reference_data()


@pytest.fixture
def two():
    call = calls.open_call()
    return [applications.draft_application(call=call, title=title) for title in ("Den ena", "Den andra")]


def test_it_fetches_the_row_of_each_value_with_what_is_joined(two, django_assert_num_queries):
    for wanted in two:
        with django_assert_num_queries(1):
            row = WITH_CALL.get(wanted.pk)
            told = (row, row.title, row.call.authority.name, row.applicant.name)

        assert told == (wanted, wanted.title, wanted.call.authority.name, wanted.applicant.name)
        assert (row._state.adding, row._state.db) == (False, "default")


def test_it_composes_its_sql_once(two, monkeypatch):
    composed = []
    as_sql = SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda self, *a, **k: composed.append(1) or as_sql(self, *a, **k))
    known = Known(lambda pk: Application.objects.filter(pk=pk))

    assert [known.get(one.pk).title for one in [*two, *two]] == ["Den ena", "Den andra"] * 2
    assert len(composed) == 1


def test_every_slot_takes_the_value_of_its_place(two):
    one = two[0]
    known = Known(
        lambda title, applicant, version: Application.objects.filter(
            version__gte=version, applicant=applicant, title=title
        )
    )

    assert known.rows(one.title, one.applicant, 0) == [one]
    assert known.rows(one.title, one.applicant_id, 10_000) == []
    assert known.rows("' OR 1=1 --", one.applicant_id, 0) == []


def test_it_keeps_the_order_of_its_queryset():
    known = Known(lambda region: Municipality.objects.filter(region=region).order_by("-name"))

    for region in Region.objects.all():
        assert known.rows(region) == list(Municipality.objects.filter(region=region).order_by("-name"))
    assert Region.objects.count() == 21


def test_one_row_is_asked_for_and_none_or_two_are_its_models_own_faults(two):
    with pytest.raises(Application.DoesNotExist):
        WITH_CALL.get(uuid.uuid4())
    with pytest.raises(Application.MultipleObjectsReturned):
        Known(lambda call: Application.objects.filter(call=call)).get(two[0].call_id)


@pytest.mark.parametrize("value", [None, [1], ("a",), object(), 1.5])
def test_a_value_that_makes_other_sql_is_refused(value):
    with pytest.raises(TypeError):
        Known(lambda pk: User.objects.filter(pk=pk)).rows(value)


def test_a_function_that_reads_the_clock_is_refused_and_the_day_is_a_value():
    frozen = Known(lambda user: Mandate.objects.in_force().filter(user=user))
    by_day = Known(lambda user, day: Mandate.objects.in_force(day).filter(user=user))
    signer = base.signatory(base.region_organisation())
    held = signer.mandates.get()

    with pytest.raises(RuntimeError):
        frozen.rows(signer.pk)

    assert by_day.rows(signer.pk, held.valid_from) == [held]
    assert by_day.rows(signer.pk, held.valid_from - dt.timedelta(days=1)) == []
    assert today() == now().astimezone(STOCKHOLM).date()  # the clock is back


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        (lambda email: User.objects.filter(email=f"{email}"), ("a@example.se",)),
        (lambda pk, is_active: User.objects.filter(pk=pk, is_active=bool(is_active)), (1, True)),
        (lambda pk, name: User.objects.filter(pk=pk, name=f"{name}"), (1, "Bo")),
        (lambda pk, name: User.objects.filter(pk=pk), (1, "Bo")),
        (lambda pk: User.objects.filter(pk=pk).none(), (1,)),
        (lambda pk: User.objects.filter(pk=pk, email__in=[]), (1,)),
    ],
)
def test_a_value_that_is_changed_or_left_out_while_composing_is_refused(asked, values):
    with pytest.raises(TypeError):
        Known(asked).rows(*values)


def test_the_number_of_values_is_that_of_the_first_time():
    known = Known(lambda *pks: User.objects.filter(pk__in=pks))
    assert known.rows(uuid.uuid4(), uuid.uuid4()) == []

    with pytest.raises(TypeError, match="takes 2 values, not 1"):
        known.rows(uuid.uuid4())


def test_a_key_that_comes_as_a_text_is_locked_as_the_key_it_is(two):
    with atomic():
        assert lock(Application(pk=str(two[0].pk))) == two[0]


def test_only_rows_that_point_at_a_row_are_its_rows(two):
    with pytest.raises(TypeError, match="call is no relation"):
        rows_of(two[0], "call")


@pytest.mark.parametrize(
    "asked",
    [
        lambda pk: User.objects.filter(pk=pk).values_list("pk"),
        lambda pk: User.objects.filter(pk=pk).values("pk"),
        lambda pk: User.objects.filter(pk=pk).prefetch_related("memberships"),
    ],
)
def test_what_gives_no_plain_rows_is_refused(asked):
    with pytest.raises(TypeError):
        Known(asked).rows(1)


def test_threads_share_it_and_each_asks_on_its_own_connection(two):
    WITH_CALL.get(two[0].pk)
    seen = []

    def ask():
        own = connections["default"]
        compiler = WITH_CALL._composed.filled([two[0].pk], own).get_compiler("default")
        readers = compiler.get_converters([column for column, *_ in compiler.select]).values()
        whose = {
            one.__self__.connection
            for made, _ in readers
            for one in made
            if hasattr(getattr(one, "__self__", None), "connection")
        }
        seen.append((compiler.connection is own, compiler.connection, whose <= {own}))

    assert WITH_CALL._composed.compiler.connection is None
    ask()
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert [(is_own, reads_as_own) for is_own, _, reads_as_own in seen] == [(True, True)] * 2
    assert seen[0][1] is not seen[1][1]


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_known_lock_wants_a_transaction_as_the_queryset_does():
    draft = applications.draft_application()
    known = Known(lambda pk: Application.objects.select_for_update().filter(pk=pk))

    with atomic():
        assert known.get(draft.pk) == draft
        assert lock(draft).pk == draft.pk
    with pytest.raises(TransactionManagementError):
        known.rows(draft.pk)


def test_a_row_without_a_key_cannot_be_locked():
    with pytest.raises(Application.DoesNotExist):
        lock(Application(pk=None))


def test_a_row_that_is_gone_cannot_be_locked():
    with pytest.raises(Application.DoesNotExist):
        lock(Application(pk=uuid.uuid4()))


def test_clearing_deletes_the_rows_that_point_there_and_no_others(django_assert_num_queries):
    mine, other = applications.complete_draft(), applications.complete_draft()
    assert mine.cost_lines.count() > 0

    with django_assert_num_queries(1):
        clear(mine, "cost_lines")

    assert (mine.cost_lines.count(), other.cost_lines.count() > 0) == (0, True)


@pytest.mark.parametrize("name", ["parties", "call", "review"])
def test_rows_that_others_point_at_are_not_cleared(two, name):
    with pytest.raises(TypeError):
        clear(two[0], name)
