"""After sending: withdrawal, supplements with versions, and how an application ends."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied

from applications import actions
from applications.content import latest_version, sent_content, versions_of
from applications.drafting import editable_sections
from applications.enums import Section, State
from applications.models import SupplementRequest
from grants.core.exceptions import Blocked
from grants.core.invariants import CHECKS
from grants.core.models import OutgoingMessage
from grants.core.time import today
from grants.documents.enums import Direction, DocumentKind
from grants.documents.models import Document
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return build.submitted_application()


@pytest.fixture
def signer(application):
    return application.submitted_by


def test_a_withdrawal_needs_a_reason_and_files_it(application, signer):
    with pytest.raises(Blocked) as stop:
        actions.withdraw(application, by=signer, reason=" ")
    assert stop.value.reasons == ["Skriv en motivering."]
    assert fresh(application).state == State.SUBMITTED

    taken_back = actions.withdraw(application, by=signer, reason="Vi söker i nästa omgång.")

    assert (taken_back.state, taken_back.ended_reason) == (State.WITHDRAWN, "Vi söker i nästa omgång.")
    document = Document.objects.get(case=application.case, kind=DocumentKind.WITHDRAWAL)
    assert document.direction == Direction.RECEIVED
    assert application.events.last().reason == "Vi söker i nästa omgång."
    assert OutgoingMessage.objects.filter(template="applications/withdrawn").count() == 1


def test_a_draft_and_a_withdrawn_application_cannot_be_withdrawn(application, signer):
    draft = build.complete_draft(by=signer)
    actions.withdraw(application, by=signer, reason="Skäl")

    for one in (draft, application):
        with pytest.raises(Blocked):
            actions.withdraw(one, by=signer, reason="Skäl")

    assert fresh(draft).state == State.DRAFT


def test_a_request_opens_exactly_the_asked_sections(application):
    assert editable_sections(application) == []

    asked = build.supplement_request(application, sections=["budget", "bilagor"])

    assert fresh(application).state == State.SUPPLEMENT_REQUESTED
    assert editable_sections(fresh(application)) == []
    assert editable_sections(build.working_copy(application)) == [Section.BUDGET, Section.ATTACHMENTS]
    assert "avvisa ansökan" in asked.consequence
    letter = Document.objects.get(case=application.case, kind=DocumentKind.SUPPLEMENT_REQUEST)
    assert letter.direction == Direction.DISPATCHED
    assert OutgoingMessage.objects.filter(template="applications/supplement_requested").count() == 1


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"question": "  "}, "question"),
        ({"due_on": dt.date(2020, 1, 1)}, "due_on"),
        ({"sections": ["budget", "hemligt"]}, "sections"),
        ({"question": "x" * 5001}, "question"),
    ],
)
def test_a_faulty_request_is_refused_with_a_sentence_and_changes_nothing(application, change, where):
    with pytest.raises(Blocked) as stop:
        build.supplement_request(application, **change)

    assert [reason.where for reason in stop.value.reasons] == [where]
    assert fresh(application).state == State.IN_REVIEW
    assert SupplementRequest.objects.count() == 0


def test_an_answer_becomes_the_next_version_and_the_first_stays(application, signer):
    build.supplement_request(application)
    first = latest_version(application)
    held = build.working_copy(application)
    budget = build.budget_data(held, applied_sek=800_000)
    actions.save_budget(held, budget, by=signer, version=held.version)
    assert sent_content(application) == first.content, "what is being written is not sent yet"

    answered = actions.answer_supplement(application, by=signer, answer="Vi har sänkt stödet vi söker.")

    assert (answered.state, answered.applied_sek) == (State.IN_REVIEW, 800_000)
    versions = list(versions_of(application))
    assert [version.kind for version in versions] == [DocumentKind.APPLICATION, DocumentKind.SUPPLEMENT]
    assert [version.content["data"]["applied_sek"] for version in versions] == [900_000, 800_000]
    assert versions[0].sha256 == first.sha256 != versions[1].sha256
    assert fresh(application).content_sha256 == versions[1].sha256
    assert [text for name, (_, run) in CHECKS.items() if name.startswith("INV-2 ") for text in run()] == []


def test_an_answer_that_leaves_the_application_incomplete_is_refused(application, signer):
    build.supplement_request(application)
    held = build.working_copy(application)
    actions.save_budget(held, {"costs": [], "financing": [], "applied_sek": 900_000}, by=signer, version=held.version)

    with pytest.raises(Blocked) as stop:
        actions.answer_supplement(application, by=signer, answer="Klart.")

    assert [reason.where for reason in stop.value.reasons] == ["budget#kostnader"]
    assert fresh(application).state == State.SUPPLEMENT_REQUESTED
    assert versions_of(application).count() == 1


def test_what_has_come_in_keeps_its_amount_objective_and_area(application, signer):
    build.supplement_request(application, sections=["mal", "budget"])
    held = build.working_copy(application)

    with pytest.raises(Blocked) as budget:
        actions.save_budget(held, {}, by=signer, version=held.version)
    with pytest.raises(Blocked) as objectives:
        actions.save_objectives(held, {}, by=signer, version=held.version)

    assert [reason.where for reason in budget.value.reasons] == ["applied_sek"]
    assert [reason.where for reason in objectives.value.reasons] == ["mal", "main_area"]
    assert fresh(held).version == held.version


def test_a_second_press_of_the_answer_files_one_version(application, signer):
    build.supplement_request(application)
    token = uuid.uuid4()

    first = actions.answer_supplement(application, by=signer, answer="Så här är det.", token=token)
    second = actions.answer_supplement(application, by=signer, answer="Så här är det.", token=token)

    assert (second.pk, second.state) == (first.pk, State.IN_REVIEW)
    assert versions_of(application).count() == 2
    assert OutgoingMessage.objects.filter(template="applications/supplement_received").count() == 1


def test_an_answer_without_text_or_right_is_refused(application, signer):
    build.supplement_request(application)

    with pytest.raises(Blocked) as stop:
        actions.answer_supplement(application, by=signer, answer=" ")
    with pytest.raises(PermissionDenied):
        actions.answer_supplement(application, by=base.handler(), answer="Hej")

    assert stop.value.reasons == ["Skriv ett svar på frågan, även om ni har ändrat i ansökan."]


def test_the_applicant_has_its_time_before_the_decision(application):
    build.supplement_request(application)

    with pytest.raises(Blocked) as stop:
        actions.conclude(application, by=base.decider(), outcome="rejected")
    assert len(stop.value.reasons) == 1

    SupplementRequest.objects.update(due_on=today() - dt.timedelta(days=1))
    assert actions.conclude(application, by=base.decider(), outcome="dismissed").state == State.DISMISSED


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("granted", State.DECIDED),
        ("partly_granted", State.DECIDED),
        ("rejected", State.DECIDED),
        ("dismissed", State.DISMISSED),
        ("closed_without_trial", State.CLOSED_WITHOUT_TRIAL),
    ],
)
def test_each_outcome_ends_the_application_in_its_state(application, outcome, state):
    actions.begin_review(application, by=base.handler())

    assert actions.conclude(application, by=base.decider(), outcome=outcome).state == state


def test_an_application_nobody_has_taken_up_cannot_be_decided(application):
    with pytest.raises(Blocked):
        actions.conclude(application, by=base.decider(), outcome="granted")

    assert fresh(application).state == State.SUBMITTED


def test_a_withdrawn_application_is_written_off(application, signer):
    actions.withdraw(application, by=signer, reason="Skäl")

    ended = actions.conclude(application, by=base.decider(), outcome="closed_without_trial")

    assert ended.state == State.CLOSED_WITHOUT_TRIAL
