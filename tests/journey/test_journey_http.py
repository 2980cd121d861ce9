"""The whole way once through HTTP, on the database at hand (SQLite and PostgreSQL in the two runs of the suite)."""

import io

import openpyxl
import pytest
from django.core import mail as outbox

from applications.models import Application
from calls import actions as calls
from evaluation.models import Decision
from grants.core import history, jobs, mail
from grants.core.invariants import violations
from grants.core.models import Job, OutgoingMessage
from grants.demo import people
from grants.exports.jobs import KIND
from grants.projects.models import PaymentApplication, Project
from tests.journey import data, way
from tests.journey.data import Days
from tests.journey.web import Person

pytestmark = pytest.mark.django_db


def test_a_call_becomes_a_paid_and_closed_project_and_a_workbook():
    people.ensure_people()
    days = Days()

    with days.when_it_began():
        way.set_up_call(Person, days)
        assert calls.run_clock() == 0  # its opening had passed: it opened with the press that published it
        way.write_application(Person, days)
        way.send_application(Person)
        way.check_formally(Person)
        way.assess(Person)
        way.propose_and_decide(Person, days)
    way.run_project(Person, days)
    handler = way.ask_for_workbook(Person)
    jobs.run(Job.objects.get(kind=KIND).pk)
    handler.visit(handler.url)
    handler.follow("Hämta ")
    book = openpyxl.load_workbook(io.BytesIO(handler.body))

    assert_everything_is_there()
    assert_mail_went_to_the_right_people()
    assert_the_workbook_tells_it(book)
    assert violations() == {}
    assert list(history.faults()) == []


def assert_everything_is_there():
    application = Application.objects.get(title=data.TITLE, supplement=None)
    assert application.state == "decided"
    assert application.supplement_requests.get().answer == data.ANSWER
    support, payment = Decision.objects.filter(application=application).order_by("number")
    assert (support.kind, support.state, support.amount_sek) == ("support", "dispatched", data.APPLIED_SEK)
    assert (support.rapporteur.name, support.decider.name) == (data.HANDLER, data.DECIDER)
    assert (payment.kind, payment.state) == ("payment", "dispatched")
    project = Project.objects.get(application=application)
    assert (project.state, project.granted_sek, project.paid_sek) == ("closed", data.APPLIED_SEK, data.PAYABLE_SEK)
    paid = PaymentApplication.objects.get(project=project)
    assert (paid.state, paid.paid_by.name, paid.payment_reference) == ("paid", data.PAYER, "UB-1")


def assert_mail_went_to_the_right_people():
    queued = OutgoingMessage.objects.count()
    assert mail.sweep() == queued
    assert len(outbox.outbox) == queued
    receipts = [message for message in outbox.outbox if message.to == [people.address(data.SIGNER)]]
    assert any("Vi har tagit emot" in message.subject + message.body for message in receipts)


def assert_the_workbook_tells_it(book):
    assert book.sheetnames == ["Beslut", "Om uttaget"]
    head, *rows = book["Beslut"].iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    told = next(row for row in found if data.TITLE in row.values())
    assert data.REGION in told.values()
    assert data.APPLIED_SEK in told.values()
    assert data.DECIDER in told.values()
