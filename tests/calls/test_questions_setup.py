"""Setting up questions: sections, kinds, order, conditions that cannot be kept, versions; each change an event."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from calls import actions as call_actions
from calls.actions import questions as actions
from calls.enums import QuestionKind
from calls.models import Question
from calls.questions import form_in_use, form_in_work, questions_of
from calls.questions.outline import stamp
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

    for act in (
        lambda: actions.remove_question(call, first.code, by=manager),
        lambda: actions.move_question(call, first.code, up=False, by=manager),
        lambda: actions.move_question(call, second.code, up=True, by=manager),
        lambda: actions.save_question(call, first.code, question_data(call, label="Färdsätt?"), by=manager),
        lambda: actions.save_question(call, first.code, data, by=manager),
    ):
        assert [
            text.startswith("Frågan ”Vilket tåg?” beror på en annan: ") or where for text, where in refused(act)
        ] in (
            [True],
            ["condition"],
        )
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


# Pages ---------------------------------------------------------------------------------------------------------------


def at(name, call, *rest):
    return reverse(f"calls:{name}", args=[call.code, *rest])


@pytest.fixture
def web(client, manager):
    client.force_login(manager)
    return client


def test_a_call_manager_sets_up_questions_with_the_pages_alone(web, call):
    section = form_in_work(call).sections.get().code
    web.post(at("question_section", call, section), {"title": "Behov", "intro": "Utgå från läget.", "sedd": ""})
    assert web.post(at("question_section_new", call), {"title": "Genomförande"}).status_code == 302
    for kind in QuestionKind.values:
        data = {name: value for name, value in question_data(call, kind).items() if value not in (False, "")}
        answer = web.post(at("question_new", call, section), data)
        assert answer.status_code == 302, (kind, answer.context["form"].errors)
    shown = web.get(at("questions", call)).content.decode()

    assert [kind for kind in QuestionKind.values if f"Fråga av slaget {kind}?" not in shown] == []
    assert web.get(at("question_preview", call, section)).status_code == 200
    for question in questions_of(form_in_work(call)):
        assert web.get(at("question", call, question.code)).status_code == 200


def test_changing_the_kind_shows_its_settings_and_saves_nothing(web, call, manager):
    question = add_question(call, by=manager, label="Ett?")
    data = {**question_data(call, label="Två?"), "kind": "one_of", "gor": "slag"}

    page = web.post(at("question", call, question.code), data)

    assert page.status_code == 200
    assert 'name="options"' in page.content.decode()
    assert "Två?" in page.content.decode()
    assert labels(call) == ["Ett?"]


def test_a_fault_is_told_at_its_field_with_what_was_typed(web, call):
    section = form_in_work(call).sections.get().code
    data = {**question_data(call, "number"), "least": "mycket", "label": "Hur långt?"}

    page = web.post(at("question_new", call, section), data)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["least"]
    assert 'value="mycket"' in page.content.decode()


def test_a_stale_page_is_409_and_shows_what_is_saved(web, call, manager):
    question = add_question(call, by=manager, label="Ett?")

    page = web.post(at("question", call, question.code), {**question_data(call, label="Två?"), "sedd": "gammal"})

    assert page.status_code == 409
    assert "Två?" in page.content.decode()
    assert labels(call) == ["Ett?"]


@pytest.mark.parametrize("text", ["\x00", "x" * 1_000_000, "\ud800", "١٢", "<script>", "=cmd()"])
@pytest.mark.parametrize("kind", QuestionKind.values)
def test_nothing_that_is_posted_is_an_error_of_ours(web, call, kind, text):
    section = form_in_work(call).sections.get().code
    hostile = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    data = dict.fromkeys(question_data(call, kind), hostile)

    assert web.post(at("question_new", call, section), {**data, "kind": kind}).status_code in (302, 413, 422)
    assert web.post(at("questions_change", call), {"gor": hostile, "fraga": hostile}).status_code in (413, 422)
    assert web.post(at("question_section_new", call), {"title": hostile}).status_code in (302, 413, 422)


def test_a_call_of_another_authority_is_404_and_a_handler_reads(client, call):
    client.force_login(handler())
    assert client.get(at("questions", call)).status_code == 200
    assert client.post(at("questions_change", call), {"gor": "upp", "fraga": "f1"}).status_code == 403


@pytest.mark.parametrize("name", ["questions", "question_preview"])
def test_the_pages_cost_the_same_for_1_3_and_120_questions(web, call, manager, django_assert_max_num_queries, name):
    section = form_in_work(call).sections.get()
    rest = [section.code] if name == "question_preview" else []
    web.get(at(name, call, *rest))
    counts = []
    for number in (1, 3, 120):
        have = section.questions.count()
        Question.objects.bulk_create(
            Question(form=section.form, section=section, code=f"x{n}", label=f"{n}?", order=n, settings={})
            for n in range(have, number)
        )
        with django_assert_max_num_queries(25) as caught:
            assert web.get(at(name, call, *rest)).status_code == 200
        counts.append(len(caught))

    assert len(set(counts)) == 1, counts


def test_an_old_page_neither_removes_throws_away_nor_takes_into_use_what_it_did_not_show(web, manager):
    call = open_call(manager=manager)
    actions.begin_version(call, by=manager)
    add_question(call, by=manager, label="Ett?")
    old = web.get(at("questions", call)).context["stamp"]
    added = add_question(call, by=manager, label="Två?")
    before = labels(call)

    pressed = [
        web.post(at("questions_change", call), {"gor": "bort", "fraga": added.code, "sedd": old}),
        web.post(at("questions_change", call), {"gor": "upp", "fraga": added.code}),
        web.post(at("questions_discard", call), {"sedd": old}),
        web.post(at("questions_use", call), {"sedd": "\0", "note": "Nya frågor."}),
    ]

    assert [answer.status_code for answer in pressed] == [409] * 4
    assert all("Frågorna har ändrats sedan du öppnade sidan." in answer.content.decode() for answer in pressed)
    assert labels(call) == before and form_in_work(call) is not None

    shown = pressed[-1].context["stamp"]
    assert web.post(at("questions_use", call), {"sedd": shown, "note": "Nya frågor."}).status_code == 302
    assert form_in_work(call) is None
