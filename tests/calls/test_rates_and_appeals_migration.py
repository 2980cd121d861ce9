"""The migrations that leave rates and appeals as rows only, run on tables of their own in the shape of the version before."""

import datetime as dt
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection, models
from django.db.migrations.state import ModelState, ProjectState

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("0006_rates_and_appeals_as_rows_only", "0007_drop_columns_of_rates_and_appeals")
JUNE = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def to(model, name):
    return models.ForeignKey(f"calls.{model}", on_delete=models.CASCADE, related_name=name)


def shapes():
    """The columns that matter, table by table."""
    yield (
        "Call",
        {
            "code": models.CharField(max_length=20),
            "is_appealable": models.BooleanField(default=False),
            "opens_at": models.DateTimeField(null=True),
            "earliest_start_on": models.DateField(null=True),
            "created_at": models.DateTimeField(default=JUNE),
        },
    )
    yield "YearBudget", {"call": to("Call", "year_budgets"), "year": models.PositiveSmallIntegerField()}
    yield (
        "CostType",
        {
            "call": to("Call", "cost_types"),
            "code": models.CharField(max_length=20),
            "flat_rate_percent": models.DecimalField(max_digits=5, decimal_places=2, null=True),
        },
    )
    yield (
        "FlatRate",
        {
            "cost_type": to("CostType", "flat_rates"),
            "percent": models.DecimalField(max_digits=5, decimal_places=2),
            "basis": models.ManyToManyField("calls.CostType", related_name="+"),
            "valid_from": models.DateField(),
            "valid_until": models.DateField(null=True),
        },
    )
    yield (
        "DecisionRule",
        {
            "call": to("Call", "decision_rules"),
            "kind": models.CharField(max_length=30),
            "is_appealable": models.BooleanField(default=False),
        },
    )


@pytest.fixture
def before(transactional_db):
    """The state of the version before, with its tables."""
    state = ProjectState()
    for name, fields in shapes():
        columns = [("id", models.BigAutoField(primary_key=True)), *fields.items()]
        state.add_model(ModelState("calls", name, columns, options={"db_table": f"prov_{name.lower()}"}))
    made = [state.apps.get_model("calls", name) for name, _ in shapes()]
    with connection.schema_editor() as editor:
        for model in made:
            editor.create_model(model)
    yield state
    with connection.cursor() as cursor:
        for table in ("prov_flatrate_basis", *(f"prov_{name.lower()}" for name, _ in reversed(list(shapes())))):
            cursor.execute(f"DROP TABLE {table}")


def migrated(state, names=NAMES):
    """The state after, each migration in a transaction of its own."""
    state = state.clone()
    for name in names:
        with connection.schema_editor() as editor:
            state = import_module(f"calls.migrations.{name}").Migration(name, "calls").apply(state, editor)
    return state


def of(state, name):
    return state.apps.get_model("calls", name).objects


def made_call(state, code, percent, is_appealable):
    call = of(state, "Call").create(code=code, is_appealable=is_appealable, opens_at=JUNE)
    of(state, "YearBudget").create(call=call, year=2027)
    for kind, rate in (("staff", None), ("travel", None), ("indirect", percent)):
        of(state, "CostType").create(call=call, code=kind, flat_rate_percent=rate)
    return call


def rates(state, code):
    return [
        (rate.cost_type.code, rate.percent, [one.code for one in rate.basis.all()], rate.valid_from, rate.valid_until)
        for rate in of(state, "FlatRate").filter(cost_type__call__code=code)
    ]


def rules(state, code):
    return list(of(state, "DecisionRule").filter(call__code=code).values_list("kind", "is_appealable"))


def test_what_only_the_columns_knew_becomes_rows_and_rows_that_stand_are_the_truth(before, capsys):
    standing = made_call(before, "rows", Decimal(99), False)
    made_call(before, "columns", Decimal("12.50"), True)
    made_call(before, "neither", None, False)
    indirect, staff = (standing.cost_types.get(code=code) for code in ("indirect", "staff"))
    held = of(before, "FlatRate").create(cost_type=indirect, percent=15, valid_from=dt.date(2027, 3, 1))
    held.basis.add(staff)
    of(before, "DecisionRule").create(call=standing, kind="support", is_appealable=True)

    after = migrated(before)

    assert {code: (rates(after, code), rules(after, code)) for code in ("rows", "columns", "neither")} == {
        "rows": ([("indirect", Decimal(15), ["staff"], dt.date(2027, 3, 1), None)], [("support", True)]),
        "columns": ([("indirect", Decimal("12.50"), ["staff"], dt.date(2026, 1, 1), None)], [("support", True)]),
        "neither": ([], [("support", False)]),
    }
    assert "flat rates made: 1; decision rules made: 2" in capsys.readouterr().out
    columns = {field.name for name in ("Call", "CostType") for field in of(after, name).model._meta.get_fields()}
    assert {"is_appealable", "flat_rate_percent"} & columns == set()


def test_a_second_run_makes_nothing(before, capsys):
    made_call(before, "columns", Decimal(15), True)
    migrated(before, NAMES[:1])
    capsys.readouterr()

    migrated(before, NAMES[:1])

    assert (len(rates(before, "columns")), rules(before, "columns")) == (1, [("support", True)])
    assert capsys.readouterr().out == ""


def test_the_way_back_fills_the_columns_from_the_rows(before):
    call = made_call(before, "columns", Decimal(15), True)
    after = migrated(before)
    assert rules(after, "columns") == [("support", True)]

    between = import_module(f"calls.migrations.{NAMES[0]}").Migration(NAMES[0], "calls").mutate_state(before.clone())
    for name, state in ((NAMES[1], between), (NAMES[0], before.clone())):
        with connection.schema_editor() as editor:
            import_module(f"calls.migrations.{name}").Migration(name, "calls").unapply(state, editor)

    assert of(before, "Call").get(pk=call.pk).is_appealable is True
    percents = dict(of(before, "CostType").values_list("code", "flat_rate_percent"))
    assert percents == {"staff": None, "travel": None, "indirect": Decimal(15)}
