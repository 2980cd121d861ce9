"""The pages on which a call manager sets up questions."""

import pytest
from django.urls import reverse

from calls.actions import questions as actions
from calls.enums import QuestionKind
from calls.models import Question
from calls.questions import form_in_use, form_in_work, questions_of
from tests.builders.base import call_manager, handler
from tests.builders.calls import draft_call, open_call
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
    assert dict(page.context["form"].errors) == {
        "least": ["Lägsta tal: skriv talet med siffror och högst 1 decimal, till exempel 12,5."]
    }
    assert 'value="mycket"' in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("text", "most", "Längsta svar: skriv ett heltal mellan 1 och 20\u00a0000."),
        ("several_of", "most", "Högsta antal val: skriv ett heltal mellan 1 och 50."),
        ("amount", "least_sek", "Lägsta belopp, kronor: "),
        ("date", "latest", "Senaste dag: skriv datumet som ÅÅÅÅ-MM-DD"),
        ("risks", "most", "Högsta antal risker: skriv ett heltal mellan 1 och "),
    ],
)
def test_the_fault_of_a_setting_names_its_field_in_the_list_above_the_form(web, call, kind, name, told):
    section = form_in_work(call).sections.get().code

    page = web.post(at("question_new", call, section), {**question_data(call, kind), name: "x1"})

    assert (page.status_code, page.context["form"].errors[name][0][: len(told)]) == (422, told)


def test_a_question_is_moved_several_places_by_its_number_and_saving_a_text_moves_nothing(web, call, manager):
    asked = [add_question(call, by=manager, label=f"{letter}?") for letter in "ABCD"]

    def save(question, **data):
        page = web.get(at("question", call, question.code))
        shown = {"visad_plats": page.context["form"].place_shown, "sedd": page.context["seen"]}
        typed = {**question_data(call, label=question.label), "place": shown["visad_plats"], **shown, **data}
        return web.post(at("question", call, question.code), typed)

    assert save(asked[3], place="1").status_code == 302
    assert labels(call) == ["D?", "A?", "B?", "C?"]
    assert save(asked[3], place="99").status_code == 302
    assert labels(call) == ["A?", "B?", "C?", "D?"]
    page = web.get(at("question", call, asked[0].code))
    actions.move_question(call, asked[0].code, up=False, by=manager)
    old = {"place": "1", "visad_plats": "1", "sedd": page.context["seen"], "label": "A, hur?"}
    assert save(asked[0], **old).status_code == 302
    assert labels(call) == ["B?", "A, hur?", "C?", "D?"]

    refused = save(asked[1], place="noll")

    assert refused.status_code == 422
    assert dict(refused.context["form"].errors) == {"place": ["Plats i avsnittet: skriv ett heltal mellan 1 och 300."]}
    assert 'value="noll"' in refused.content.decode()
    assert labels(call) == ["B?", "A, hur?", "C?", "D?"]


def test_a_press_that_moves_comes_back_to_its_own_button_and_one_that_removes_to_the_section(web, call, manager):
    first, second = (add_question(call, by=manager, label=f"{letter}?") for letter in "AB")

    def press(gor, question):
        shown = web.get(at("questions", call)).context["stamp"]
        return web.post(at("questions_change", call), {"gor": gor, "fraga": question.code, "sedd": shown}).url

    down, gone = press("ner", first), press("bort", second)

    assert down.partition("#")[2] == f"fraga-{first.code}-ner"
    assert gone.partition("#")[2] == f"avsnitt-{first.section.code}"
    assert f'id="fraga-{first.code}-ner" tabindex="-1"' in web.get(at("questions", call)).content.decode()


def test_a_long_section_numbers_its_questions_and_begins_with_a_list_of_them(web, call, manager):
    section = form_in_work(call).sections.get()
    for number in range(1, 10):
        add_question(call, by=manager, label=f"Fråga med ordning {number}?")
    short = web.get(at("question_preview", call, section.code)).content.decode()
    add_question(call, by=manager, label="Fråga med ordning 10?")

    long = web.get(at("question_preview", call, section.code)).content.decode()

    assert ("Avsnittets" in short, "Fråga 9 av 9" in short) == (False, False)
    assert "Avsnittets 10 frågor" in long
    assert ("Fråga 1 av 10" in long, "Fråga 10 av 10" in long, "besvarad" in long) == (True, True, False)
    codes = [question.code for question in questions_of(form_in_work(call))]
    assert [(long.count(f'href="#fraga_{code}-q"'), long.count(f'id="fraga_{code}-q"')) for code in codes] == [
        (1, 1)
    ] * 10


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


@pytest.mark.parametrize("make", [draft_call, open_call])
def test_an_address_of_no_question_or_section_is_404(web, manager, make):
    call = make(manager=manager)
    known = questions_of(form_in_use(call))[0]

    unknown = [at("question", call, "f999"), at("question_section", call, "f999"), at("question_new", call, "f999")]

    assert [web.get(url).status_code for url in unknown] == [404] * 3
    assert web.get(at("question", call, known.code)).status_code == 200
    assert web.get(at("question_section", call, known.section.code)).status_code == 200


def test_who_saves_a_question_that_was_removed_in_between_gets_the_list_with_why(web, call, manager):
    gone = add_question(call, by=manager, label="Ett?")
    actions.remove_question(call, gone.code, by=manager)

    page = web.post(at("question", call, gone.code), question_data(call, label="Två?"))

    assert page.status_code == 422
    assert "Frågan eller avsnittet finns inte längre. Här är frågorna som de är nu." in page.content.decode()


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
