"""The documents of this stage can be set as letters, and their lines sum to their totals."""

from django.urls import reverse

from grants.core.money import parse_ore
from grants.documents.letters import render
from grants.documents.models import Document
from tests.builders import projects
from tests.builders.base import decider


def test_every_document_of_a_closed_project_can_be_set(db):
    project = projects.closed_project()
    kinds = {"report", "payment_application", "payment_note", "closing", "decision"}
    documents = Document.objects.filter(case=project.application.case_id, kind__in=kinds).select_related(
        "case__authority"
    )

    pages = {document.kind: render(document) for document in documents}

    assert set(pages) == kinds
    assert all(page.startswith(b"%PDF") for page in pages.values())


def test_the_cost_lines_of_the_document_sum_to_its_total(world):
    payment = projects.submitted_payment(world.project, by=world.signer, staff="33333.33", other="0.07")

    rows = payment.document.content["blocks"][0]["table"]["rows"]
    amounts = [parse_ore(amount) for _, amount in rows]

    assert sum(amounts[:-1]) == amounts[-1] == payment.reported_cost


def test_the_decision_of_a_payment_says_what_is_paid_and_no_cost_that_it_does_not_rest_on(db, client):
    payment = projects.checked_payment()
    client.force_login(decider())

    page = client.get(reverse("evaluation:decision", args=[payment.decision.pk])).content.decode()

    assert "<dt>Betalas ut</dt>" in page
    assert "<dt>Godkänd kostnad</dt>" not in page
