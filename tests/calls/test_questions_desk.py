"""The pages of questions as a call manager uses them: changing the kind, conditions in words, what stands in the way."""

import pytest
from django.urls import reverse

from calls.actions import questions as actions
from calls.questions import form_in_work, questions_of
from calls.questions.outline import stamp
from grants.core.models import Event
from tests.builders.base import call_manager
from tests.builders.calls import draft_call, open_call
from tests.builders.questions import add_question, question_data, remove_standard_questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    made = call_manager()
    client.force_login(made)
    return made


@pytest.fixture
def call(manager):
    made = draft_call(manager=manager)
    remove_standard_questions(made, by=manager)
    return made


def labels(call):
    return [question.label for question in questions_of(form_in_work(call))]


def new_question(call):
    return reverse("calls:question_new", args=[call.code, form_in_work(call).sections.get().code])


def test_saving_with_another_kind_than_the_page_showed_asks_for_its_settings_first(client, call):
    data = {**question_data(call, "text", label="Vad?"), "kind": "table", "visat_slag": "text"}

    page = client.post(new_question(call), data)

    form = page.context["form"]
    assert (page.status_code, list(form.errors)) == (422, ["kind"])
    assert (form["most"].value(), 'name="column_1"' in page.text) == (20, True)
    assert page.context["form"].kind_shown == "table"
    assert labels(call) == []


def test_changing_the_kind_by_its_button_does_not_carry_settings_over(client, call):
    data = {**question_data(call, "text", label="Vad?"), "kind": "indicators", "visat_slag": "text", "gor": "slag"}

    page = client.post(new_question(call), data)

    assert (page.status_code, page.context["form"]["most"].value()) == (200, 20)


@pytest.mark.parametrize("shown", ["", "okänt", "\x00", "x" * 1_000_000])
def test_whatever_kind_the_page_says_it_showed_is_no_error_of_ours(client, call, shown):
    page = client.post(new_question(call), {**question_data(call, "text"), "visat_slag": shown})

    assert page.status_code in (302, 413, 422)


def test_a_title_says_once_that_something_is_wrong(client, call):
    page = client.post(new_question(call), {**question_data(call, "number"), "least": "mycket"})

    assert page.text.count("<title>Fel: Ny fråga") == 1


def test_a_condition_is_chosen_in_words_that_name_question_and_answer(client, call, manager):
    add_question(call, "yes_no", by=manager, label="Har ni en plan?")

    page = client.get(new_question(call)).text

    assert "”Ja” på ”Har ni en plan?”" in page


def test_an_answer_that_another_question_waits_for_is_named_at_the_options_that_lack_it(client, call, manager):
    first = add_question(call, "one_of", by=manager, label="Hur reser ni?", options="En av\nFlera")
    add_question(call, by=manager, label="Vilken?", required="when", condition=f"{first.code}=a1")
    data = question_data(call, "one_of", label="Hur reser ni?", options="En\nFlera")

    page = client.post(reverse("calls:question", args=[call.code, first.code]), {**data, "sedd": stamp(first)})

    assert page.status_code == 422
    assert dict(page.context["form"].errors) == {
        "options": [
            "Frågan ”Vilken?” ställs bara vid svaret ”En av” på ”Hur reser ni?”. Låt ”En av” stå kvar ordagrant, eller "
            "ändra först när ”Vilken?” ställs."
        ]
    }
    assert "En\nFlera</textarea>" in page.text
    assert labels(call) == ["Hur reser ni?", "Vilken?"]


@pytest.fixture
def begun(manager):
    """An open call with a second version of its questions in work, with one more question."""
    made = open_call(manager=manager)
    actions.begin_version(made, by=manager)
    add_question(made, by=manager, label="En till?")
    return made


@pytest.mark.parametrize("name", ["questions_use", "questions_discard"])
def test_what_somebody_else_changed_meanwhile_is_shown_before_anything_is_done(client, begun, manager, name):
    url = reverse(f"calls:{name}", args=[begun.code])
    seen = client.get(url).context["stamp"]
    add_question(begun, by=manager, label="Och en?")
    before = Event.objects.count()

    page = client.post(url, {"note": "Fler frågor.", "sedd": seen})

    assert (page.status_code, "Och en?" in page.text, "ändrat" in page.text) == (
        409,
        True,
        True,
    )
    assert Event.objects.count() == before
    assert form_in_work(begun).frozen_at is None
    assert client.post(url, {"note": "Fler frågor.", "sedd": page.context["stamp"]}).status_code == 302
    assert form_in_work(begun) is None


def test_throwing_a_version_away_asks_first_and_shows_what_is_lost(client, begun):
    url = reverse("calls:questions_discard", args=[begun.code])

    page = client.get(url)

    assert f'href="{url}"' in client.get(reverse("calls:questions", args=[begun.code])).text
    assert (page.status_code, "En till?" in page.text) == (200, True)
    assert form_in_work(begun) is not None
