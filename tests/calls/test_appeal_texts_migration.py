"""The migrations that make texts of what stood beside the choice of appeal, run on tables in the shape of the version before."""

import datetime as dt
import uuid
from importlib import import_module

import pytest
from django.db import connection, models
from django.db.migrations.state import ModelState, ProjectState

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("0012_appeal_texts_with_versions", "0013_drop_appeal_text")
JUNE, JULY = (dt.datetime(2026, month, 1, tzinfo=dt.UTC) for month in (6, 7))


def to_call(name):
    return models.ForeignKey("calls.Call", on_delete=models.CASCADE, related_name=name)


SHAPES = {
    ("calls", "Call"): {
        "id": models.UUIDField(primary_key=True, default=uuid.uuid4),
        "state": models.CharField(max_length=20),
        "created_at": models.DateTimeField(default=JUNE),
    },
    ("calls", "DecisionRule"): {
        "id": models.BigAutoField(primary_key=True),
        "call": to_call("decision_rules"),
        "kind": models.CharField(max_length=30),
        "is_appealable": models.BooleanField(default=False),
        "appeal_text": models.TextField(blank=True),
    },
    ("calls", "TextTemplate"): {
        "id": models.BigAutoField(primary_key=True),
        "call": to_call("text_templates"),
        "purpose": models.CharField(max_length=60),
        "version": models.PositiveSmallIntegerField(default=1),
        "subject": models.CharField(max_length=200, blank=True),
        "body": models.TextField(),
        "created_by_id": models.IntegerField(null=True),
        "created_at": models.DateTimeField(),
    },
    ("core", "Event"): {
        "id": models.BigAutoField(primary_key=True),
        "stream": models.UUIDField(),
        "seq": models.PositiveIntegerField(),
        "name": models.CharField(max_length=60),
        "by_id": models.IntegerField(null=True),
        "at": models.DateTimeField(),
        "facts": models.JSONField(default=dict),
    },
}


@pytest.fixture
def before(transactional_db):
    """The state of the version before, with its tables."""
    state = ProjectState()
    for (app, name), fields in SHAPES.items():
        state.add_model(ModelState(app, name, [*fields.items()], options={"db_table": f"prov_{name.lower()}"}))
    made = [state.apps.get_model(*key) for key in SHAPES]
    with connection.schema_editor() as editor:
        for model in made:
            editor.create_model(model)
    yield state
    with connection.cursor() as cursor:
        for _, name in reversed(SHAPES):
            cursor.execute(f"DROP TABLE prov_{name.lower()}")


def migrated(state, names=NAMES):
    """The state after, each migration in a transaction of its own."""
    state = state.clone()
    for name in names:
        with connection.schema_editor() as editor:
            state = import_module(f"calls.migrations.{name}").Migration(name, "calls").apply(state, editor)
    return state


def of(state, name, app="calls"):
    return state.apps.get_model(app, name).objects


def made_call(state, call_state, **rules):
    """A call with a rule for each kind: whether it can be appealed, and the text."""
    call = of(state, "Call").create(state=call_state)
    for kind, (is_appealable, text) in rules.items():
        of(state, "DecisionRule").create(call=call, kind=kind, is_appealable=is_appealable, appeal_text=text)
    return call


def texts_of(state, call):
    rows = of(state, "TextTemplate").filter(call=call.pk).order_by("purpose", "version")
    return list(rows.values_list("purpose", "version", "body", "created_by_id", "created_at"))


def rules_of(state, call):
    return list(of(state, "DecisionRule").filter(call=call.pk).order_by("pk").values_list("kind", "is_appealable"))


def saved(state, call, seq, at, part="decisions"):
    facts = {"part": part}
    of(state, "Event", "core").create(stream=call.pk, seq=seq, name="saved", by_id=7, at=at, facts=facts)


def test_each_text_becomes_the_first_version_of_the_one_that_its_choice_points_at(before, capsys):
    call = made_call(
        before, "open", support=(True, " Skriv till {myndighet}. "), dismissal=(False, "Enligt 9 §."), change=(True, "")
    )
    saved(before, call, 1, JUNE)
    saved(before, call, 2, JULY)
    saved(before, call, 3, dt.datetime(2026, 8, 1, tzinfo=dt.UTC), part="money")
    old = made_call(before, "settled", support=(True, "Skriv."))

    after = migrated(before)

    assert texts_of(after, call) == [
        ("appeal-support", 1, "Skriv till {myndighet}.", 7, JULY),
        ("no-appeal-dismissal", 1, "Enligt 9 §.", 7, JULY),
    ]
    assert texts_of(after, old) == [("appeal-support", 1, "Skriv.", None, JUNE)]
    assert rules_of(after, call) == [("support", True), ("dismissal", False), ("change", True)]
    assert "appeal_text" not in {field.name for field in of(after, "DecisionRule").model._meta.get_fields()}
    assert "appeal texts moved: 3; choices nobody had made taken away: 0" in capsys.readouterr().out


def test_only_drafts_that_nobody_has_touched_are_asked_again(before, capsys):
    untouched = {"support": (False, ""), "dismissal": (False, "")}
    fresh, published, looked_at = (made_call(before, state, **untouched) for state in ("draft", "published", "draft"))
    saved(before, looked_at, 1, JUNE)
    written = made_call(before, "draft", support=(False, "Går inte."), dismissal=(False, ""))
    chosen = made_call(before, "draft", support=(True, ""), dismissal=(False, ""))

    after = migrated(before)

    assert rules_of(after, fresh) == []
    assert [rules_of(after, call) for call in (published, looked_at, written)] == [
        [("support", False), ("dismissal", False)]
    ] * 3
    assert rules_of(after, chosen) == [("support", True), ("dismissal", False)]
    assert "appeal texts moved: 1; choices nobody had made taken away: 2" in capsys.readouterr().out


def test_a_second_run_moves_nothing(before, capsys):
    call = made_call(before, "draft", support=(True, "Skriv."))
    migrated(before, NAMES[:1])
    capsys.readouterr()

    migrated(before, NAMES[:1])

    assert len(texts_of(before, call)) == 1
    assert capsys.readouterr().out == ""


def test_the_way_back_fills_the_column_with_the_newest_text_of_the_choice(before):
    call = made_call(before, "open", support=(True, "Ett."), dismissal=(False, ""))
    after = migrated(before)
    for purpose, version in (("appeal-support", 2), ("no-appeal-support", 1), ("support-grounds", 1)):
        of(after, "TextTemplate").create(
            call_id=call.pk, purpose=purpose, version=version, body="Två.", created_at=JULY
        )

    between = import_module(f"calls.migrations.{NAMES[0]}").Migration(NAMES[0], "calls").mutate_state(before.clone())
    for name, state in ((NAMES[1], between), (NAMES[0], before.clone())):
        with connection.schema_editor() as editor:
            import_module(f"calls.migrations.{name}").Migration(name, "calls").unapply(state, editor)

    assert list(of(before, "DecisionRule").order_by("pk").values_list("kind", "appeal_text")) == [
        ("support", "Två."),
        ("dismissal", ""),
    ]
    assert [row[0] for row in texts_of(before, call)] == ["support-grounds"]
