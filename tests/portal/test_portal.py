"""The portal: what is public, what waits for whom, at the same cost for one row and many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluation import actions as evaluation
from evaluation.models import Review
from grants.core.models import MessageState, OutgoingMessage
from grants.documents.actions import declare_conflict
from grants.portal.results import PUBLIC_FIELDS, rows
from grants.portal.worklist import QUEUES, waiting_for
from tests.builders.applications import submitted_application
from tests.builders.base import assessor, authority, decider, fresh, handler, member, officer, region_organisation
from tests.builders.evaluation import dispatched_decision, made_decision, proposed_decision

pytestmark = pytest.mark.django_db


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def waits(user, key: str) -> list[str]:
    [queue] = [found for found in waiting_for(fresh(user)) if found.queue.key == key]
    return [item.title for item in queue.items]


def test_a_new_application_waits_for_the_handler_of_its_contact_area_only():
    north, south = handler("nord"), handler("syd")
    application = submitted_application()

    assert application.contact_area.code == "nord"
    assert waits(north, "nya") == [application.title]
    assert waits(south, "nya") == []


def test_without_a_handler_for_the_area_it_waits_in_the_shared_queue():
    shared, south = handler(), None
    application = submitted_application()
    south = handler("syd")

    assert waits(shared, "fordela") == [application.title]
    assert waits(south, "fordela") == []


def test_an_application_that_is_taken_up_moves_to_the_formal_check():
    north = handler("nord")
    application = submitted_application()

    evaluation.begin_formal_check(Review.objects.get(application=application), by=north)

    assert (waits(north, "nya"), waits(north, "formell")) == ([], [application.title])


def test_a_proposal_waits_for_deciders_but_not_for_those_who_proposed_or_assessed_it():
    decision = proposed_decision()
    other = decider()
    assessed = decision.application.review.assessments.first().assessor
    for role_holder in (decision.rapporteur, assessed):
        officer("decider").authority_roles.update(user=role_holder)

    assert len(waits(other, "beslut")) == 1
    assert waits(decision.rapporteur, "beslut") == []
    assert waits(assessed, "beslut") == []


def test_a_declared_conflict_takes_the_case_out_of_every_queue():
    north = handler("nord")
    application = submitted_application()

    declare_conflict(application.case, by=north, reason="Min bror leder projektet")

    assert [found.count for found in waiting_for(fresh(north))] == [0] * len(waiting_for(fresh(north)))


def test_the_work_list_shows_the_queues_of_the_persons_roles_only():
    assert [found.queue.key for found in waiting_for(assessor())] == ["bedoma"]
    assert {queue.key for queue in QUEUES} >= {"beslut", "bedoma", "betala", "utlysningar"}


def test_the_work_list_costs_the_same_for_one_case_and_for_many(client):
    north = handler("nord")
    client.force_login(north)
    submitted_application()
    client.get("/arbetslista/")
    once = queries(client, "/arbetslista/")
    for code in ("20", "21", "22", "23", "24", "25"):
        submitted_application(applicant=region_organisation(code))

    assert queries(client, "/arbetslista/") == once <= 25


@pytest.mark.parametrize(("build", "shown"), [(proposed_decision, 0), (made_decision, 0), (dispatched_decision, 1)])
def test_a_grant_is_public_once_it_is_dispatched_and_not_before(client, build, shown):
    decision = build()

    assert len(rows()) == shown
    page = client.get("/beslut-och-resultat/").content.decode()
    assert (decision.application.title in page) is bool(shown)


def test_the_public_page_shows_no_person(client):
    decision = dispatched_decision()

    page = client.get("/beslut-och-resultat/").content.decode()

    for person in (decision.decider, decision.rapporteur, decision.application.submitted_by):
        assert person.name not in page
        assert person.email not in page
    assert not any("contact" in field or "user" in field or "decider" in field for field in PUBLIC_FIELDS)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/beslut-och-resultat/",
        "/sa-soker-ni/",
        "/in-english/",
        "/tillganglighet/",
        "/personuppgifter/",
        "/kontakt/",
    ],
)
def test_public_pages_cost_a_visitor_no_session(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200

    assert [q["sql"] for q in asked.captured_queries if "session" in q["sql"] or "accounts_user" in q["sql"]] == []
    assert len(asked) <= 6


def test_everybody_lands_on_their_own_first_page(client):
    for user, address in ((handler(), "/arbetslista/"), (member(), "/ansokningar/")):
        client.force_login(user)
        assert client.get("/start/").url == address


def test_the_message_log_shows_failed_messages_of_the_authoritys_cases(client):
    submitted_application()
    OutgoingMessage.objects.update(state=MessageState.FAILED, error="SMTPServerDisconnected: ingen svarade")
    client.force_login(officer("registrar"))

    page = client.get("/meddelanden/?visa=fel").content.decode()

    assert "Gick inte att skicka" in page
    assert "ingen svarade" in page
    client.force_login(officer("registrar", at=authority(code="annan-myndighet", name="Annan")))
    assert "ingen svarade" not in client.get("/meddelanden/?visa=fel").content.decode()
