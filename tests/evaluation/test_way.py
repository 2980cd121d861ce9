"""The whole way through evaluation by its actions."""

import pytest

from applications.enums import State as ApplicationState
from evaluation import actions
from evaluation.enums import DecisionState, ReviewState
from evaluation.signals import decision_dispatched
from grants.core.invariants import violations
from grants.core.models import OutgoingMessage
from grants.documents.enums import Direction, DocumentKind
from tests.builders import base
from tests.builders import evaluation as build

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


def test_a_submitted_application_waits_in_the_shared_queue_when_its_area_has_no_handler():
    application = build.received_application()

    assert build.review_of(application).state == ReviewState.UNASSIGNED
    assert build.review_of(application).handler is None


def test_a_submitted_application_goes_to_the_handler_of_its_contact_area():
    region = base.region_organisation("24")
    area = region.region.contact_area.code
    ours = base.handler(area=area)

    review = build.review_of(build.received_application(applicant=region))

    assert (review.state, review.handler) == (ReviewState.FORMAL_CHECK, ours)


def test_a_decision_is_dispatched_with_letter_mail_and_signal_in_the_case():
    told = []

    def listen(sender, *, decision, by, **_):
        told.append(decision.pk)

    made = build.made_decision()
    decision_dispatched.connect(listen)
    try:
        decision = actions.dispatch(made, by=made.decider)
    finally:
        decision_dispatched.disconnect(listen)

    application = base.fresh(decision.application)
    assert decision.state == DecisionState.DISPATCHED
    assert application.state == ApplicationState.DECIDED
    assert build.review_of(application).state == ReviewState.DECIDED
    assert told == [decision.pk]
    assert decision.document.kind == DocumentKind.DECISION
    assert decision.document.direction == Direction.DISPATCHED
    mails = OutgoingMessage.objects.filter(template="evaluation/decision")
    assert application.contact_email in {mail.to for mail in mails}
    assert f"/beslut/om-ansokan/{application.pk}/" in mails[0].body
    assert violations() == {}


def test_the_letter_holds_what_the_law_asks_for():
    decision = build.dispatched_decision()

    headings = [block["heading"] for block in decision.document.content["blocks"]]
    assert headings == [
        "Beslut",
        "Stöd per budgetår",
        "Skäl för beslutet",
        "Bestämmelser som beslutet bygger på",
        "Villkor",
        "Vem som har beslutat",
        "Överklagande",
    ]
    record = dict(decision.document.content["blocks"][5]["facts"])
    assert record["Beslutsfattare"] == decision.decider.name
    assert record["Föredragande"] == decision.rapporteur.name
    assert decision.document.content["blocks"][6]["paragraphs"] == ["Beslutet kan inte överklagas."]


def test_an_application_is_dismissed_after_a_formal_check_with_a_no():
    application = build.reviewed_application()
    review = build.review_of(application)
    actions.save_formal_check(review, {"complete": (False, "Budget saknas.")}, by=review.handler)

    decision = actions.propose(
        build.review_of(application),
        by=review.handler,
        kind="dismissal",
        outcome="dismissed",
        reasons="Ansökan saknar budget.",
        short_reasons="Budget saknas.",
    )
    decider = base.decider()
    actions.dispatch(actions.decide(decision, by=decider), by=decider)

    assert base.fresh(application).state == ApplicationState.DISMISSED
    assert violations() == {}


def test_a_withdrawn_application_is_written_off():
    from applications import actions as application_actions

    application = build.assessed_application()
    signer = base.signatory(application.applicant)
    application_actions.withdraw(application, by=signer, reason="Vi har fått annan finansiering.")
    review = build.review_of(application)

    decision = actions.propose(
        review,
        by=review.handler,
        kind="closing_without_trial",
        outcome="closed_without_trial",
        reasons="Ansökan är återtagen.",
        short_reasons="Återtagen.",
    )
    decider = base.decider()
    actions.dispatch(actions.decide(decision, by=decider), by=decider)

    assert base.fresh(application).state == ApplicationState.CLOSED_WITHOUT_TRIAL
