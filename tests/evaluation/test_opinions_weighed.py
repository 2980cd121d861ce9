"""Opinions weighed and told: what stands in the way of a proposal, what the applicant reads and answers, reminders."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evaluation import actions
from evaluation.enums import OpinionState, Outcome, ReviewState
from evaluation.models import Opinion
from grants.core.exceptions import Blocked, Stale
from grants.core.invariants import violations
from grants.core.models import OutgoingMessage
from grants.core.time import pretend, today
from grants.documents.models import Document
from tests.builders import base
from tests.builders import evaluation as build
from tests.builders.sessions import browser
from tests.evaluation.traces import everything

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


# What stands in the way of a proposal --------------------------------------------------------------------------------


def ready(call):
    """Everything but the opinions is done."""
    application = build.assessing_application(call=call, consulted=False)
    person = base.assessor()
    actions.complete_assessment(build.appointed(application, person), by=person, scores=build.points_for(application))
    return application, build.planned_opinion(application)


def reasons_of(application):
    review = build.review_of(application)
    with pytest.raises(Blocked) as stop:
        actions.propose(review, by=review.handler, **build.proposal(application))
    assert build.review_of(application).state == ReviewState.ASSESSING
    return stop.value.reasons


def test_support_waits_for_the_samrad_its_answer_and_the_applicants_time_to_comment():
    application, opinion = ready(build.consulting_call())

    assert reasons_of(application) == [f"{opinion} ska få yttra sig. Begär yttrandet, eller skriv varför ni avstår."]
    opinion = build.requested_opinion(opinion)
    assert reasons_of(application)[0].startswith(f"Yttrandet från {opinion} har inte kommit in.")
    opinion = build.answered_opinion_of(opinion)
    assert reasons_of(application) == [
        f"Kommunicera yttrandet från {opinion} till sökanden, eller skriv varför det inte behövs."
    ]
    last = today() + dt.timedelta(days=14)
    actions.communicate_opinion(opinion, by=build.handler_of(opinion), due_on=last)
    assert reasons_of(application)[0].startswith("Sökanden har till och med ")
    actions.reply_to_opinion(opinion, by=base.signatory(), text="Vi håller med.")
    review = build.review_of(application)
    actions.propose(review, by=review.handler, **build.proposal(application))

    assert build.review_of(application).state == ReviewState.PROPOSED
    assert violations() == {}


def test_when_the_time_to_comment_is_over_support_can_be_proposed():
    application, opinion = ready(build.consulting_call())
    build.communicated_opinion(opinion)

    with pretend(build.noon(today() + dt.timedelta(days=15))):
        review = build.review_of(application)
        actions.propose(review, by=review.handler, **build.proposal(application))

    assert build.review_of(application).state == ReviewState.PROPOSED


def test_a_samrad_is_not_waived_without_a_reason():
    opinion = build.planned_opinion()
    before = everything()

    with pytest.raises(Blocked) as stop:
        actions.waive_opinion(opinion, by=build.handler_of(opinion), reason=" ")

    assert stop.value.reasons == ["Skriv en motivering."]
    assert everything() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=opinion.pk).update(
            waived_by=build.handler_of(opinion), waived_at=opinion.created_at, answered_at=opinion.created_at
        )


def test_waived_with_a_reason_it_no_longer_stands_in_the_way_and_the_history_says_why():
    application, opinion = ready(build.consulting_call())

    waived = actions.waive_opinion(opinion, by=build.handler_of(opinion), reason="Regionen är själv sökande.")

    review = build.review_of(application)
    actions.propose(review, by=review.handler, **build.proposal(application))
    assert (waived.state, waived.waived_reason) == (OpinionState.WAIVED, "Regionen är själv sökande.")
    assert waived.events.last().reason == "Regionen är själv sökande."


def test_a_dismissal_waits_for_nobody():
    application = build.reviewed_application(call=build.consulting_call())
    review = build.review_of(application)

    decision = actions.propose(
        review,
        by=review.handler,
        kind="dismissal",
        outcome=Outcome.DISMISSED,
        reasons="För sent.",
        short_reasons="För sent.",
    )

    assert decision.state == "proposed"


def test_a_decision_made_without_consulting_is_found_in_the_database():
    decision = build.made_decision(call=build.consulting_call())
    assert violations() == {}

    opinion = Opinion.objects.get(review__application=decision.application)
    Opinion.objects.create(review=opinion.review, body="boverket", name="Boverket")

    assert list(violations().values()) == [[f"decision {decision.pk} was made before everybody had been consulted"]]


# Telling the applicant -----------------------------------------------------------------------------------------------


def test_the_applicant_reads_what_was_communicated_and_answers_once():
    opinion = build.communicated_opinion()
    applicant = opinion.review.application.applicant
    client = browser(base.signatory(applicant))
    url = reverse("evaluation:opinion_reply", args=[opinion.pk])

    own = client.get(opinion.review.application.get_absolute_url()).content.decode()
    page = client.get(url).content.decode()
    form = {"text": "Vi ser det annorlunda.", "version": base.fresh(opinion).version}
    old = client.post(url, {**form, "version": form["version"] - 1})
    first, again = client.post(url, form), client.post(url, form)
    second = client.post(url, {"text": "Och en sak till.", "version": base.fresh(opinion).version})

    assert url in own
    assert "Vi tillstyrker projektet." in page
    assert [answer.status_code for answer in (old, first, again, second)] == [409, 302, 302, 422]
    assert base.fresh(opinion).reply == "Vi ser det annorlunda."
    assert (
        f"/yttranden/{opinion.pk}/synpunkter/"
        in OutgoingMessage.objects.filter(template="evaluation/opinion_communicated").first().body
    )
    assert list(Document.objects.filter(case=opinion.review.application.case).values_list("kind", flat=True))[-2:] == [
        "communication",
        "opinion",
    ]


def test_nobody_outside_reads_an_opinion_that_was_not_communicated_to_them():
    application = build.reviewed_application(call=build.consulting_call("boverket"))
    opinion = build.answered_opinion(build.planned_opinion(application, body="boverket"))
    url = reverse("evaluation:opinion_reply", args=[opinion.pk])

    assert browser(base.signatory(opinion.review.application.applicant)).get(url).status_code == 404
    assert browser(base.handler()).get(url).status_code == 404


def test_not_communicating_wants_a_reason_and_is_said_once():
    opinion = build.answered_opinion()
    by = build.handler_of(opinion)

    with pytest.raises(Blocked) as stop:
        actions.leave_uncommunicated(opinion, by=by, reason="")
    assert stop.value.reasons == ["Skriv varför yttrandet inte behöver kommuniceras."]
    actions.leave_uncommunicated(opinion, by=by, reason="Det saknar betydelse.")
    with pytest.raises(Blocked):
        actions.communicate_opinion(opinion, by=by, due_on=today() + dt.timedelta(days=9))

    row = base.fresh(opinion)
    assert (row.not_communicated_reason, row.communicated_at) == ("Det saknar betydelse.", None)


def test_an_unanswered_opinion_is_not_communicated():
    opinion = build.requested_opinion()

    with pytest.raises(Blocked):
        actions.communicate_opinion(opinion, by=build.handler_of(opinion), due_on=today() + dt.timedelta(days=9))


def test_a_stale_action_changes_nothing():
    opinion = build.planned_opinion()
    build.requested_opinion(opinion)

    with pytest.raises(Stale):
        actions.waive_opinion(opinion, by=build.handler_of(opinion), reason="Nej.", version=opinion.version)

    assert base.fresh(opinion).state == OpinionState.REQUESTED


# The clock, and after the decision -----------------------------------------------------------------------------------


def test_the_day_after_the_last_one_a_reminder_goes_once():
    opinion = build.requested_opinion(build.region_asked())
    handler = build.handler_of(opinion)

    assert actions.remind_of_opinions(opinion.due_on) == 0
    after = opinion.due_on + dt.timedelta(days=1)
    assert [actions.remind_of_opinions(after), actions.remind_of_opinions(after)] == [1, 0]

    sent = OutgoingMessage.objects.filter(template="evaluation/opinion_overdue")
    assert {mail.to for mail in sent} == {"registrator@example.se", handler.email}
    assert base.fresh(opinion).reminded_at is not None


def test_an_answered_opinion_is_not_reminded_of():
    opinion = build.answered_opinion()

    assert actions.remind_of_opinions(opinion.due_on + dt.timedelta(days=9)) == 0


def test_after_dispatch_the_other_region_is_told_of_the_decision():
    opinion = build.region_asked()
    decision = build.dispatched_decision(application=base.fresh(opinion.review.application))

    told = OutgoingMessage.objects.filter(template="evaluation/decision_informed")

    assert decision.state == "dispatched"
    assert [mail.to for mail in told] == ["registrator@example.se"]
    assert "3 § förordningen (2003:596)" in told[0].body
