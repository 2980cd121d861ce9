"""How a review follows its call: the points of the formal check, two persons."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from calls.models import FormalCheckPoint
from calls.standards import FORMAL_CHECK_POINTS
from evaluation import actions
from evaluation.enums import ReviewState
from evaluation.models import Review
from grants.core.exceptions import Blocked
from grants.core.invariants import violations
from grants.core.models import Event
from tests.builders import base, calls
from tests.builders import evaluation as build
from tests.builders.sessions import browser
from tests.evaluation.traces import everything

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


def own_points(call):
    FormalCheckPoint.objects.filter(call=call).delete()
    FormalCheckPoint.objects.create(
        call=call, code="inbjuden", question="Är sökanden inbjuden?", legal_ground="Inbjudan", help_text="Se listan."
    )


def call_of_two(**overrides):
    call = calls.open_call(**overrides)
    call.needs_second_check = True
    call.save()
    return call


def answered(call):
    """A review with every point of its formal check answered, and its handler."""
    application = build.reviewed_application(call=call)
    review = build.review_of(application)
    actions.save_formal_check(review, build.all_met(review), by=review.handler)
    return build.review_of(application)


# Points of the formal check ------------------------------------------------------------------------------------------


def test_a_review_is_checked_by_the_points_of_its_call_as_they_were_when_it_was_opened():
    call = calls.open_call()
    own_points(call)
    application = build.received_application(call=call)
    FormalCheckPoint.objects.filter(call=call).update(question="Är sökanden verkligen inbjuden?")

    rows = build.review_of(application).formal_checks.values_list("code", "question", "legal_ground", "help_text")

    assert list(rows) == [("inbjuden", "Är sökanden inbjuden?", "Inbjudan", "Se listan.")]


def test_a_call_without_points_of_its_own_is_checked_by_the_standard_ones():
    call = calls.open_call()
    FormalCheckPoint.objects.filter(call=call).delete()

    review = build.review_of(build.received_application(call=call))

    assert list(review.formal_checks.values_list("code", flat=True)) == [p.code for p in FORMAL_CHECK_POINTS]


def test_a_point_of_another_call_is_refused():
    call = calls.open_call()
    own_points(call)
    review = build.review_of(build.reviewed_application(call=call))

    with pytest.raises(Blocked):
        actions.save_formal_check(review, {"in_time": (True, "")}, by=review.handler)

    assert review.formal_checks.filter(is_met__isnull=False).count() == 0


# Two persons ---------------------------------------------------------------------------------------------------------


def test_where_the_call_asks_for_two_persons_one_is_not_enough():
    review = answered(call_of_two())

    with pytest.raises(Blocked) as stop:
        actions.finish_formal_check(review, by=review.handler)

    assert stop.value.reasons == ["Lämna den formella kontrollen till en andra person när alla punkter är besvarade."]
    actions.sign_formal_check(review, by=review.handler)
    with pytest.raises(Blocked) as stop:
        actions.finish_formal_check(review, by=review.handler)
    assert stop.value.reasons == [
        "En andra person ska bekräfta den formella kontrollen. Be en kollega som inte har svarat på någon punkt."
    ]
    assert build.review_of(review.application).state == ReviewState.FORMAL_CHECK


def test_the_second_person_confirms_and_the_assessment_begins():
    review = answered(call_of_two())
    second = base.handler()
    actions.sign_formal_check(review, by=review.handler)

    actions.confirm_formal_check(review, by=second)
    done = actions.finish_formal_check(review, by=review.handler)

    assert (done.state, done.checked_by, done.confirmed_by) == (ReviewState.ASSESSING, review.handler, second)
    names = list(Event.objects.filter(object_id=str(review.pk)).order_by("seq").values_list("name", flat=True))
    assert names[-3:] == ["sign_formal_check", "confirm_formal_check", "finish_formal_check"]
    assert violations() == {}


def test_nobody_confirms_a_check_of_their_own():
    review = answered(call_of_two())
    actions.sign_formal_check(review, by=review.handler)
    before = everything()

    with pytest.raises(PermissionDenied):
        actions.confirm_formal_check(review, by=review.handler)

    assert everything() == before
    assert build.review_of(review.application).confirmed_by is None


def test_whoever_answered_a_point_does_not_confirm_the_check_that_a_colleague_leaves():
    review = answered(call_of_two())
    helper = base.handler()
    actions.save_formal_check(review, {"in_time": (True, "Stämmer.")}, by=helper)
    actions.sign_formal_check(review, by=review.handler)

    with pytest.raises(PermissionDenied):
        actions.confirm_formal_check(review, by=helper)


@pytest.mark.parametrize("person", [base.assessor, base.decider, base.reader, base.call_manager, base.member])
def test_only_one_who_may_handle_confirms(person):
    review = answered(call_of_two())
    actions.sign_formal_check(review, by=review.handler)

    with pytest.raises(PermissionDenied):
        actions.confirm_formal_check(review, by=person())


def test_a_check_is_not_left_while_points_are_unanswered_nor_confirmed_before_it_is_left():
    application = build.reviewed_application(call=call_of_two())
    review = build.review_of(application)

    with pytest.raises(Blocked):
        actions.sign_formal_check(review, by=review.handler)
    with pytest.raises(Blocked):
        actions.confirm_formal_check(review, by=base.handler())

    assert build.review_of(application).checked_by is None


def test_a_changed_answer_must_be_confirmed_anew():
    review = answered(call_of_two())
    second = base.handler()
    actions.sign_formal_check(review, by=review.handler)
    actions.confirm_formal_check(review, by=second)

    actions.save_formal_check(review, {"complete": (False, "Bilagan saknas.")}, by=review.handler)

    row = build.review_of(review.application)
    assert (row.checked_by, row.checked_at, row.confirmed_by, row.confirmed_at) == (None, None, None, None)


def test_support_is_not_proposed_on_a_check_that_was_changed_after_it_was_confirmed():
    application = build.assessed_application(call=call_of_two())
    review = build.review_of(application)
    actions.save_formal_check(review, {"complete": (True, "Ändrad.")}, by=review.handler)
    before = everything()

    with pytest.raises(Blocked) as stop:
        actions.propose(review, by=review.handler, **build.proposal(application))

    assert stop.value.reasons == ["Lämna den formella kontrollen till en andra person när alla punkter är besvarade."]
    assert everything() == before


def test_one_person_is_enough_where_the_call_asks_for_one():
    review = answered(calls.open_call())

    assert actions.finish_formal_check(review, by=review.handler).state == ReviewState.ASSESSING


def test_the_database_refuses_one_person_twice():
    review = answered(call_of_two())
    at = review.created_at

    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(
            checked_by=review.handler, checked_at=at, confirmed_by=review.handler, confirmed_at=at
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(confirmed_by=review.handler, confirmed_at=at)
    Review.objects.filter(pk=review.pk).update(
        checked_by=review.handler, checked_at=at, confirmed_by=base.handler(), confirmed_at=at
    )


def test_the_page_offers_the_confirmation_to_the_second_person_alone():
    review = answered(call_of_two())
    pk = review.application_id
    second = base.handler()
    answer = browser(review.handler).post(
        reverse("evaluation:formal_check", args=[pk]),
        {
            **{f"met-{code}": "ja" for code in build.all_met(review)},
            "lamna": "1",
            "version": base.fresh(review).version,
        },
    )
    assert answer.status_code == 302
    url = reverse("evaluation:confirm_check", args=[pk])

    page = reverse("evaluation:case_assessment", args=[pk])
    assert url not in browser(review.handler).get(page).content.decode()
    assert url in browser(second).get(page).content.decode()
    assert browser(review.handler).post(url).status_code == 403
    read = build.review_of(review.application).version
    assert browser(second).post(url, {"version": read - 1}).status_code == 409
    assert browser(second).post(url, {"version": "\0"}).status_code == 409
    assert build.review_of(review.application).confirmed_by is None
    assert browser(second).post(url, {"version": read}).status_code == 302
    assert build.review_of(review.application).confirmed_by == second


def test_a_proposal_on_a_check_of_one_person_is_found_in_the_database():
    decision = build.proposed_decision(call=call_of_two())
    assert violations() == {}

    Review.objects.filter(application=decision.application).update(confirmed_by=None, confirmed_at=None)

    assert list(violations().values()) == [[f"decision {decision.pk} rests on a check by one person"]]
