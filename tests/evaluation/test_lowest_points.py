"""Judging by the call's own levels: the lowest points, the reason for less, and points unseen by the others."""

import pytest
from django.urls import reverse

from calls.models import Criterion, CriterionLevel
from evaluation import actions, scoring
from evaluation.enums import DecisionState, Outcome
from evaluation.models import Decision
from grants.core.exceptions import Blocked
from tests.builders import base, calls
from tests.builders import evaluation as build
from tests.builders.sessions import browser
from tests.evaluation.traces import everything

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


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
