"""More time for a supplement: asked for with a reason, given or refused by the handler, seen by both and in the work list."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications import actions
from applications.extending import answer_extension, ask_for_time
from applications.models import SupplementExtension
from grants.core.exceptions import Blocked
from grants.core.models import OutgoingMessage
from grants.core.time import today
from grants.documents.models import Document
from grants.portal.worklist import waiting_for
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base, evaluation
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(days=30)


@pytest.fixture
def handler():
    return base.handler()


@pytest.fixture
def asked(handler):
    application = evaluation.reviewed_application(handler=handler)
    return build.supplement_request(application, handler=handler)


@pytest.fixture
def application(asked):
    return asked.application


@pytest.fixture
def signer(application):
    return application.submitted_by


def queue(person, key):
    return next(row for row in waiting_for(base.fresh(person)) if row.queue.key == key)


def mails(template):
    return OutgoingMessage.objects.filter(template=f"applications/{template}")


def test_the_applicant_asks_and_the_handler_gives_a_new_day(application, asked, signer, handler):
    extension = ask_for_time(application, by=signer, reason="Vi väntar på bokslutet.", wanted_on=today() + LATER)
    assert [item.number for item in queue(handler, "svarstid").items] == [application.register_number]

    answer_extension(extension, by=handler, granted_until=today() + LATER)

    assert fresh(asked).due_on == today() + LATER
    assert [event.name for event in application.events.all()][-2:] == ["ask_for_time", "grant_time"]
    kinds = Document.objects.filter(case=application.case).values_list("kind", "direction")
    assert {("extension_request", "received"), ("extension_answer", "dispatched")} <= set(kinds)
    assert {handler.email, signer.email} <= set(mails("time_asked").values_list("to", flat=True))
    assert {handler.email, signer.email} <= set(mails("time_answered").values_list("to", flat=True))
    assert queue(handler, "svarstid").count == 0


def test_a_refusal_has_a_reason_and_leaves_the_day(application, asked, signer, handler):
    before = asked.due_on
    extension = ask_for_time(application, by=signer, reason="Semester.", wanted_on=today() + LATER)

    with pytest.raises(Blocked) as stop:
        answer_extension(extension, by=handler, granted_until=None, answer="  ")
    assert [reason.where for reason in stop.value.reasons] == ["answer"]
    assert fresh(extension).answered_at is None

    answer_extension(extension, by=handler, granted_until=None, answer="Utlysningens beslut väntar.")

    assert (fresh(asked).due_on, fresh(extension).answer) == (before, "Utlysningens beslut väntar.")
    assert application.events.last().name == "refuse_time"


@pytest.mark.parametrize(
    ("reason", "days", "where"),
    [
        (" ", 30, ["reason"]),
        ("x" * 2001, 30, ["reason"]),
        ("Skäl", 14, ["wanted_on"]),
        ("Skäl", 400, ["wanted_on"]),
        ("", None, ["reason", "wanted_on"]),
    ],
)
def test_a_faulty_request_is_refused_at_its_field_and_leaves_nothing(application, signer, reason, days, where):
    day = None if days is None else today() + dt.timedelta(days=days)
    documents, events = Document.objects.count(), application.events.count()

    with pytest.raises(Blocked) as stop:
        ask_for_time(application, by=signer, reason=reason, wanted_on=day)

    assert [one.where for one in stop.value.reasons] == where
    assert (SupplementExtension.objects.count(), Document.objects.count(), application.events.count()) == (
        0,
        documents,
        events,
    )


def test_a_new_day_lies_after_the_one_that_holds(application, asked, signer, handler):
    extension = ask_for_time(application, by=signer, reason="Skäl.", wanted_on=today() + LATER)

    with pytest.raises(Blocked) as stop:
        answer_extension(extension, by=handler, granted_until=asked.due_on)

    assert [reason.where for reason in stop.value.reasons] == ["granted_until"]
    assert (fresh(extension).answered_at, mails("time_answered").count()) == (None, 0)


def test_who_asks_and_who_answers_is_ruled(application, signer, handler):
    viewer = base.member(application.applicant, "view")
    with pytest.raises(PermissionDenied):
        ask_for_time(application, by=viewer, reason="Skäl.", wanted_on=today() + LATER)
    extension = ask_for_time(application, by=signer, reason="Skäl.", wanted_on=today() + LATER)

    for person in (signer, base.reader(), base.assessor()):
        with pytest.raises(PermissionDenied):
            answer_extension(extension, by=person, granted_until=today() + LATER)

    assert fresh(extension).answered_at is None


def test_presses_twice_ask_once_and_answer_once(application, signer, handler):
    asks = [ask_for_time(application, by=signer, reason="Skäl.", wanted_on=today() + LATER) for _ in range(2)]
    answers = [answer_extension(asks[0], by=handler, granted_until=today() + LATER) for _ in range(2)]

    assert {one.pk for one in [*asks, *answers]} == {asks[0].pk}
    with pytest.raises(Blocked):
        answer_extension(asks[0], by=handler, granted_until=None, answer="Nej.")
    with pytest.raises(Blocked):
        ask_for_time(application, by=signer, reason="Igen.", wanted_on=today() + LATER) and ask_for_time(
            application, by=signer, reason="Ett annat skäl.", wanted_on=today() + 2 * LATER
        )


def test_the_database_keeps_one_open_request_and_whole_answers(application, asked, signer):
    ask_for_time(application, by=signer, reason="Skäl.", wanted_on=today() + LATER)

    for change in ({}, {"answered_at": asked.asked_at, "answered_by": signer}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupplementExtension.objects.create(request=asked, reason="x", wanted_on=today(), asked_by=signer, **change)

    assert SupplementExtension.objects.count() == 1


def test_a_day_that_has_passed_stands_first_in_the_work_list_until_the_answer_comes(
    application, asked, signer, handler
):
    assert queue(handler, "sena").count == 0
    type(asked).objects.update(due_on=today() - dt.timedelta(days=1))

    first = waiting_for(base.fresh(handler))[0]
    assert (first.queue.key, first.count, first.items[0].is_overdue) == ("sena", 1, True)
    actions.answer_supplement(application, by=signer, answer="Här är svaret.")

    assert queue(handler, "sena").count == 0


def test_it_is_asked_for_and_answered_on_the_pages(application, asked, signer, handler):
    browser, desk = signed_in(signer), signed_in(handler)
    day = (today() + LATER).isoformat()
    answer_url = reverse("evaluation:extension", args=[application.pk])

    empty = browser.post(url("more_time", application), {})
    sent = browser.post(url("more_time", application), {"wanted_on": day, "reason": "Vi väntar på bokslutet."})
    shown = browser.get(url("supplement", application)).content.decode()
    case = desk.get(reverse("evaluation:case_assessment", args=[application.pk])).content.decode()
    nothing = desk.post(answer_url, {"decision": "ja", "granted_until": "i morgon"})
    given = desk.post(answer_url, {"decision": "ja", "granted_until": day, "answer": ""})
    again = desk.post(answer_url, {"decision": "nej", "answer": "Nej."})

    assert (empty.status_code, sent.url) == (422, url("supplement", application))
    assert "Ni väntar på besked från handläggaren." in shown and "Be om mer tid</a>" not in shown
    assert answer_url in case and "Vi väntar på bokslutet." in case
    assert (nothing.status_code, given.status_code, again.status_code) == (422, 302, 302)
    assert fresh(asked).due_on == today() + LATER
    assert SupplementExtension.objects.get().granted_until == today() + LATER
