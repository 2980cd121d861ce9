"""One world with an object in every state, made once and shared by the tests of a module; and how the tests ask it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.test import Client

from applications import actions as application_actions
from applications import sharing
from applications.models import Application
from evaluation import actions as evaluation_actions
from evaluation.enums import Outcome
from evaluation.models import Opinion, Review
from grants.accounts.enums import Level, OrganisationKind, Role
from grants.accounts.models import Organisation
from grants.core.time import day_start, now, today
from grants.exports import jobs
from grants.projects.enums import ReportKind
from tests.builders import applications, base, calls, evaluation, projects
from tests.builders.sessions import confirmed

OWNER, PARTY, OTHER = "24", "25", "23"
DRAFT_NAME = "Kanariefågeln som ingen får höra"
CONFLICT_NAME = "Ugglan som en av oss inte får se"
UNTRACKED = ("django_session", "usersessions_usersession", "core_cache", "django_migrations")
"""Tables that a mere visit writes to."""


@dataclass
class World:
    """People by what they are, objects by kind and state."""

    people: dict[str, Any] = field(default_factory=dict)
    applications: dict[str, Any] = field(default_factory=dict)
    assessments: dict[str, Any] = field(default_factory=dict)
    opinions: dict[str, Any] = field(default_factory=dict)
    decisions: dict[str, Any] = field(default_factory=dict)
    projects: dict[str, Any] = field(default_factory=dict)
    reports: dict[str, Any] = field(default_factory=dict)
    payments: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    jobs: dict[str, Any] = field(default_factory=dict)
    invitation: Any = None
    call: Any = None
    draft_call: Any = None
    placed: Any = None
    answer: Any = None


@contextmanager
def one_world(blocker: Any) -> Iterator[World]:
    """The world inside one transaction that is rolled back at the end."""
    with blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    base.authority()
    boverket = Organisation.objects.create(code="boverket", name="Boverket", kind=OrganisationKind.AGENCY)
    world = World(call=evaluation.consulting_call("boverket"))
    owner, party = base.region_organisation(OWNER), base.region_organisation(PARTY)
    world.people = {
        "anonymous": None,
        "owner editor": base.signatory(owner, level=Level.EDIT),
        "owner viewer": base.member(owner, Level.VIEW),
        "ex-member": base.member(owner, Level.MANAGE),
        "other region": base.signatory(base.region_organisation(OTHER)),
        "consulted": base.member(boverket),
        "party region": base.signatory(party),
        "invited reader": base.person("Inbjuden"),
        "handler": base.handler(),
        "conflicted handler": base.handler(),
        "assessor": base.assessor(),
        "decider": base.decider(),
        "payment officer": base.payment_officer(),
        "reader": base.reader(),
        "disabled account": base.officer(Role.HANDLER, Role.DECIDER, Role.CALL_MANAGER),
    }
    people = world.people
    people["ex-member"].memberships.update(valid_from=today() - dt.timedelta(days=9), ended_on=today())
    people["disabled account"].is_active = False
    people["disabled account"].save()
    fill_applications(world)
    fill_opinions(world, boverket)
    fill_projects(world)
    for review in Review.objects.exclude(application__case=None).select_related("application__case"):
        for document in review.application.case.documents.all():
            world.documents.setdefault(document.kind, document)
        evaluation_actions.declare_conflict(review, by=people["conflicted handler"], reason="Släkt.")
    share_all(world)
    for name in ("reader", "handler"):
        world.jobs[name] = jobs.ask(by=people[name], call=None)
    return world


def share_all(world: World) -> None:
    """Somebody of no organisation is invited to read every application."""
    guest, by = world.people["invited reader"], world.people["owner editor"]
    world.invitation = sharing.invite(
        world.applications["draft"], email="ny.person@example.se", level=Level.VIEW, by=by
    )
    for application in Application.objects.filter(created_by=by):
        invitation = sharing.invite(application, email=guest.email, level=Level.VIEW, by=by)
        sharing.accept(invitation, by=base.fresh(guest))


def sent(world: World, title: str, **fields: Any) -> Any:
    """A complete application with a party of another region, sent in by the owner's editor."""
    draft = written(world, title)
    return application_actions.submit(draft, by=world.people["owner editor"], **fields)


def written(world: World, title: str, call: Any = None, at: Any = None) -> Any:
    by = world.people["owner editor"]
    owner = base.region_organisation(OWNER)
    draft = applications.complete_draft(call=call or world.call, applicant=owner, by=by, title=title, at=at)
    data = applications.parties_data(
        by, is_joint=True, parties=[applications.party(base.region_organisation(PARTY), contribution="Deltar.")]
    )
    return application_actions.save_parties(draft, data, by=by, version=draft.version)


def fill_applications(world: World) -> None:
    people, found = world.people, world.applications
    handler, assessor, decider = people["handler"], people["assessor"], people["decider"]
    alone = applications.complete_draft(
        call=world.call, applicant=base.region_organisation(OWNER), by=people["owner editor"], title=DRAFT_NAME
    )
    found["draft"] = alone
    found["submitted"] = sent(world, CONFLICT_NAME)
    ended = calls.open_call(opens_at=now() - dt.timedelta(days=9), closes_at=now() - dt.timedelta(hours=1))
    late = written(world, "Sent inkommen", call=ended, at=ended.closes_at - dt.timedelta(hours=1))
    found["late"] = application_actions.submit(late, by=people["owner editor"], at=now())
    found["withdrawn"] = application_actions.withdraw(
        sent(world, "Återtagen"), by=people["owner editor"], reason="Nej."
    )
    asked = evaluation.assessing_application(application=sent(world, "Kompletteras"), handler=handler)
    due_on = today() + dt.timedelta(days=9)
    evaluation_actions.request_supplement(
        evaluation.review_of(asked), by=handler, question="Vad?", sections=["budget"], due_on=due_on
    )
    found["supplement asked"] = asked
    under = evaluation.assessing_application(application=sent(world, "Bedöms"), handler=handler)
    world.assessments["begun"] = evaluation.appointed(under, assessor)
    found["under assessment"] = under
    people_of = {"handler": handler, "assessors": [assessor]}
    proposed = evaluation.proposed_decision(application=sent(world, "Föreslagen"), **people_of)
    made = evaluation.made_decision(application=sent(world, "Beslutad"), decider=decider, **people_of)
    rejected = evaluation.dispatched_decision(
        application=sent(world, "Avslagen"), decider=decider, outcome=Outcome.REJECTED, **people_of
    )
    for state, decision in (("proposed", proposed), ("made", made), ("dispatched", rejected)):
        world.decisions[state] = decision
        found[f"decision {state}"] = decision.application
    world.assessments["completed"] = proposed.application.review.assessments.get()
    for state in found:
        found[state] = base.fresh(found[state])


def fill_opinions(world: World, asked: Any) -> None:
    """One case in which the same organisation is asked again and again, an opinion in every state."""
    application = evaluation.reviewed_application(application=sent(world, "Remiss"), handler=world.people["handler"])
    world.applications["consulted on"] = base.fresh(application)
    review = evaluation.review_of(application)
    rows = {
        state: Opinion.objects.create(review=review, body="boverket", name=f"Boverket, {state}", organisation=asked)
        for state in ("to ask", "requested", "answered", "communicated", "waived")
    }
    evaluation.requested_opinion(rows["requested"])
    evaluation.answered_opinion(rows["answered"])
    evaluation.communicated_opinion(rows["communicated"])
    evaluation_actions.waive_opinion(rows["waived"], by=world.people["handler"], reason="Behövs inte.")
    world.opinions = {state: base.fresh(row) for state, row in rows.items()}


def granted(world: World, title: str) -> Any:
    """A project of an application that came in on the first day of the year: it may have started before today."""
    people = world.people
    decision = evaluation.dispatched_decision(
        application=sent(world, title, at=day_start(dt.date(today().year, 1, 1))),
        decider=people["decider"],
        handler=people["handler"],
        assessors=[people["assessor"]],
    )
    project = projects.running_project(decision=decision, by=people["owner editor"])
    world.applications["project"] = base.fresh(decision.application)
    return project


def fill_projects(world: World) -> None:
    people = world.people
    by, handler, decider = people["owner editor"], people["handler"], people["decider"]
    running = granted(world, "Pågår")
    world.projects["running"] = running
    world.reports["draft"] = projects.draft_report(running, by=by, number=1)
    world.reports["submitted"] = projects.submitted_report(running, by=by, number=2)
    world.reports["checked"] = projects.checked_report(running, by=by, handler=handler, number=3)
    world.reports["decided"] = projects.decided_report(running, by=by, handler=handler, number=4)
    world.payments["paid"] = projects.paid_payment(
        running, by=by, handler=handler, decider=decider, officer=people["payment officer"]
    )
    world.payments["draft"] = projects.draft_payment(base.fresh(running), by=by, number=2)
    second = granted(world, "Betalas")
    world.payments["checked"] = projects.checked_payment(second, by=by, handler=handler)
    third = granted(world, "Avslutas")
    projects.decided_report(third, by=by, handler=handler, kind=ReportKind.FINAL)
    world.payments["decided"] = projects.decided_payment(base.fresh(third), by=by, handler=handler, decider=decider)
    fourth = granted(world, "Granskas")
    world.payments["submitted"] = projects.submitted_payment(fourth, by=by)
    world.projects["with a payment to check"] = base.fresh(fourth)


def signed_in(person: Any) -> Client:
    """A browser of the person; faults of the server come back as answers."""
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person, backend="grants.accounts.backends.PasswordBackend")
        confirmed(client, person)
    return client


@contextmanager
def undone() -> Iterator[None]:
    """What the block writes is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fingerprints() -> dict[str, str]:
    """A hash over every row of every table, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in UNTRACKED:
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found
