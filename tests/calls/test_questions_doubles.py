"""Names that stand twice among a call's questions, and sections without any: refused at the field, told before publishing."""

import pytest
from django.urls import reverse

from calls import actions as call_actions
from calls.actions import questions as actions
from calls.models import Question, QuestionSection
from calls.questions import form_in_work
from grants.core.exceptions import Blocked
from tests.builders.base import call_manager
from tests.builders.calls import draft_call, open_call
from tests.builders.questions import add_question, question_data, remove_standard_questions

pytestmark = pytest.mark.django_db
SECTION_TWICE = "Ett annat avsnitt heter redan så. Skriv en annan rubrik."
QUESTION_TWICE = "Samma fråga står redan i avsnittet ”Frågor om projektet”. Skriv frågan så att de går att skilja åt."


@pytest.fixture
def manager():
    return call_manager()


@pytest.fixture
def call(manager):
    made = draft_call(manager=manager)
    remove_standard_questions(made, by=manager)
    return made


def sections(call):
    return [section.title for section in form_in_work(call).sections.all()]


def labels(call):
    return [question.label for question in form_in_work(call).questions.all()]


def refused(act):
    with pytest.raises(Blocked) as stop:
        act()
    return [(str(reason), getattr(reason, "where", "")) for reason in stop.value.reasons]


def test_two_sections_of_one_name_are_refused_at_the_field(call, manager):
    other = actions.save_section(call, "", {"title": "Behov"}, by=manager)

    for code, title in (("", " frågor om  PROJEKTET"), (other.code, "Frågor om projektet")):
        found = refused(lambda code=code, title=title: actions.save_section(call, code, {"title": title}, by=manager))
        assert found == [(SECTION_TWICE, "title")]
    assert sections(call) == ["Frågor om projektet", "Behov"]
    assert actions.save_section(call, other.code, {"title": "behov"}, by=manager).title == "behov"


def test_the_page_keeps_the_title_that_was_typed(client, call, manager):
    client.force_login(manager)

    page = client.post(reverse("calls:question_section_new", args=[call.code]), {"title": "Frågor om projektet"})

    assert (page.status_code, dict(page.context["form"].errors)) == (422, {"title": [SECTION_TWICE]})
    assert 'value="Frågor om projektet"' in page.text
    assert sections(call) == ["Frågor om projektet"]


def test_two_questions_of_one_wording_in_a_section_are_refused_at_the_field(call, manager):
    add_question(call, by=manager, label="Vad?")
    other = add_question(call, by=manager, label="Hur?")

    for code in ("", other.code):
        data = question_data(call, label="VAD?")
        found = refused(lambda code=code, data=data: actions.save_question(call, code, data, by=manager))
        assert found == [(QUESTION_TWICE, "label")]
    assert labels(call) == ["Vad?", "Hur?"]


def test_another_section_may_ask_the_same_but_the_two_never_meet_in_one(call, manager):
    add_question(call, by=manager, label="Vad?")
    second = actions.save_section(call, "", {"title": "Behov"}, by=manager)
    moved = add_question(call, by=manager, label="Vad?", section=second.code)

    by_button = refused(lambda: actions.move_question(call, moved.code, up=True, by=manager))
    by_list = refused(lambda: actions.save_question(call, moved.code, question_data(call, label="Vad?"), by=manager))

    assert by_button == [
        (
            "Frågan ”Vad?” går inte att flytta dit: samma fråga står redan i avsnittet ”Frågor om projektet”. "
            "Skriv om en av dem först.",
            "",
        )
    ]
    assert by_list == [(QUESTION_TWICE, "label")]
    assert Question.objects.get(pk=moved.pk).section == second


def test_an_empty_section_is_told_before_publishing_with_a_link_to_it(client, call, manager):
    add_question(call, by=manager, label="Vad?")
    empty = actions.save_section(call, "", {"title": "Behov"}, by=manager)
    client.force_login(manager)
    told = "Avsnittet ”Behov” har inga frågor. Lägg till en fråga, eller ta bort avsnittet."

    page = client.get(call.get_desk_url())

    assert page.context["left"] == [
        (
            "Ansökans frågor",
            [{"text": told, "url": f"/utlysningar/hantera/{call.code}/fragor/#avsnitt-behov", "done": False}],
        )
    ]
    assert refused(lambda: call_actions.publish(call, by=manager)) == [(told, "questions:avsnitt-behov")]
    actions.remove_section(call, empty.code, by=manager)
    assert call_actions.publish(call, by=manager).state == "published"


def test_an_application_without_questions_is_told_before_publishing(call, manager):
    assert refused(lambda: call_actions.publish(call, by=manager)) == [
        ("Ansökan har inga frågor. Lägg till minst en.", "questions:avsnitt-projektet")
    ]


def test_doubles_that_an_older_call_holds_are_told_before_publishing_its_copy(call, manager):
    held = add_question(call, by=manager, label="Vad?")
    other = actions.save_section(call, "", {"title": "Behov"}, by=manager)
    twin = add_question(call, by=manager, label="Hur?")
    add_question(call, by=manager, label="Varför?", section=other.code)
    Question.objects.filter(pk=twin.pk).update(label="vad?")
    QuestionSection.objects.filter(pk=other.pk).update(title=held.section.title)

    made = call_actions.copy_call(call, code="plan-2099", by=manager)

    assert [
        one for one in refused(lambda: call_actions.publish(made, by=manager)) if one[1].startswith("questions:")
    ] == [
        (
            "Frågan ”vad?” står två gånger i avsnittet ”Frågor om projektet”. Skriv om den ena.",
            f"questions:fraga-{twin.code}",
        ),
        ("Två avsnitt heter ”Frågor om projektet”. Byt den ena rubriken.", "questions:avsnitt-behov"),
    ]


def test_a_version_with_an_empty_section_is_not_taken_into_use(manager):
    call = open_call(manager=manager)
    actions.begin_version(call, by=manager)
    actions.save_section(call, "", {"title": "Behov"}, by=manager)

    found = refused(lambda: actions.take_into_use(call, note="Ett avsnitt till.", by=manager))

    assert found == [
        (
            "Avsnittet ”Behov” har inga frågor. Lägg till en fråga, eller ta bort avsnittet.",
            "questions:avsnitt-behov",
        )
    ]
    assert form_in_work(call).number == 2
