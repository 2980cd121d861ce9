"""What evaluation refuses: who may not, what cannot be, and that a refusal leaves nothing behind."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from calls.models import YearBudget
from evaluation import actions
from evaluation.enums import DecisionState, Outcome, ReviewState
from evaluation.models import Decision, FormalCheckItem, Score
from grants.core.exceptions import Blocked, Stale
from grants.core.invariants import violations
from grants.core.workflow import perform
from tests.builders import base, calls
from tests.builders import evaluation as build
from tests.evaluation.traces import everything

APPEALABLE = calls.appeals("support")
pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


# Formal check and assessment -----------------------------------------------------------------------------------------


def test_the_formal_check_is_answered_before_the_assessment():
    application = build.reviewed_application()
    review = build.review_of(application)
    actions.save_formal_check(review, {"in_time": (True, ""), "complete": (False, "")}, by=review.handler)

    with pytest.raises(Blocked) as stop:
        actions.finish_formal_check(review, by=review.handler)

    assert stop.value.reasons == [
        "Svara på alla punkter i den formella kontrollen. 6 återstår.",
        "Skriv en kommentar vid varje punkt som inte är uppfylld.",
    ]
    assert build.review_of(application).state == ReviewState.FORMAL_CHECK


def test_an_unknown_point_of_the_formal_check_is_refused_and_nothing_is_saved():
    application = build.reviewed_application()
    review = build.review_of(application)

    with pytest.raises(Blocked):
        actions.save_formal_check(review, {"in_time": (True, ""), "påhittad": (True, "")}, by=review.handler)

    assert FormalCheckItem.objects.filter(review=review, is_met__isnull=False).count() == 0


def test_a_stale_formal_check_does_not_overwrite_a_newer_one():
    application = build.reviewed_application()
    review = build.review_of(application)
    actions.save_formal_check(
        review, {"in_time": (False, "Tre dagar sent.")}, by=review.handler, version=review.version
    )

    with pytest.raises(Stale):
        actions.save_formal_check(review, {"in_time": (True, "")}, by=review.handler, version=review.version)

    assert review.formal_checks.get(code="in_time").comment == "Tre dagar sent."


def test_support_cannot_be_proposed_before_the_assessments_that_the_call_asks_for():
    application = build.assessing_application(call=calls.open_call(assessors_needed=2))
    person = base.assessor()
    build_points = build.points_for(application)
    actions.complete_assessment(build.appointed(application, person), by=person, scores=build_points)
    review = build.review_of(application)
    before = everything()

    with pytest.raises(Blocked) as stop:
        actions.propose(review, by=review.handler, **build.proposal(application))

    assert stop.value.reasons == ["1 av 2 bedömningar är klara. Vänta in resten eller utse en till."]
    assert everything() == before


def test_points_out_of_range_and_criteria_of_other_calls_are_refused():
    application = build.assessing_application()
    person = base.assessor()
    assessment = build.appointed(application, person)
    criterion = application.call.criteria.first()
    foreign = calls.open_call().criteria.first()

    with pytest.raises(Blocked) as stop:
        actions.save_scores(assessment, {criterion.pk: (6, "Bra.")}, by=person)
    assert stop.value.reasons == [f"{criterion.title}: ge 0–5 poäng."]
    with pytest.raises(Blocked):
        actions.save_scores(assessment, {criterion.pk: (3, "Bra."), foreign.pk: (3, "Bra.")}, by=person)

    assert Score.objects.count() == 0


def test_an_assessment_is_completed_once_with_points_and_reasons_for_every_criterion():
    application = build.assessing_application()
    person = base.assessor()
    assessment = build.appointed(application, person)
    first = application.call.criteria.first()
    actions.save_scores(assessment, {first.pk: (3, "")}, by=person)

    with pytest.raises(Blocked) as stop:
        actions.complete_assessment(assessment, by=person)
    assert f"{first.title}: skriv varför du ger de poängen." in stop.value.reasons
    assert len(stop.value.reasons) == 5

    done = actions.complete_assessment(assessment, by=person, scores=build.points_for(application, 3))
    assert str(done.total) == "60.0"
    with pytest.raises(Blocked):
        actions.save_scores(assessment, build.points_for(application, 5), by=person)
    assert str(build.review_of(application).score) == "60.0"


def test_nobody_saves_somebody_elses_assessment():
    application = build.assessing_application()
    assessment = build.appointed(application)

    with pytest.raises(PermissionDenied):
        actions.save_scores(assessment, build.points_for(application), by=base.assessor())

    assert Score.objects.count() == 0


def test_the_assessment_of_a_person_who_declares_a_conflict_no_longer_counts():
    one, other = base.assessor(), base.assessor()
    application = build.assessing_application()
    for person, points in ((one, 5), (other, 3)):
        actions.complete_assessment(
            build.appointed(application, person), by=person, scores=build.points_for(application, points)
        )
    assert str(build.review_of(application).score) == "80.0"

    actions.declare_conflict(build.review_of(application), by=one, reason="Jag har arbetat i projektet.")

    assert str(build.review_of(application).score) == "60.0"


# Proposals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount_sek": 900_001, "years": {}}, "Föreslå högst det sökta beloppet, 900\u00a0000\u00a0kr."),
        ({"years": {}}, "Fördela hela beloppet på budgetår. Nu är 0\u00a0kr av 900\u00a0000\u00a0kr fördelat."),
        ({"outcome": "partly_granted"}, "Hela det sökta beloppet föreslås. Välj ”Beviljad”."),
        ({"basis_cost_sek": 1_000_000}, "Stödet får vara högst 50\u00a0% av den godkända kostnaden."),
        ({"basis_cost_sek": 0}, "Skriv den godkända kostnaden, i hela kronor."),
        ({"years": {1999: 900_000}}, "Utlysningen har ingen budget för 1999. Fördela på dess egna år."),
        ({"amount_sek": -1}, "Skriv stödet i hela kronor, från 0 och uppåt."),
        ({"outcome": "rejected"}, "Ett beslut utan stöd har inget belopp. Ta bort beloppet."),
        ({"outcome": "dismissed"}, "Välj ett utfall som hör till beslutets slag."),
        ({"start_on": None}, "Skriv när projektet får starta."),
        ({"end_on": dt.date(2020, 1, 1)}, "Projektet måste sluta efter att det startar."),
        ({"legal_grounds": " "}, "Skriv vilka bestämmelser beslutet bygger på."),
        ({"kind": "payment"}, "Välj beslut om stöd, avvisning eller avskrivning."),
        ({"short_reasons": "x" * 301}, "Skäl i korthet har 301 tecken. Korta texten till högst 300 tecken."),
        (
            {"reasons": "x" * 1_000_000},
            "Skälen har 1\u00a0000\u00a0000 tecken. Korta texten till högst 20\u00a0000 tecken.",
        ),
    ],
)
def test_a_proposal_that_cannot_be_decided_is_refused_and_leaves_nothing(change, reason):
    application = build.assessed_application()
    review = build.review_of(application)
    before = everything()
    facts = build.proposal(application) | change

    with pytest.raises(Blocked) as stop:
        actions.propose(review, by=review.handler, **facts)

    assert reason in stop.value.reasons
    assert everything() == before
    assert build.review_of(application).state == ReviewState.ASSESSING


@pytest.mark.parametrize("outcome", [Outcome.PARTLY_GRANTED, Outcome.REJECTED])
def test_less_than_what_was_applied_for_needs_reasons(outcome):
    application = build.assessed_application()
    review = build.review_of(application)
    amount = 500_000 if outcome == Outcome.PARTLY_GRANTED else 0
    facts = build.proposal(application, amount_sek=amount) if amount else build.rejection()

    with pytest.raises(Blocked) as stop:
        actions.propose(
            review, by=review.handler, **(facts | {"outcome": outcome, "reasons": " ", "short_reasons": ""})
        )

    assert stop.value.reasons == [
        "Skriv skälen för beslutet: bestämmelserna och det som avgjort.",
        "Skriv skälen i korthet, med en eller två meningar.",
    ]


def test_a_second_proposal_for_the_same_application_is_refused():
    decision = build.proposed_decision()
    review = build.review_of(decision.application)

    with pytest.raises(Blocked):
        actions.propose(review, by=review.handler, **build.rejection())

    assert Decision.objects.filter(application=decision.application).count() == 1


def test_a_proposal_that_is_sent_back_is_written_anew_in_its_own_row():
    decision = build.proposed_decision()
    decider = base.decider()

    actions.send_back(decision, by=decider, reason="Sänk beloppet.")
    review = build.review_of(decision.application)
    assert review.state == ReviewState.ASSESSING
    again = actions.propose(review, by=review.handler, **build.proposal(decision.application, amount_sek=500_000))

    assert (again.pk, again.amount_sek, again.state) == (decision.pk, 500_000, DecisionState.PROPOSED)
    assert sum(again.years.values_list("amount_sek", flat=True)) == 500_000


def test_sending_back_needs_a_reason():
    decision = build.proposed_decision()

    with pytest.raises(Blocked) as stop:
        actions.send_back(decision, by=base.decider(), reason=" ")

    assert stop.value.reasons == ["Skriv en motivering."]


# Decisions -----------------------------------------------------------------------------------------------------------


def test_a_decision_beyond_the_years_budget_says_the_year_and_what_is_left():
    call = build.small_call(1_000_000)
    year = call.year_budgets.get().year
    first, second = (
        build.proposed_decision(call=call, applicant=base.region_organisation(county)) for county in ("24", "25")
    )
    decider = base.decider()
    actions.decide(first, by=decider)
    before = everything()

    with pytest.raises(Blocked) as stop:
        actions.decide(second, by=decider)

    assert stop.value.reasons == [
        f"Budgeten för {year} räcker inte: 100\u00a0000\u00a0kr är kvar och beslutet behöver 900\u00a0000\u00a0kr. "
        "Återför ärendet och sänk beloppet eller fördela om mellan åren."
    ]
    assert everything() == before
    assert violations() == {}


def test_a_made_decision_that_is_sent_back_returns_its_budget():
    decision = build.made_decision()
    year = decision.years.first()
    assert base.fresh(year.year_budget).used_sek == year.amount_sek

    actions.send_back(decision, by=base.decider(), reason="Fel belopp.")

    assert base.fresh(year.year_budget).used_sek == 0
    assert base.fresh(decision).decider is None
    assert violations() == {}


def test_pressing_decide_and_dispatch_twice_gives_one_decision_one_letter_and_one_mail():
    decider = base.decider()
    decision = build.proposed_decision()
    once = actions.decide(decision, by=decider)
    twice = actions.decide(decision, by=decider)
    assert twice.version == once.version
    actions.dispatch(decision, by=decider)
    before = everything()

    actions.dispatch(decision, by=decider)

    assert everything() == before


def test_a_withdrawn_application_cannot_be_granted():
    from applications import actions as application_actions

    decision = build.proposed_decision()
    application = decision.application
    application_actions.withdraw(application, by=base.signatory(application.applicant), reason="Annan finansiering.")
    before = everything()

    with pytest.raises(Blocked) as stop:
        actions.decide(decision, by=base.decider())

    assert stop.value.reasons == ["Ansökan är återtagen. Föreslå i stället att ärendet skrivs av."]
    assert everything() == before


def test_an_appealable_decision_is_final_only_when_the_time_to_appeal_is_out():
    decision = build.dispatched_decision(call=calls.open_call(decision_rules=APPEALABLE))

    with pytest.raises(Blocked):
        actions.make_final(decision, by=decision.decider)

    assert "tre veckor" in decision.appeal_text
    assert base.fresh(decision).state == DecisionState.DISPATCHED


def test_a_decision_that_cannot_be_appealed_is_final_when_noted():
    decision = build.dispatched_decision()

    assert actions.make_final(decision, by=decision.decider).state == DecisionState.FINAL


def test_a_payment_is_decided_by_the_same_machine_without_drawing_on_the_budget():
    decision = build.dispatched_decision()
    handler = base.handler()
    budgets = sorted(YearBudget.objects.values_list("pk", "used_sek"))

    payment = actions.propose_for(
        decision.application,
        by=handler,
        kind="payment",
        outcome="approved",
        amount_sek=100_000,
        reasons="Godkända kostnader.",
    )
    decider = base.decider()
    sent = actions.dispatch(actions.decide(payment, by=decider), by=decider)

    assert (sent.number, sent.state) == (2, DecisionState.DISPATCHED)
    assert sorted(YearBudget.objects.values_list("pk", "used_sek")) == budgets
    with pytest.raises(PermissionDenied):
        actions.propose_for(decision.application, by=base.reader(), kind="payment", outcome="approved")
    assert violations() == {}


def test_a_step_cannot_be_taken_past_the_machine():
    decision = build.proposed_decision()

    with pytest.raises(Blocked):
        perform(decision, "dispatch", by=base.decider())

    assert base.fresh(decision).state == DecisionState.PROPOSED
