"""Who may take which step of reviews and decisions, and that one person never both prepares and decides."""

import pytest
from django.core.exceptions import PermissionDenied

from evaluation import actions, rules
from grants.accounts.enums import Role
from grants.core.people import SYSTEM
from tests.builders import base
from tests.builders import evaluation as build
from tests.evaluation.traces import everything

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


def people():
    """One person per role, and one without."""
    return {role.value: base.officer(role) for role in Role} | {"nobody": base.person(), "member": base.member()}


HANDLING = {"handler", "rapporteur"}
WHO_MAY_REVIEW = {
    "assign": HANDLING | {"call_manager", "registrar", "administrator"},
    "finish_formal_check": HANDLING,
    "propose": HANDLING,
    "propose_ending": HANDLING,
    "reopen": HANDLING | {"decider"},
    "conclude": {"decider"},
}
WHO_MAY_DECISION = {
    "propose": set(),  # only the rapporteur in person, who is none of these
    "decide": {"decider"},
    "dispatch": HANDLING | {"decider", "registrar"},
    "make_final": HANDLING | {"decider", "registrar"},
    "send_back": HANDLING | {"decider"},
}


def test_every_step_has_a_row_in_the_table_of_who_may_take_it():
    decision = build.proposed_decision()
    review = build.review_of(decision.application)
    everyone = people()

    for row, table in ((review, WHO_MAY_REVIEW), (decision, WHO_MAY_DECISION)):
        may = {
            name: {who for who, user in everyone.items() if step.may(row, user)} for name, step in row.steps().items()
        }
        assert may == table


def test_the_system_takes_no_step_but_the_routing():
    decision = build.proposed_decision()
    review = build.review_of(decision.application)

    assert {name for name, step in review.steps().items() if step.may(review, SYSTEM)} == {"assign"}
    assert {name for name, step in decision.steps().items() if step.may(decision, SYSTEM)} == set()


def test_a_person_with_a_conflict_may_take_no_step_whatever_the_roles():
    decision = build.proposed_decision()
    review = build.review_of(decision.application)
    everything_person = base.officer(*Role)
    actions.declare_conflict(review, by=everything_person, reason="Min bror leder projektet.")

    steps = [step.may(row, everything_person) for row in (review, decision) for step in row.steps().values()]

    assert steps == [False] * len(steps)


def test_the_rapporteur_cannot_decide_even_with_the_deciders_role():
    both = base.officer(Role.HANDLER, Role.DECIDER)
    decision = build.proposed_decision(handler=both)
    before = everything()

    with pytest.raises(PermissionDenied):
        actions.decide(decision, by=both)

    assert everything() == before


def test_an_assessor_of_the_case_cannot_decide_in_it():
    both = base.officer(Role.ASSESSOR, Role.DECIDER)
    decision = build.proposed_decision(assessors=[both])
    before = everything()

    with pytest.raises(PermissionDenied):
        actions.decide(decision, by=both)

    assert everything() == before


def test_an_appointed_assessor_who_has_not_assessed_cannot_decide_either():
    both = base.officer(Role.ASSESSOR, Role.DECIDER)
    application = build.assessed_application()
    build.appointed(application, both)
    review = build.review_of(application)
    decision = actions.propose(review, by=review.handler, **build.proposal(application))

    assert rules.may_decide(decision, both) is False
