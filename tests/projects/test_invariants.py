"""Every check of this stage finds what it is there to find, and nothing in a sound database."""

from decimal import Decimal

import pytest
from django.db import connection

from grants.core.invariants import violations
from grants.projects import invariants
from grants.projects.models import PaymentApplication, Project, ReportedCost
from tests.builders import projects


@pytest.fixture
def paid(world):
    return projects.paid_payment(world.project, by=world.signer)


def test_a_sound_database_has_no_violations(paid):
    assert violations() == {}


def test_a_counter_that_is_not_the_sum_is_found(paid):
    Project.objects.filter(pk=paid.project_id).update(paid_sek=1)

    assert len(invariants.paid_is_the_sum_of_payments()) == 1


def test_an_amount_above_the_share_is_found(paid):
    PaymentApplication.objects.filter(pk=paid.pk).update(payable_sek=paid.payable_sek + 1)

    assert len(invariants.paid_within_the_share()) == 1
    assert len(invariants.paid_by_a_dispatched_decision()) == 1


def test_a_person_who_is_two_is_found(paid):
    PaymentApplication.objects.filter(pk=paid.pk).update(submitted_by=paid.paid_by)

    assert len(invariants.payments_have_their_persons()) == 1


def test_a_cost_line_that_does_not_sum_is_found(paid):
    line = ReportedCost.objects.filter(payment_application=paid).first()
    ReportedCost.objects.filter(pk=line.pk).update(reported=line.reported + Decimal("0.01"))

    assert len(invariants.cost_lines_sum_to_totals()) == 1


def test_a_granted_decision_without_a_project_is_found(world):
    world.project.delete()

    assert len(invariants.granted_decisions_have_projects()) == 1


def test_the_checks_work_on_rows_that_another_hand_wrote(paid):
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{Project._meta.db_table}" SET paid_sek = paid_sek - 1')

    assert list(violations()) == ["INV-8 paid_is_the_sum_of_payments"]
