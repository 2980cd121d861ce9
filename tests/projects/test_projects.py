"""A project starts with its decision, runs, rests and is closed."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from evaluation.enums import Outcome
from evaluation.signals import decision_dispatched
from grants.core import events
from grants.core.exceptions import Blocked
from grants.core.invariants import violations
from grants.core.models import OutgoingMessage
from grants.core.people import SYSTEM
from grants.core.time import now, today
from grants.documents.enums import DocumentKind
from grants.documents.models import Document
from grants.projects import actions
from grants.projects.enums import ProjectState, ReportKind
from grants.projects.models import Project
from tests.builders import base, evaluation, projects
from tests.builders.base import fresh

OWNER = {"signer", "editor"}
HANDLERS = {"handler", "everything"}
MAY = {
    "begin": OWNER | HANDLERS,
    "pause": HANDLERS,
    "resume": HANDLERS,
    "begin_closing": OWNER | HANDLERS,
    "close": HANDLERS,
}


def test_a_dispatched_decision_to_grant_starts_the_project_in_the_same_breath(db):
    decision = evaluation.dispatched_decision()
    application = decision.application

    project = Project.objects.get(application=application)

    assert project.state == ProjectState.STARTING
    assert project.decision == decision
    assert project.owner == application.applicant
    assert project.handler == application.review.handler
    assert (project.granted_sek, project.basis_cost_sek) == (decision.amount_sek, decision.basis_cost_sek)
    assert (project.start_on, project.end_on) == (decision.start_on, decision.end_on)
    assert project.main_objective == application.main_objective
    assert project.main_area == application.main_area
    assert [event.name for event in project.events] == ["start_project"]
    mail = OutgoingMessage.objects.get(template="projects/started")
    assert mail.to == application.contact_email
    assert "Starta projektet i tjänsten" in mail.body


def test_a_second_word_of_the_same_decision_starts_nothing_more(world):
    decision = world.project.decision
    before = OutgoingMessage.objects.count()

    decision_dispatched.send(type(decision), decision=decision, by=world.decider)

    assert Project.objects.filter(application=decision.application).count() == 1
    assert OutgoingMessage.objects.count() == before


def test_a_rejection_starts_no_project(db):
    decision = evaluation.dispatched_decision(outcome=Outcome.REJECTED)

    assert Project.objects.filter(application=decision.application).count() == 0


def test_a_project_begins_before_its_day_only_when_that_is_meant(db):
    tomorrow = today() + dt.timedelta(days=1)
    project = projects.starting_project(start_on=tomorrow, end_on=tomorrow + dt.timedelta(days=200))
    signer = base.signatory(project.owner)

    with pytest.raises(Blocked) as stop:
        actions.begin(project, by=signer)

    assert [reason.where for reason in stop.value.reasons] == ["confirmed"]
    assert fresh(project).state == ProjectState.STARTING
    assert actions.begin(project, by=signer, confirmed=True).state == ProjectState.RUNNING


@pytest.mark.parametrize("name", sorted(MAY))
def test_who_may_take_each_step_of_a_project(world, name):
    rule = Project.steps()[name].may

    allowed = {who for who, person in vars(world).items() if who != "project" and rule(world.project, person)}

    assert allowed == MAY[name]
    assert rule(world.project, SYSTEM) is False


def test_every_step_of_a_project_stands_in_the_table():
    assert set(Project.steps()) == set(MAY)


def test_a_refused_step_leaves_nothing_behind(world):
    before = events.in_stream(world.project.stream).count(), OutgoingMessage.objects.count()

    with pytest.raises(PermissionDenied):
        actions.pause(world.project, by=world.editor, reason="Vi väntar.")

    assert fresh(world.project).state == ProjectState.RUNNING
    assert (events.in_stream(world.project.stream).count(), OutgoingMessage.objects.count()) == before


def test_a_pause_needs_a_reason_that_the_owner_gets(world):
    with pytest.raises(Blocked) as stop:
        actions.pause(world.project, by=world.handler, reason=" ")
    assert stop.value.reasons == ["Skriv en motivering."]

    actions.pause(world.project, by=world.handler, reason="Partnern har lämnat projektet.")

    mail = OutgoingMessage.objects.get(template="projects/paused")
    assert "Partnern har lämnat projektet." in mail.body
    assert actions.resume(world.project, by=world.handler).state == ProjectState.RUNNING


def test_a_paused_project_takes_no_payment_application_but_takes_reports(world):
    actions.pause(world.project, by=world.handler, reason="Vi väntar på svar.")

    with pytest.raises(Blocked):
        projects.draft_payment(world.project, by=world.signer)

    assert projects.draft_report(world.project, by=world.signer).state == "draft"


def test_a_project_with_something_left_to_do_cannot_be_closed(world):
    actions.begin_closing(world.project, by=world.signer)
    projects.submitted_payment(fresh(world.project), by=world.signer)
    projects.submitted_report(fresh(world.project), by=world.signer)

    with pytest.raises(Blocked) as stop:
        actions.close(world.project, by=world.handler)

    assert stop.value.reasons == [
        "Slutrapporten är inte godkänd än.",
        "Det finns lägesrapporter som inte är godkända. Granska dem först.",
        "Ansökan om utbetalning 1 är inte klar (Inkommen).",
    ]
    assert fresh(world.project).state == ProjectState.CLOSING


def test_the_authority_is_not_told_of_drafts_when_it_closes(world):
    projects.draft_payment(world.project, by=world.signer)
    projects.draft_report(world.project, by=world.signer)
    projects.decided_report(world.project, by=world.signer, kind=ReportKind.FINAL)
    actions.begin_closing(world.project, by=world.handler)

    assert actions.close(world.project, by=world.handler).state == ProjectState.CLOSED


def test_a_closed_project_has_its_note_its_day_and_a_closed_case(db):
    project = projects.closed_project()
    at = now()

    assert project.state == ProjectState.CLOSED
    assert project.closed_on is not None
    assert project.paid_sek > 0
    assert fresh(project.application.case).closed_at < at
    note = Document.objects.get(case=project.application.case_id, kind=DocumentKind.CLOSING)
    assert ["Utbetalt", f"{project.paid_sek:,} kr".replace(",", "\u00a0").replace(" ", "\u00a0")] in note.content[
        "facts"
    ]
    assert violations() == {}


def test_the_projects_that_a_person_sees_are_their_own_or_the_authoritys(world):
    seen = {
        who
        for who, person in vars(world).items()
        if who != "project" and world.project in Project.objects.visible_to(person)
    }

    everyone = set(vars(world)) - {"project"}
    assert seen == everyone - {"other_region"}


def test_a_declared_conflict_takes_project_and_steps_from_the_handler(world):
    from grants.documents.actions import declare_conflict

    declare_conflict(world.project.application.case, by=world.handler, reason="Min syster leder projektet.")
    person = fresh(world.handler)

    assert Project.objects.visible_to(person).filter(pk=world.project.pk).count() == 0
    with pytest.raises(PermissionDenied):
        actions.pause(world.project, by=person, reason="Paus.")
