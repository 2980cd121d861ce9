"""Who may do what with an application, step by step and section by section."""

import pytest
from django.core.exceptions import PermissionDenied

from applications import actions, rules
from applications.enums import State
from applications.models import Application
from grants.accounts.enums import Level, MandateScope, Role
from grants.core.exceptions import Blocked
from grants.core.people import SYSTEM
from grants.core.time import today
from grants.documents.actions import declare_conflict
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db

PEOPLE = {
    "reads": lambda org: base.member(org, Level.VIEW),
    "writes": lambda org: base.member(org, Level.EDIT),
    "manages": lambda org: base.member(org, Level.MANAGE),
    "signs": lambda org: base.signatory(org, level=Level.VIEW),
    "signs_payments": lambda org: base.signatory(org, MandateScope.PAYMENTS, Level.EDIT),
    "neighbour": lambda org: base.signatory(base.region_organisation("25")),
    "handler": lambda org: base.handler(),
    "decider": lambda org: base.decider(),
    "reader": lambda org: base.reader(),
    "call_manager": lambda org: base.call_manager(),
}
MAY = {
    "may_edit": {"writes", "manages", "signs_payments"},
    "may_submit": {"signs"},
    "may_withdraw": {"manages", "signs"},
    "may_answer": {"writes", "manages", "signs", "signs_payments"},
    "may_handle": {"handler"},
    "may_conclude": {"handler", "decider"},
}


@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_may_exactly_what_the_table_says(person):
    application = build.submitted_application()
    user = PEOPLE[person](application.applicant)

    held = {name for name, people in MAY.items() if getattr(rules, name)(application, user)}

    assert held == {name for name, people in MAY.items() if person in people}


def test_the_system_may_nothing():
    application = build.submitted_application()

    assert [name for name in MAY if getattr(rules, name)(application, SYSTEM)] == []


def test_every_step_asks_one_of_these_rules():
    assert {step.may.__name__ for step in Application.steps().values()} <= set(MAY)
    assert {name: step.may.__name__ for name, step in Application.steps().items()} == {
        "submit": "may_submit",
        "begin_review": "may_handle",
        "request_supplement": "may_handle",
        "answer_supplement": "may_answer",
        "withdraw": "may_withdraw",
        "decide": "may_conclude",
        "dismiss": "may_conclude",
        "close_without_trial": "may_conclude",
    }


@pytest.mark.parametrize("person", ["reads", "signs", "neighbour", "handler", "decider"])
def test_nobody_without_the_level_writes_any_section(person):
    draft = build.complete_draft()
    user = PEOPLE[person](draft.applicant)
    before = Application.objects.values().get(pk=draft.pk)

    for save in (actions.save_parties, actions.save_project, actions.save_objectives, actions.save_budget):
        with pytest.raises(PermissionDenied):
            save(draft, {}, by=user, version=draft.version)
    with pytest.raises(PermissionDenied):
        actions.remove_attachment(draft, 1, by=user)

    assert Application.objects.values().get(pk=draft.pk) == before


def test_a_draft_is_seen_by_its_own_people_and_nobody_at_the_authority():
    draft = build.complete_draft()
    officers = [base.officer(role) for role in Role.values]
    reader = base.member(draft.applicant, Level.VIEW)

    assert [Application.objects.visible_to(officer).count() for officer in officers] == [0] * len(officers)
    assert Application.objects.visible_to(reader).get() == draft
    assert Application.objects.visible_to(base.member(base.region_organisation("25"))).count() == 0


def test_a_declared_conflict_takes_the_case_and_the_steps_away():
    application = build.submitted_application()
    handler = base.handler()
    assert rules.may_handle(application, handler) is True

    declare_conflict(application.case, by=handler, reason="Nära vän i projektet.")

    assert rules.may_handle(application, handler) is False
    assert Application.objects.visible_to(handler).count() == 0


def test_the_last_day_of_a_membership_is_the_last_day_of_writing():
    draft = build.draft_application()
    writer = base.member(draft.applicant)
    writer.memberships.update(ended_on=today())
    writer = fresh(writer)

    with pytest.raises(PermissionDenied):
        actions.save_project(draft, {"title": "Nytt"}, by=writer, version=draft.version)

    assert fresh(draft).title == build.TITLE


def test_a_sent_application_is_shut_for_writing():
    application = build.submitted_application()
    writer = base.member(application.applicant)

    with pytest.raises(Blocked) as stop:
        actions.save_project(application, {"title": "Nytt"}, by=writer, version=application.version)

    assert stop.value.reasons == ["Delen ”Projektet” går inte att ändra när ansökan är inkommen."]
    assert (fresh(application).title, fresh(application).state) == (build.TITLE, State.SUBMITTED)
