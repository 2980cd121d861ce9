"""Marked rows of the list: each case by its own action and rules, told one by one; and a workbook of the marked."""

import io
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from evaluation import actions, marked
from evaluation.columns import COLUMNS
from evaluation.enums import ReviewState
from evaluation.models import Review
from grants.core import held
from grants.documents import actions as document_actions
from tests.builders import applications, base, calls
from tests.builders import evaluation as build
from tests.builders.copies import copies_of

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]
LIST = "/arenden/"
NOT_OURS = ("usersessions", "SAVEPOINT", "BEGIN", "COMMIT")


@pytest.fixture
def desk(client):
    client.person = base.handler()
    client.force_login(client.person)
    return client


def received(number=1, **fields):
    """So many applications that wait for a handler, in one call and by one applicant."""
    call, applicant = fields.pop("call", None) or calls.open_call(), base.region_organisation("25")
    signer = base.signatory(applicant)
    return [
        build.received_application(call=call, applicant=applicant, signer=signer, title=f"Ord {n}", **fields)
        for n in range(number)
    ]


def mark(application):
    return f"{application.pk}:{build.review_of(application).version}"


def press(client, applications, press="tilldela", **form):
    values = [one if isinstance(one, str) else mark(one) for one in applications]
    return client.post(LIST, {"val": values, "gor": press, **form})


def handlers_of(applications):
    return [build.review_of(application).handler for application in applications]


def events_of(application):
    return list(build.review_of(application).events.values_list("name", flat=True))


def test_every_row_of_the_list_can_be_marked_and_carries_its_version(desk):
    first, second = received(2)

    page = desk.get(LIST).content.decode()

    for application in (first, second):
        assert f'name="val" id="rad-{application.pk}" value="{mark(application)}"' in page
    assert page.count('name="gor"') == 2 and 'value="tilldela"' in page and 'value="uttag"' in page


def test_marked_cases_get_the_handler_by_the_same_action_as_one_does(desk):
    first, second, other = received(3)
    colleague = base.handler()

    answer = press(desk, [first, second], handlaggare=colleague.pk)

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert handlers_of([first, second, other]) == [colleague, colleague, None]
    assert [events_of(one) for one in (first, second, other)] == [["assign"], ["assign"], []]
    assert "2 ärenden handläggs nu av" in desk.get(LIST).content.decode()


def test_the_address_with_its_filters_stays(desk):
    (application,) = received()

    answer = desk.post(
        f"{LIST}?vy=saknar&q=ord", {"val": mark(application), "gor": "tilldela", "handlaggare": desk.person.pk}
    )

    assert answer["Location"] == f"{LIST}?vy=saknar&q=ord"


def test_what_one_case_refuses_is_told_at_its_row_and_does_not_stop_the_others(desk):
    fine, changed, conflicted = received(3)
    colleague, another = base.handler(), base.handler()
    old = mark(changed)
    actions.assign_handler(build.review_of(changed), another, by=base.handler())
    document_actions.declare_conflict(conflicted.case, by=colleague, reason="Min bror leder projektet.")
    decided = build.made_decision(handler=another).application

    answer = press(desk, [fine, old, conflicted, decided], handlaggare=colleague.pk)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "1 ärende handläggs nu av" in page and "Det här är inte gjort" in page
    for application, said in (
        (changed, "Ärendet har ändrats sedan du öppnade sidan."),
        (conflicted, "Välj en handläggare hos myndigheten som inte är jävig i ärendet."),
        (decided, "Ärendet är beslutat och byter inte handläggare."),
    ):
        assert f'<a href="#rad-{application.pk}">{application.case.register_number} {application.title}: {said}' in page
        assert f'id="rad-{application.pk}" value="{mark(application)}"' in page
        assert "checked" in page.partition(f'id="rad-{application.pk}"')[2].partition(">")[0]
    assert "checked" not in page.partition(f'id="rad-{fine.pk}"')[2].partition(">")[0]
    assert handlers_of([fine, changed, conflicted, decided]) == [colleague, another, None, another]
    assert (events_of(changed), events_of(conflicted)) == (["assign"], [])


def test_a_second_press_changes_nothing_and_gets_the_same_answer(desk):
    found = received(2)
    form = {"val": [mark(one) for one in found], "gor": "tilldela", "handlaggare": base.handler().pk}

    answers = [desk.post(LIST, form).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert [events_of(one) for one in found] == [["assign"], ["assign"]]


@pytest.mark.parametrize("what", ["nothing marked", "no handler", "a handler of nobody's", "no such press"])
def test_a_press_that_lacks_something_says_what_and_keeps_what_was_chosen(desk, what):
    (application,) = received()
    colleague = base.handler()
    form = {"val": [mark(application)], "gor": "tilldela", "handlaggare": str(colleague.pk)}
    form |= {
        "nothing marked": {"val": []},
        "no handler": {"handlaggare": ""},
        "a handler of nobody's": {"handlaggare": str(base.member().pk)},
        "no such press": {"gor": "radera"},
    }[what]
    said = {
        "nothing marked": "Markera minst ett ärende.",
        "no such press": "Välj vad du vill göra med de markerade ärendena.",
    }.get(what, "Välj den som ska handlägga i listan.")

    answer = desk.post(LIST, form)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page and page.partition("<title>")[2].startswith("Fel:")
    row = page.partition(f'id="rad-{application.pk}"')[2].partition(">")[0]
    assert ("checked" in row) == (what != "nothing marked")
    assert (f'<option value="{colleague.pk}" selected>' in page) == (form["handlaggare"] == str(colleague.pk))
    assert handlers_of([application]) == [None]


def test_cases_of_others_and_drafts_are_neither_done_nor_told_apart_from_what_does_not_exist(desk):
    fine, hidden = received(2)
    document_actions.declare_conflict(hidden.case, by=desk.person, reason="Min bror leder projektet.")
    draft = applications.draft_application()
    foreign = [f"{hidden.pk}:0", f"{draft.pk}:0", f"{uuid.uuid4()}:0", "\x00", "x" * 5_000, f"{uuid.uuid4()}".upper()]

    answer = press(desk, [fine, *foreign], handlaggare=desk.person.pk)

    assert answer.status_code == 422
    assert [str(reason) for reason in answer.context["reasons"]] == [marked.GONE]
    assert handlers_of([fine, hidden]) == [desk.person, None]
    assert press(desk, [fine, *foreign], "uttag").status_code == 422


def test_a_key_that_is_written_in_another_way_is_the_same_case(desk):
    (application,) = received()
    key, _, version = mark(application).partition(":")

    assert press(desk, [f"{key.upper()}:{version}", mark(application)], handlaggare=desk.person.pk).status_code == 302
    assert events_of(application) == ["assign"]


def test_whoever_may_not_assign_is_refused_in_each_case_and_sees_no_such_button(client):
    (application,) = received()
    client.force_login(base.reader())
    assert 'value="tilldela"' not in client.get(LIST).content.decode()

    answer = press(client, [application], handlaggare=base.handler().pk)

    assert answer.status_code == 422
    assert "Du får inte tilldela handläggare i ärendet." in answer.content.decode()
    assert handlers_of([application]) == [None]


def queries(act):
    with CaptureQueriesContext(connection) as caught:
        result = act()
    return len([q for q in caught.captured_queries if not any(word in q["sql"] for word in NOT_OURS)]), result


def test_each_case_costs_the_same_queries_and_200_at_once_are_done(desk):
    (first,) = received()
    found = [first, *copies_of(first, 203)]
    colleague = base.handler()

    def assigned(some):
        marks = marked.read([mark(one) for one in some])
        held.memory().clear()  # a request remembers nothing of the one before
        return queries(lambda: marked.assign(marks, colleague, by=desk.person))

    assigned(found[:1])  # reads the roles of both, which the request keeps
    three, _ = assigned(found[1:4])
    many, result = assigned(found[4:])

    per_case, rest = divmod(three - 1, 3)  # the cases themselves are read in one
    assert (rest, many) == (0, 1 + 200 * per_case)
    assert per_case <= 6
    assert len(result.done) == 200
    assert Review.objects.filter(handler=colleague, state=ReviewState.FORMAL_CHECK).count() == 204


def test_more_than_200_are_refused_with_nothing_done(desk):
    (application,) = received()

    answer = press(desk, [application, *(f"{uuid.uuid4()}:0" for _ in range(200))], handlaggare=desk.person.pk)

    assert answer.status_code == 422
    assert "Markera högst 200 ärenden åt gången." in answer.content.decode()
    assert handlers_of([application]) == [None]


def rows_of(answer):
    book = load_workbook(io.BytesIO(answer.content))
    return book.sheetnames, [[cell.value for cell in row] for row in book["Ansökningar"].iter_rows()]


def test_the_marked_rows_come_as_a_workbook_with_the_columns_of_the_list(desk):
    decided = build.made_decision().application
    waiting, left_out = received(2)

    answer = press(desk, [waiting, decided], "uttag")

    names, rows = rows_of(answer)
    place = [column.key for column in COLUMNS].index("status")
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"
    assert (names, rows[0]) == (["Ansökningar", "Om uttaget"], [column.heading for column in COLUMNS])
    assert {row[0]: row[place] for row in rows[1:]} == {
        decided.case.register_number: "Beviljad",
        waiting.case.register_number: "Inkommen",
    }
    assert left_out.case.register_number not in {row[0] for row in rows}


def test_a_workbook_of_the_marked_asks_the_same_queries_for_one_and_for_three(desk):
    found = received(3)
    marked.export([], desk.person)  # reads the person's roles, which the request keeps

    counted = [
        queries(lambda some=some: marked.export([str(one.pk) for one in some], desk.person))[0]
        for some in (found[:1], found)
    ]

    assert counted[0] == counted[1] <= 10


def test_a_score_that_is_still_hidden_stays_out_of_the_workbook(client):
    assessor = base.assessor()
    application = build.assessing_application(call=calls.open_call(is_blind=True))
    other = build.appointed(application, base.assessor())
    build.appointed(application, assessor)
    actions.complete_assessment(other, by=other.assessor, scores=build.points_for(application))
    client.force_login(assessor)
    score = [column.key for column in COLUMNS].index("poang")

    assert build.review_of(application).score is not None
    assert rows_of(press(client, [application], "uttag"))[1][1][score] is None
