"""Nobody takes up, hands over, asks or assesses a case from a page that shows something else (TRUST INV-14)."""

import datetime as dt

import pytest
from django.urls import reverse

from applications import actions as application_actions
from applications.models import SupplementRequest
from evaluation import actions
from evaluation.enums import ReviewState
from evaluation.models import Score
from grants.core.time import today
from tests.builders import base
from tests.builders import evaluation as build

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]
CHANGED = "Ärendet har ändrats sedan du öppnade sidan."
BROKEN = ["", "-1", "\x00", "٣", "9" * 400]


@pytest.fixture
def desk(client):
    client.person = base.handler()
    client.force_login(client.person)
    return client


def press(client, name, application, **form):
    return client.post(reverse(f"evaluation:{name}", args=[application.pk]), form)


def names(application):
    """What has happened in the case, oldest first."""
    return list(build.review_of(application).events.values_list("name", flat=True))


def test_a_case_that_somebody_else_took_up_meanwhile_is_shown_again_instead_of_taken_up(desk):
    application = build.received_application()
    opened = build.review_of(application)
    other = base.handler()
    actions.begin_formal_check(opened, by=other)
    before = names(application)

    answer = press(desk, "begin", application, version=opened.version)

    assert answer.status_code == 409
    assert CHANGED in answer.content.decode()
    assert (build.review_of(application).handler, names(application)) == (other, before)


def test_taking_up_a_case_twice_gets_the_first_presss_answer(desk):
    application = build.received_application()
    version = build.review_of(application).version

    answers = [press(desk, "begin", application, version=version).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert build.review_of(application).handler == desk.person
    assert names(application).count("assign") == 1


def test_taking_up_a_case_of_a_colleague_says_whose_it_is(desk):
    application = build.received_application()
    colleague = base.handler()
    row = actions.assign_handler(build.review_of(application), colleague, by=desk.person)

    answer = desk.post(reverse("evaluation:begin", args=[application.pk]), {"version": row.version}, follow=True)

    assert f"Ärendet är påbörjat. {colleague} handlägger det." in answer.content.decode()
    assert build.review_of(application).handler == colleague


def test_a_case_that_was_handed_over_meanwhile_is_not_handed_over_again_from_the_old_page(desk):
    application = build.reviewed_application(handler=desk.person)
    opened = build.review_of(application)
    first, second = base.handler(), base.handler()
    actions.assign_handler(opened, first, by=desk.person)

    answer = press(desk, "assign", application, person=second.pk, version=opened.version)

    assert answer.status_code == 409
    assert CHANGED in answer.content.decode()
    assert build.review_of(application).handler == first
    assert names(application).count("reassign") == 1


def test_handing_over_twice_to_the_same_person_happens_once(desk):
    application = build.reviewed_application(handler=desk.person)
    other = base.handler()
    form = {"person": other.pk, "version": build.review_of(application).version}

    answers = [press(desk, "assign", application, **form).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert names(application).count("reassign") == 1


def test_two_who_each_see_one_assessor_missing_do_not_appoint_two(desk):
    application = build.reviewed_application(handler=desk.person)
    opened = build.review_of(application)
    first, second = base.assessor(), base.assessor()
    actions.appoint_assessor(opened, first, by=base.handler())

    answer = press(desk, "appoint", application, person=second.pk, version=opened.version)

    assert answer.status_code == 409
    assert CHANGED in answer.content.decode() and str(first) in answer.content.decode()
    assert [row.assessor for row in opened.assessments.all()] == [first]


def test_appointing_the_same_person_twice_happens_once(desk):
    application = build.reviewed_application(handler=desk.person)
    form = {"person": base.assessor().pk, "version": build.review_of(application).version}

    answers = [press(desk, "appoint", application, **form).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert names(application).count("appoint_assessor") == 1


def supplement_form(version, question="Beskriv samverkan."):
    due_on = (today() + dt.timedelta(days=14)).isoformat()
    return {"question": question, "due_on": due_on, "consequence": "Då prövar vi det vi har.", "version": version}


def test_what_was_asked_and_answered_meanwhile_is_not_asked_again_from_the_old_page(desk):
    application = build.reviewed_application(handler=desk.person)
    opened = base.fresh(application)
    application_actions.request_supplement(
        opened, by=base.handler(), question="Budgeten?", sections=[], due_on=today() + dt.timedelta(days=5)
    )

    answer = press(desk, "supplement", application, **supplement_form(opened.version))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "har ändrats sedan du öppnade sidan" in page and "Beskriv samverkan." in page
    assert [row.question for row in SupplementRequest.objects.all()] == ["Budgeten?"]


def test_a_second_press_of_asking_gets_the_first_ones_answer_and_asks_once(desk):
    application = build.reviewed_application(handler=desk.person)
    form = supplement_form(base.fresh(application).version)

    answers = [press(desk, "supplement", application, **form).status_code for _ in range(2)]
    other = press(desk, "supplement", application, **{**form, "question": "Något annat?"}).status_code

    assert (answers, other) == ([302, 302], 409)
    assert SupplementRequest.objects.count() == 1


@pytest.mark.parametrize("version", BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize("name", ["begin", "assign", "appoint", "supplement"])
def test_a_form_without_a_readable_version_counts_as_old(desk, name, version):
    application = build.reviewed_application(handler=base.handler())
    before, person = build.review_of(application).version, base.officer("handler", "assessor")

    answer = press(desk, name, application, **{**supplement_form(version), "person": person.pk})

    assert answer.status_code == 409
    assert build.review_of(application).version == before


def scores_form(assessment, reasons, stamp):
    pks = assessment.review.application.call.criteria.values_list("pk", flat=True)
    given = {f"points-{pk}": "3" for pk in pks} | {f"reasons-{pk}": reasons for pk in pks}
    return {**given, "sedd": stamp}


@pytest.fixture
def owed(client):
    """An assessment that the signed-in person owes."""
    assessor = base.assessor()
    client.force_login(assessor)
    return build.appointed(build.assessing_application(), assessor)


def test_an_old_tab_does_not_write_over_what_another_tab_saved(client, owed):
    url = reverse("evaluation:assessment", args=[owed.pk])
    stamp = client.get(url).context["stamp"]
    client.post(url, scores_form(owed, "Nytt och genomtänkt.", stamp))

    answer = client.post(url, scores_form(owed, "Gammalt.", stamp))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Gammalt." in page and "Nytt och genomtänkt." in page
    assert set(Score.objects.values_list("reasons", flat=True)) == {"Nytt och genomtänkt."}

    again = client.post(url, scores_form(owed, "Gammalt.", answer.context["stamp"]))

    assert again.status_code == 302
    assert set(Score.objects.values_list("reasons", flat=True)) == {"Gammalt."}


def test_saving_and_completing_twice_gets_the_first_presss_answer(client, owed):
    url = reverse("evaluation:assessment", args=[owed.pk])
    form = scores_form(owed, "Väl underbyggt.", client.get(url).context["stamp"])

    saved = [client.post(url, form).status_code for _ in range(2)]
    done = [client.post(url, {**form, "klar": "1"}).status_code for _ in range(2)]

    assert (saved, done) == ([302, 302], [302, 302])
    assert build.review_of(owed.review.application).state == ReviewState.ASSESSING
    assert names(owed.review.application).count("assessed") == 1
