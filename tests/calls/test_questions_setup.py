"""Setting up a call's questions: every kind, conditions, order, sections and versions."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from calls import actions as call_actions
from calls.actions import questions as actions
from calls.enums import QuestionKind
from calls.models import Question
from calls.questions import form_in_use, form_in_work, questions_of
from calls.questions.outline import stamp
from calls.questions.registry import KINDS
from calls.questions.versions import copy_form, differences
from grants.core import events, triggers
from grants.core.exceptions import Blocked, Stale
from tests.builders.base import call_manager, handler
from tests.builders.calls import draft_call, open_call, published_call
from tests.builders.questions import add_question, question_data, remove_standard_questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return call_manager()


@pytest.fixture
def call(manager):
    made = draft_call(manager=manager)
    remove_standard_questions(made, by=manager)
    return made


def labels(call):
    return [question.label for question in questions_of(form_in_work(call) or form_in_use(call))]


def refused(act):
    with pytest.raises(Blocked) as stop:
        act()
    return [(str(reason), getattr(reason, "where", "")) for reason in stop.value.reasons]


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_a_question_of_every_kind_is_added_changed_and_told_in_an_event(call, manager, kind):
    added = add_question(call, kind, by=manager)

    changed = actions.save_question(call, added.code, question_data(call, kind, label="Ny ordalydelse?"), by=manager)

    assert (changed.code, changed.kind, labels(call)) == (added.code, kind, ["Ny ordalydelse?"])
    assert changed.settings == added.settings
    assert [event.label for event in events.of(call)][-2:] == [
        f"Frågan ”Fråga av slaget {kind}?” lades till",
        "Frågan ”Ny ordalydelse?” ändrades",
    ]


def test_a_code_is_never_given_to_another_question(call, manager):
    first = add_question(call, by=manager, label="Ett?")
    second = add_question(call, by=manager, label="Två?")
    actions.remove_question(call, first.code, by=manager)

    third = add_question(call, by=manager, label="Tre?")

    assert len({first.code, second.code, third.code}) == 3


def test_an_option_keeps_its_key_and_a_removed_ones_key_is_never_used_again(call, manager):
    question = add_question(call, "one_of", by=manager, options="Tåg\nBuss")
    changed = actions.save_question(call, question.code, question_data(call, "one_of", options="Buss\nBåt"), by=manager)
    again = actions.save_question(
        call, question.code, question_data(call, "one_of", options="Buss\nBåt\nTåg"), by=manager
    )

    assert [(one["key"], one["label"]) for one in changed.settings["options"]] == [("a2", "Buss"), ("a3", "Båt")]
    assert [one["key"] for one in again.settings["options"]] == ["a2", "a3", "a4"]


TRAVEL = "Tåg\nBuss\nBåt"
BAD_SETTINGS = [
    ("text", {"most": "0"}, "most"),
    ("text", {"most": "många"}, "most"),
    ("text", {"unit": "sidor"}, "unit"),
    ("number", {"least": "9", "most": "3"}, "most"),
    ("number", {"decimals": "1", "least": "1,25"}, "least"),
    ("number", {"decimals": "99"}, "decimals"),
    ("amount", {"least_sek": "mycket"}, "least_sek"),
    ("amount", {"least_sek": "9", "most_sek": "3"}, "most_sek"),
    ("date", {"earliest": "11/22/2026"}, "earliest"),
    ("date", {"earliest": "2030-01-01", "latest": "2026-01-01"}, "latest"),
    ("one_of", {"options": "Bara ett"}, "options"),
    ("one_of", {"options": "Tåg\ntåg"}, "options"),
    ("one_of", {"options": "\n".join(str(n) for n in range(51))}, "options"),
    ("several_of", {"least": "3", "most": "2"}, "most"),
    ("several_of", {"least": "9", "most": ""}, "least"),
    ("table", {"column_1": "", "column_2": "", "column_3": ""}, "column_1"),
    ("table", {"column_2": "aktivitet"}, "column_2"),
    ("table", {"column_1_kind": "bild"}, "column_1_kind"),
    ("table", {"most": "51"}, "most"),
    ("file", {"most": "6"}, "most"),
    ("municipalities", {"scope": "världen"}, "scope"),
    ("theory_of_change", {"most": "-1"}, "most"),
    ("risks", {"least": "4", "most": "2"}, "most"),
    ("indicators", {"least": "x"}, "least"),
]


@pytest.mark.parametrize(("kind", "settings", "where"), BAD_SETTINGS)
def test_settings_that_cannot_be_kept_are_refused_at_their_field(call, manager, kind, settings, where):
    found = refused(lambda: add_question(call, kind, by=manager, **settings))

    assert [place for _, place in found] == [where]
    assert labels(call) == []


@pytest.mark.parametrize(
    ("kind", "settings", "told"),
    [
        (
            "date",
            {"earliest": "2030-01-01", "latest": "2026-01-01"},
            "Den senaste dagen ligger före den tidigaste. Ändra någon av dem.",
        ),
        (
            "number",
            {"decimals": "4", "least": "lite"},
            "Lägsta tal: skriv talet med siffror och högst 4 decimaler, till exempel 12,50.",
        ),
        (
            "number",
            {"decimals": "0", "least": "lite"},
            "Lägsta tal: skriv ett heltal med siffror, till exempel 1\u00a0250.",
        ),
    ],
)
def test_what_settings_lack_is_told_in_words_that_fit_the_kind(call, manager, kind, settings, told):
    assert [text for text, _ in refused(lambda: add_question(call, kind, by=manager, **settings))] == [told]


def test_large_numbers_stand_grouped_in_the_boxes_and_are_saved_so(call, manager):
    settings = {"text": "most", "theory_of_change": "most", "amount": "most_sek", "number": "most"}
    for kind, name in settings.items():
        added = add_question(call, kind, by=manager, **{name: "5 000"})
        shown = KINDS[kind].settings_initial(added.settings)
        again = actions.save_question(call, added.code, question_data(call, kind, **shown), by=manager)
        assert (kind, shown[name], again.settings) == (kind, "5\u00a0000", added.settings)


def test_what_a_question_itself_lacks_is_told_at_its_fields(call, manager):
    data = {"section": "finns-inte", "kind": "bild", "label": " ", "required": "ibland"}

    found = refused(lambda: actions.save_question(call, "", data, by=manager))

    assert [place for _, place in found] == ["section", "label", "required", "kind"]


def test_a_condition_on_an_earlier_closed_question_is_kept(call, manager):
    first = add_question(call, "yes_no", by=manager)

    second = add_question(call, by=manager, required="when", condition=f"{first.code}=ja")

    assert (second.condition_code, second.condition_value) == (first.code, "ja")


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("", "Välj vilken fråga och vilket svar det beror på."),
        ("f99=ja", "Frågan som den beror på finns inte längre. Välj en annan."),
        ("{closed}=kanske", "Svaret finns inte längre bland svaren på ”Sluten?”. Välj ett annat."),
        ("{open}=ja", "”Öppen?” har inga bestämda svar att bero på. Välj en annan fråga."),
        ("{self}=ja", "En fråga kan inte bero på sig själv. Välj en annan fråga."),
        ("{later}=ja", "”Senare?” står efter den här frågan. Välj en fråga som står före."),
    ],
)
def test_a_dangling_circular_or_forward_condition_is_refused_at_the_field(call, manager, condition, sentence):
    closed = add_question(call, "yes_no", by=manager, label="Sluten?")
    open_one = add_question(call, by=manager, label="Öppen?")
    mine = add_question(call, "yes_no", by=manager, label="Min?")
    later = add_question(call, "yes_no", by=manager, label="Senare?")
    given = condition.format(closed=closed.code, open=open_one.code, self=mine.code, later=later.code)
    data = question_data(call, "yes_no", label="Min?", required="when", condition=given)

    found = refused(lambda: actions.save_question(call, mine.code, data, by=manager))

    assert found == [(sentence, "condition")]
    assert Question.objects.get(pk=mine.pk).required == "always"


def test_what_another_question_depends_on_is_not_removed_moved_below_or_made_open(call, manager):
    first = add_question(call, "one_of", by=manager, label="Färdsätt?")
    second = add_question(call, by=manager, label="Vilket tåg?", required="when", condition=f"{first.code}=a1")
    data = question_data(call, "one_of", label="Färdsätt?", options="Buss\nBåt")

    begins = "Frågan ”Vilket tåg?” ställs bara vid svaret ”Tåg” på ”Färdsätt?”. "
    ends = ", eller ändra först när ”Vilket tåg?” ställs."
    for act, keep, where in (
        (lambda: actions.remove_question(call, first.code, by=manager), "Ta inte bort den", ""),
        (lambda: actions.move_question(call, first.code, up=False, by=manager), "Låt den frågan stå före", "place"),
        (lambda: actions.move_question(call, second.code, up=True, by=manager), "Låt den frågan stå före", "place"),
        (
            lambda: actions.save_question(call, first.code, question_data(call, label="Resa?"), by=manager),
            "Låt slaget av svar stå kvar",
            "kind",
        ),
        (
            lambda: actions.save_question(call, first.code, data, by=manager),
            "Låt ”Tåg” stå kvar ordagrant",
            "options",
        ),
        (
            lambda: actions.save_question(call, first.code, {**data, "options": TRAVEL, "place": "2"}, by=manager),
            "Låt den frågan stå före",
            "place",
        ),
    ):
        assert refused(act) == [(f"{begins}{keep}{ends}", where)]
    assert labels(call) == ["Färdsätt?", "Vilket tåg?"]
    assert Question.objects.get(pk=first.pk).kind == "one_of"


def test_questions_move_within_and_across_sections(call, manager):
    first = form_in_work(call).sections.get()
    second = actions.save_section(call, "", {"title": "Därefter", "intro": ""}, by=manager)
    for label in ("A?", "B?"):
        add_question(call, by=manager, label=label, section=first.code)
    moved = add_question(call, by=manager, label="C?", section=second.code)

    actions.move_question(call, moved.code, up=True, by=manager)
    assert [one.section_id for one in questions_of(form_in_work(call))] == [first.pk] * 3
    actions.move_question(call, moved.code, up=True, by=manager)

    assert labels(call) == ["A?", "C?", "B?"]
    actions.move_section(call, second.code, up=True, by=manager)
    assert [one.code for one in form_in_work(call).sections.all()] == [second.code, first.code]


def test_a_section_with_questions_and_the_last_one_stay(call, manager):
    only = form_in_work(call).sections.get()
    assert refused(lambda: actions.remove_section(call, only.code, by=manager)) == [
        ("Ansökan behöver minst ett avsnitt. Lägg till ett annat först.", "")
    ]
    actions.save_section(call, "", {"title": "Mer", "intro": ""}, by=manager)
    add_question(call, by=manager, section=only.code)

    found = refused(lambda: actions.remove_section(call, only.code, by=manager))

    assert found == [(f"Avsnittet ”{only.title}” har frågor. Flytta eller ta bort dem först.", "")]


def test_two_people_do_not_overwrite_each_other(call, manager):
    question = add_question(call, by=manager, label="Ett?")
    seen = stamp(Question.objects.get(pk=question.pk))
    actions.save_question(call, question.code, question_data(call, label="Två?"), by=manager, seen=seen)

    with pytest.raises(Stale):
        actions.save_question(call, question.code, question_data(call, label="Tre?"), by=manager, seen=seen)

    assert labels(call) == ["Två?"]


def test_only_the_call_manager_changes_questions(call, manager):
    question = add_question(call, by=manager)

    for act in (
        lambda by: add_question(call, by=by),
        lambda by: actions.remove_question(call, question.code, by=by),
        lambda by: actions.save_section(call, "", {"title": "X"}, by=by),
        lambda by: actions.begin_version(call, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act(handler())
    assert len(labels(call)) == 1


def test_questions_freeze_when_the_call_is_published(call, manager):
    question = add_question(call, by=manager, label="Ett?")
    call_actions.publish(call, by=manager)

    found = refused(lambda: actions.save_question(call, question.code, question_data(call, label="Två?"), by=manager))

    assert found == [(actions.FROZEN, "")]
    assert labels(call) == ["Ett?"]


def test_opening_freezes_a_call_that_was_published_before_questions_were_data(manager):
    call = published_call(manager=manager)
    with triggers.suspended(connection):
        call.form_versions.update(frozen_at=None)

    call_actions.open_call(call, at=call.opens_at)

    assert form_in_work(call) is None


def test_a_change_to_an_open_call_is_the_next_version_with_a_list_of_differences(manager):
    call = open_call(manager=manager)
    old = form_in_use(call)
    actions.begin_version(call, by=manager)
    actions.save_question(
        call, "risks", question_data(call, "risks", label="Vilka är riskerna?", section="projektet"), by=manager
    )
    actions.remove_question(call, "spreading", by=manager)
    add_question(call, "yes_no", by=manager, label="Söker ni annat stöd?")
    assert form_in_use(call) == old
    changed = differences(old, form_in_work(call))

    new = actions.take_into_use(call, note="Riskerna i en tabell.", by=manager)

    assert (new.number, form_in_use(call), form_in_work(call)) == (2, new, None)
    assert [(what, after) for what, _, after in changed][-3:] == [
        ("Vilka är riskerna?: gränser", changed[-3][2]),
        ("Söker ni annat stöd?", "Ny fråga"),
        ("Hur sprider ni resultaten?", "Ställs inte längre"),
    ]
    event = list(events.of(call))[-1]
    assert (event.label, event.reason) == ("Version 2 av frågorna togs i bruk", "Riskerna i en tabell.")
    assert event.facts["changes"] == [list(one) for one in changed]
    assert [one.label for one in questions_of(old)] != [one.label for one in questions_of(new)]


def test_a_version_is_taken_into_use_with_a_note_and_something_changed(manager):
    call = open_call(manager=manager)
    actions.begin_version(call, by=manager)

    found = refused(lambda: actions.take_into_use(call, note=" ", by=manager))

    assert found == [("Beskriv kort vad som har ändrats och varför.", "note")]
    actions.discard_version(call, by=manager)
    assert (form_in_work(call), call.form_versions.count()) == (None, 1)


def test_copying_gives_a_draft_the_questions_that_the_other_call_asks(call, manager):
    first = add_question(call, "yes_no", by=manager)
    add_question(call, "table", by=manager, required="when", condition=f"{first.code}=ja", for_assessors=False)
    target = draft_call(manager=manager)

    copy_form(call, target)

    described = [
        (q.code, q.kind, q.label, q.required, q.condition_code, q.for_assessors, q.settings)
        for q in questions_of(form_in_work(call))
    ]
    assert described == [
        (q.code, q.kind, q.label, q.required, q.condition_code, q.for_assessors, q.settings)
        for q in questions_of(form_in_work(target))
    ]
    assert target.form_versions.count() == 1
