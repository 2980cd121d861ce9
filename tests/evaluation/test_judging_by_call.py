"""How a review follows its call: the points of the formal check, two persons, levels and lowest points, unseen points."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from calls.models import Criterion, CriterionLevel, FormalCheckPoint
from calls.standards import FORMAL_CHECK_POINTS
from evaluation import actions, scoring
from evaluation.enums import DecisionState, Outcome, ReviewState
from evaluation.models import Decision, Review
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


# Levels and lowest points --------------------------------------------------------------------------------------------


def call_with_minimum(points=4, **overrides):
    """The first criterion has a minimum, and the whole a lowest score of 60."""
    call = calls.open_call(**overrides)
    first = call.criteria.first()
    Criterion.objects.filter(pk=first.pk).update(minimum_points=points)
    CriterionLevel.objects.create(criterion=first, points=3, meaning="Målet nämns men bidraget är oklart")
    return call


def test_points_below_a_minimum_are_told_by_criterion_and_as_a_whole():
    application = build.assessed_application(call=call_with_minimum(), points=2)

    told = [str(fault) for fault in scoring.below_lowest(build.review_of(application))]

    assert told == [
        "Kriteriet ”Bidrag till RUS” har 2 poäng och utlysningens lägsta är 4.",
        "Ansökan som helhet har 40 poäng och utlysningens lägsta är 60.",
    ]


def test_points_at_the_minimum_are_not_below_it():
    application = build.assessed_application(call=call_with_minimum(), points=4)

    assert scoring.below_lowest(build.review_of(application)) == []


def test_the_mean_of_several_assessors_is_what_counts():
    application = build.assessing_application(call=call_with_minimum(assessors_needed=2))
    for points in (3, 4):
        person = base.assessor()
        actions.complete_assessment(
            build.appointed(application, person), by=person, scores=build.points_for(application, points)
        )

    told = [str(fault) for fault in scoring.below_lowest(build.review_of(application))]

    assert told == ["Kriteriet ”Bidrag till RUS” har 3,5 poäng och utlysningens lägsta är 4."]


def test_support_below_the_lowest_points_is_refused_without_a_reason():
    application = build.assessed_application(call=call_with_minimum(), points=3)
    review = build.review_of(application)
    before = everything()

    with pytest.raises(Blocked) as stop:
        actions.propose(review, by=review.handler, **build.proposal(application))

    assert stop.value.reasons == [
        "Kriteriet ”Bidrag till RUS” har 3 poäng och utlysningens lägsta är 4. "
        "Skriv varför projektet ändå ska få stöd, eller föreslå avslag."
    ]
    assert [reason.where for reason in stop.value.reasons] == ["below_lowest_reasons"]
    assert everything() == before


def test_the_reason_is_kept_and_the_decider_reads_it_on_the_page_and_in_the_letter():
    why = "Projektet är det enda i sitt slag i norr."
    decision = build.proposed_decision(call=call_with_minimum(), points=3, below_lowest_reasons=why)

    page = browser(base.decider()).get(reverse("evaluation:decision", args=[decision.pk])).content.decode()

    assert base.fresh(decision).below_lowest_reasons == why
    assert page.count(why) == 2
    assert "Kriteriet ”Bidrag till RUS” har 3 poäng och utlysningens lägsta är 4." in page
    facts = decision.events.get(name="propose").facts
    assert facts["below_lowest"] == ["Kriteriet ”Bidrag till RUS” har 3 poäng och utlysningens lägsta är 4."]


def test_a_rejection_needs_no_reason_for_low_points_and_a_good_proposal_keeps_none():
    rejected = build.proposed_decision(call=call_with_minimum(), points=2, outcome=Outcome.REJECTED)
    granted = build.proposed_decision(call=call_with_minimum(), points=5, below_lowest_reasons="Behövs inte.")

    assert (rejected.state, rejected.below_lowest_reasons) == (DecisionState.PROPOSED, "")
    assert granted.below_lowest_reasons == ""


def test_points_that_fall_below_the_lowest_after_the_proposal_stop_the_decision():
    application = build.assessing_application(call=call_with_minimum(assessors_needed=1))
    leaving = base.assessor()
    for person, points in ((leaving, 5), (base.assessor(), 3)):
        actions.complete_assessment(
            build.appointed(application, person), by=person, scores=build.points_for(application, points)
        )
    review = build.review_of(application)
    decision = actions.propose(review, by=review.handler, **build.proposal(application))
    actions.declare_conflict(build.review_of(application), by=leaving, reason="Släkt.")

    with pytest.raises(Blocked) as stop:
        actions.decide(decision, by=base.decider())

    assert [reason.where for reason in stop.value.reasons] == ["below_lowest_reasons"]
    assert base.fresh(decision).state == DecisionState.PROPOSED


def test_the_proposal_page_asks_for_the_reason_and_keeps_what_was_typed():
    application = build.assessed_application(call=call_with_minimum(), points=3)
    review = build.review_of(application)
    url = reverse("evaluation:propose", args=[application.pk])
    client = browser(review.handler)
    years = {f"year-{year}": amount for year, amount in build.proposal(application)["years"].items()}
    typed = {
        **{name: str(value) for name, value in build.proposal(application).items() if name != "years"},
        **years,
        "version": review.version,
        "legal_grounds": "1 §",
        "special_conditions": "Redovisa varje månad.",
    }

    refused = client.post(url, typed)

    assert refused.status_code == 422
    assert "Skriv varför projektet ändå ska få stöd" in refused.content.decode()
    assert "Redovisa varje månad." in refused.content.decode()
    assert Decision.objects.count() == 0
    assert client.post(url, {**typed, "below_lowest_reasons": "Enda projektet i länet."}).status_code == 302
    assert Decision.objects.get().special_conditions == "Redovisa varje månad."


def test_levels_and_minimum_are_shown_where_points_are_given():
    application = build.assessing_application(call=call_with_minimum())
    person = base.assessor()
    row = build.appointed(application, person)

    page = browser(person).get(reverse("evaluation:assessment", args=[row.pk])).content.decode()

    assert "3: Målet nämns men bidraget är oklart" in page
    assert "Lägsta poäng för stöd är 4." in page


def test_the_assessment_costs_the_same_for_three_criteria_and_for_forty(django_assert_max_num_queries):
    pages = []
    for number in (3, 40):
        share, rest = divmod(100, number)
        criteria = [
            {"title": f"K{n}", "guidance": "", "weight_percent": share + (rest if n == 0 else 0), "max_points": 3}
            for n in range(number)
        ]
        call = calls.open_call(criteria=criteria)
        for criterion in call.criteria.all():
            CriterionLevel.objects.create(criterion=criterion, points=1, meaning="Svagt")
        person = base.assessor()
        row = build.appointed(build.assessing_application(call=call), person)
        client = browser(person)
        with django_assert_max_num_queries(25) as caught:
            client.get(reverse("evaluation:assessment", args=[row.pk]))
        pages.append(len(caught))

    assert pages[0] == pages[1]


# Unseen points -------------------------------------------------------------------------------------------------------


def half_assessed(call):
    """Two assessors, one of whom is done; the one who is not."""
    application = build.assessing_application(call=call)
    done, waiting = base.assessor(), base.assessor()
    completed = build.appointed(application, done)
    build.appointed(application, waiting)
    actions.complete_assessment(completed, by=done, scores=build.points_for(application))
    return application, completed, waiting


@pytest.mark.parametrize(("is_blind", "status"), [(True, 403), (False, 200)])
def test_others_points_show_to_one_who_has_not_finished_only_where_the_call_is_not_blind(is_blind, status):
    call = calls.open_call(assessors_needed=2)
    call.is_blind = is_blind
    call.save()
    application, completed, waiting = half_assessed(call)
    client = browser(waiting)

    page = client.get(reverse("evaluation:assessment", args=[completed.pk]))
    case = client.get(reverse("evaluation:case_assessment", args=[application.pk])).content.decode()
    found = client.get(reverse("evaluation:list")).content.decode()

    assert page.status_code == status
    shown = not is_blind
    assert ("planen är konkret och rimlig" in case) == shown
    assert ('<span class="score num">' in found) == shown


def test_a_proposal_on_a_check_of_one_person_is_found_in_the_database():
    decision = build.proposed_decision(call=call_of_two())
    assert violations() == {}

    Review.objects.filter(application=decision.application).update(confirmed_by=None, confirmed_at=None)

    assert list(violations().values()) == [[f"decision {decision.pk} rests on a check by one person"]]
