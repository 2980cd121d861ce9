"""Who may do what with a call, role by role."""

import pytest
from django.contrib.auth.models import AnonymousUser

from calls import rules
from calls.models import Call
from grants.accounts.enums import Role
from grants.core.people import SYSTEM
from tests.builders.base import member, officer, person
from tests.builders.calls import draft_call

pytestmark = pytest.mark.django_db

STEPS = {"publish", "open", "close", "settle", "archive", "cancel", "record_history"}
MANAGER = STEPS - {"record_history"}
CLOCK = {"open", "close", "record_history"}


def test_the_machine_has_exactly_these_steps():
    assert set(Call.steps()) == STEPS


@pytest.mark.parametrize("role", Role.values)
def test_of_all_roles_only_the_call_manager_takes_steps(role):
    call = draft_call()
    user = officer(role)

    may = {name for name, step in Call.steps().items() if step.may(call, user)}

    assert may == (MANAGER if role == Role.CALL_MANAGER else set())
    assert rules.may_manage(call, user) is (role == Role.CALL_MANAGER)


def test_the_system_opens_closes_and_loads_history_and_no_more():
    call = draft_call()

    assert {name for name, step in Call.steps().items() if step.may(call, SYSTEM)} == CLOCK


@pytest.mark.parametrize("build", [AnonymousUser, person, member])
def test_people_outside_the_authority_take_no_step(build):
    call = draft_call()
    user = build()

    assert [name for name, step in Call.steps().items() if step.may(call, user)] == []
