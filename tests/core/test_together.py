"""Queries read together give what each of them gives by itself: the rows, their values and their order, in one statement."""

import datetime as dt
import threading
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Upper
from django.db.models.sql.compiler import SQLCompiler

from applications.models import Application, CostLine, FinancingLine, Party
from grants.accounts.models import Membership, Organisation, User
from grants.core.known import rows_of
from grants.core.time import today
from grants.core.together import Together, hold_rows
from grants.strategy.models import Municipality, Objective, Region
from tests.builders import applications, base

pytestmark = pytest.mark.django_db


def budget_of(key):
    return {
        "application": Application.objects.select_related("call__authority", "main_objective__rus").filter(pk=key),
        "parties": Party.objects.select_related("organisation").filter(application=key),
        "costs": CostLine.objects.select_related("cost_type", "party").filter(application=key),
        "financing": FinancingLine.objects.filter(application=key),
    }


BUDGET = Together(budget_of)


@pytest.fixture
def draft():
    made = applications.complete_draft()
    CostLine.objects.filter(application=made).update(quantity=Decimal("12.50"), price_sek=400)
    return made


def columns(rows):
    """Every value of each row with its type, those of joined rows too."""
    return [
        {
            field.attname: (type(getattr(row, field.attname)), getattr(row, field.attname))
            for field in row._meta.concrete_fields
        }
        | {name: columns([other]) for name, other in row._state.fields_cache.items() if other is not None}
        for row in rows
    ]


def test_it_gives_the_rows_of_every_query_with_their_values_in_one_statement(draft, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = BUDGET.rows(draft.pk)

    for name, queryset in budget_of(draft.pk).items():
        assert columns(found[name]) == columns(queryset), name
    assert len(found["costs"]) > 1 and len(found["financing"]) == 1
    assert found["costs"][0].quantity == Decimal("12.50")
    with django_assert_num_queries(0):
        assert found["application"][0].call.authority.name and found["costs"][0].cost_type.label


def test_a_query_without_rows_gives_none_and_takes_none_of_the_others(draft):
    assert BUDGET.rows(uuid.uuid4()) == {"application": [], "parties": [], "costs": [], "financing": []}
    assert BUDGET.rows(draft.pk)["parties"] == []


def test_every_query_keeps_its_own_order():
    base.reference_data()
    asked = Together(
        lambda region: {
            "backwards": Municipality.objects.filter(region=region).order_by("-name"),
            "by default": Municipality.objects.filter(region=region),
            "computed": Municipality.objects.filter(region=region).order_by(Upper("name").desc(), F("pk").asc()),
            "as what it points at": Objective.objects.filter(rus__region=region).order_by("rus", "-pk"),
            "over a relation": Objective.objects.filter(rus__region=region).order_by("-rus__version", "order", "pk"),
        }
    )

    for region in Region.objects.all():
        found = asked.rows(region)
        assert found["backwards"] == list(Municipality.objects.filter(region=region).order_by("-name"))
        assert found["by default"] == list(Municipality.objects.filter(region=region))
        assert found["computed"] == list(Municipality.objects.filter(region=region).order_by(Upper("name").desc()))
        assert found["as what it points at"] == list(
            Objective.objects.filter(rus__region=region).order_by("rus", "-pk")
        )
        assert found["over a relation"] == list(
            Objective.objects.filter(rus__region=region).order_by("-rus__version", "order", "pk")
        )
    assert Region.objects.count() == 21


def test_what_a_query_adds_to_its_rows_comes_along_and_nothing_else():
    region = base.region_organisation()
    person = base.member(region)
    asked = Together(
        lambda user, day: {
            "people": User.objects.filter(pk=user).annotate(shout=Upper("name")).order_by("shout"),
            "organisations": Organisation.objects.filter(
                pk__in=Membership.objects.in_force(day).filter(user=user).values("organisation")
            ).annotate(level=Value("x"), shout=Upper("kind")),
        }
    )

    found = asked.rows(person.pk, today())

    assert [(one, one.level, one.shout) for one in found["organisations"]] == [(region, "x", region.kind.upper())]
    assert found["people"] == [person]
    assert set(vars(found["people"][0])) == {*vars(User.objects.get(pk=person.pk)), "shout"}
    assert asked.rows(person.pk, today() - dt.timedelta(days=4_000))["organisations"] == []


def test_it_composes_its_sql_once(draft, monkeypatch):
    composed = []
    as_sql = SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda self, *a, **k: composed.append(1) or as_sql(self, *a, **k))
    asked = Together(
        lambda key: {"all": Application.objects.filter(pk=key), "lines": CostLine.objects.filter(application=key)}
    )

    assert [len(asked.rows(key)["all"]) for key in (draft.pk, uuid.uuid4(), draft.pk)] == [1, 0, 1]
    assert len(composed) == 2


@pytest.mark.parametrize(
    "queryset",
    [
        lambda key: User.objects.filter(pk=key).values_list("pk"),
        lambda key: User.objects.filter(pk=key).prefetch_related("memberships"),
        lambda key: User.objects.filter(pk=key).select_for_update(),
        lambda key: User.objects.filter(pk=key).order_by("pk")[:1],
        lambda key: User.objects.filter(pk=key).distinct(),
        lambda key: User.objects.filter(pk=key).none(),
        lambda key: User.objects.filter(email=f"{key}"),
    ],
)
def test_what_would_not_be_the_same_rows_in_the_same_order_is_refused(queryset):
    with pytest.raises(TypeError):
        Together(lambda key: {"one": queryset(key), "other": User.objects.filter(pk=key)}).rows(uuid.uuid4())


@pytest.mark.parametrize("values", [(), (uuid.uuid4(), uuid.uuid4()), ([1],), (None,)])
def test_other_values_than_the_query_takes_are_refused(draft, values):
    BUDGET.rows(draft.pk)

    with pytest.raises(TypeError):
        BUDGET.rows(*values)


def test_a_value_that_is_no_key_of_ours_is_a_value_and_never_sql(draft):
    asked = Together(lambda title: {"drafts": Application.objects.filter(title=title)})

    assert asked.rows("' OR 1=1 --")["drafts"] == []
    assert asked.rows("100 %s % {}")["drafts"] == []
    assert asked.rows(draft.title)["drafts"] == [draft]


def test_threads_share_it_and_none_gets_the_rows_of_another(draft):
    BUDGET.rows(draft.pk)
    found = []

    def ask():
        found.append({name: len(rows) for name, rows in BUDGET.rows(uuid.uuid4()).items()})
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert found == [{"application": 0, "parties": 0, "costs": 0, "financing": 0}] * 4
    assert len(BUDGET.rows(draft.pk)["application"]) == 1


def test_what_is_held_is_read_once_in_one_statement_and_knows_its_row(draft, django_assert_num_queries):
    row = Application.objects.get(pk=draft.pk)

    with django_assert_num_queries(1):
        hold_rows(row, {"cost_lines": ("cost_type",), "parties": ()})
        hold_rows(row, {"cost_lines": ("cost_type",)})
    with django_assert_num_queries(0):
        lines = list(row.cost_lines.all())
        told = {(line.application, line.cost_type.call_id) for line in lines}
        again = rows_of(row, "cost_lines")

    assert told == {(row, row.call_id)}
    assert lines == again == list(draft.cost_lines.all())
    assert len(lines) > 1
    assert list(row.cost_lines.filter(pk=lines[0].pk)) == lines[:1]
    assert list(row.parties.all()) == []
