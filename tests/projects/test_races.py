"""Two at once, with real threads on real transactions: paid once, never above what is granted (INV-8, INV-14)."""

import threading
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from grants.core.exceptions import Blocked
from grants.core.invariants import violations
from grants.core.time import today
from grants.documents.enums import DocumentKind
from grants.documents.models import Document
from grants.projects import actions
from grants.projects.actions.payouts import add_paid
from grants.projects.models import PaymentApplication, Project
from tests.builders import base, projects
from tests.builders.base import fresh


def at_once(*presses):
    """Run the presses at the same moment, each in a thread with a connection of its own; returns what became of each."""
    gate = threading.Barrier(len(presses))
    results = [None] * len(presses)

    def run(place, press):
        try:
            gate.wait(timeout=30)
            results[place] = press()
        except (Blocked, PermissionDenied) as stop:
            results[place] = stop
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_payment_officers_at_once_pay_once():
    payment = projects.decided_payment()
    officers = [base.payment_officer() for _ in range(4)]

    def pay(officer):
        return lambda: actions.record_paid(payment, by=officer, paid_on=today(), reference=f"UTB-{officer.pk}")

    results = at_once(*[pay(officer) for officer in officers])

    assert sum(isinstance(result, PaymentApplication) for result in results) == 1
    assert sum(isinstance(result, Blocked) for result in results) == 3
    assert fresh(payment.project).paid_sek == payment.payable_sek
    assert payment.events.filter(name="record_paid").count() == 1
    assert Document.objects.filter(kind=DocumentKind.PAYMENT_NOTE).count() == 1
    assert violations() == {}


@pytest.mark.django_db(transaction=True)
def test_one_officers_double_press_gets_the_same_payment_twice():
    payment = projects.decided_payment()
    officer = base.payment_officer()

    def press():
        return actions.record_paid(payment, by=officer, paid_on=today(), reference="UTB-1")

    results = at_once(press, press, press)

    assert results == [payment, payment, payment]
    assert fresh(payment.project).paid_sek == payment.payable_sek
    assert Document.objects.filter(kind=DocumentKind.PAYMENT_NOTE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_pause_and_a_payment_at_once_end_in_one_order_or_the_other():
    payment = projects.decided_payment()
    officer, project = base.payment_officer(), payment.project

    paid, paused = at_once(
        lambda: actions.record_paid(payment, by=officer, paid_on=today(), reference="UTB-1"),
        lambda: actions.pause(project, by=project.handler, reason="Vi utreder en fråga."),
    )

    assert isinstance(paused, Project)
    assert isinstance(paid, PaymentApplication) == (fresh(project).paid_sek == payment.payable_sek)
    assert isinstance(paid, Blocked) == (fresh(project).paid_sek == 0)
    assert violations() == {}


@pytest.mark.django_db(transaction=True)
def test_two_who_start_a_payment_application_at_once_get_one():
    project = projects.running_project()
    people = [projects.writer(project) for _ in range(3)]
    start, end = projects.period(project)

    def create(person):
        return lambda: actions.create_payment(project, period_start=start, period_end=end, by=person)

    results = at_once(*[create(person) for person in people])

    assert sum(isinstance(result, PaymentApplication) for result in results) == 1
    assert project.payment_applications.count() == 1


def add_unguarded(project, amount_sek):
    """The same without the guard: read, compare, write. The negative twin of add_paid."""
    seen = Project.objects.get(pk=project.pk)
    if seen.paid_sek + amount_sek > seen.granted_sek:
        raise Blocked("Beloppet är större än det som är kvar av stödet.")
    READ.wait(timeout=30)
    with transaction.atomic():
        Project.objects.filter(pk=project.pk).update(paid_sek=seen.paid_sek + amount_sek)


READ = threading.Barrier(2)


@pytest.mark.django_db(transaction=True)
def test_additions_at_once_never_pass_what_is_granted_and_none_is_lost():
    project = projects.running_project()
    amount = project.granted_sek // 5

    results = at_once(*[lambda: add_paid(project, amount) or "paid" for _ in range(12)])

    assert results.count("paid") == 5
    assert fresh(project).paid_sek == amount * 5


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_an_addition_at_once_is_lost():
    project = projects.running_project()
    amount = project.granted_sek // 5

    results = at_once(*[lambda: add_unguarded(project, amount) or "paid" for _ in range(2)])

    assert results == ["paid", "paid"]
    assert fresh(project).paid_sek == amount  # one of the two is gone: what the guarded UPDATE is there to prevent


@pytest.mark.django_db(transaction=True)
def test_a_handler_and_a_decider_at_once_leave_a_whole_payment():
    payment = projects.checked_payment()
    decider, handler = base.decider(), payment.checked_by

    decided, reopened = at_once(
        lambda: actions.decide_payment(payment, by=decider),
        lambda: actions.reopen_payment(payment, by=handler, reason="Jag såg ett fel i resorna."),
    )

    assert sorted(isinstance(result, PaymentApplication) for result in (decided, reopened)) == [False, True]
    assert fresh(payment).approved_cost in (None, Decimal("165000.00"))
    assert violations() == {}
