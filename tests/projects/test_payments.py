"""Payment applications: reported with öre, checked, decided, paid once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from evaluation import actions as decisions
from evaluation.enums import DecisionKind, DecisionState, Outcome
from grants.core.exceptions import Blocked, Stale
from grants.core.invariants import violations
from grants.core.models import OutgoingMessage
from grants.core.people import SYSTEM
from grants.core.time import add_months, today
from grants.documents.enums import DocumentKind
from grants.documents.models import Document
from grants.projects import actions
from grants.projects.actions.payouts import add_paid
from grants.projects.enums import PaymentState
from grants.projects.models import PaymentApplication, Project
from tests.builders import base, projects
from tests.builders.base import fresh

MAY_WHEN_SENT = {
    "submit": {"signer"},
    "request_supplement": {"handler", "everything"},
    "mark_checked": {"handler", "everything"},
    "reopen": {"handler", "decider", "everything"},
    "decide": {"decider", "everything"},
    "record_paid": {"officer", "everything"},
}


def allowed(world, payment, name):
    rule = PaymentApplication.steps()[name].may
    assert rule(payment, SYSTEM) is False
    return {who for who, person in vars(world).items() if who != "project" and rule(payment, person)}


@pytest.mark.parametrize("name", sorted(MAY_WHEN_SENT))
def test_who_may_take_each_step_of_a_payment_application(world, name):
    payment = projects.submitted_payment(world.project, by=world.signer)

    assert allowed(world, payment, name) == MAY_WHEN_SENT[name]


def test_every_step_of_a_payment_application_stands_in_the_table():
    assert set(PaymentApplication.steps()) == set(MAY_WHEN_SENT)


def test_one_person_with_every_role_still_takes_one_step_only(world):
    payment = projects.checked_payment(world.project, by=world.signer, handler=world.everything)

    assert allowed(world, payment, "decide") == {"decider"}
    with pytest.raises(PermissionDenied):
        actions.decide_payment(payment, by=world.everything)

    payment = actions.decide_payment(payment, by=world.decider)
    assert allowed(world, payment, "record_paid") == {"officer"}
    with pytest.raises(PermissionDenied):
        actions.record_paid(payment, by=world.everything, paid_on=today(), reference="UTB-1")
    assert fresh(world.project).paid_sek == 0


def test_the_database_itself_keeps_checker_decider_and_payer_apart(world):
    payment = projects.checked_payment(world.project, by=world.signer, handler=world.everything)

    for column in ("decided_by", "paid_by"):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaymentApplication.objects.filter(pk=payment.pk).update(**{column: world.everything})


def test_the_way_of_a_payment_from_costs_to_money(world):
    project = world.project
    payment = projects.submitted_payment(project, by=world.signer, staff="100000.10", other="50000.00")
    assert payment.reported_cost == Decimal("165000.12")  # 15 % of 100 000.10 is 15 000.015, rounded up

    payment = actions.check_payment(payment, projects.approved(payment), by=world.handler)
    assert (payment.state, payment.approved_cost) == (PaymentState.CHECKED, Decimal("165000.12"))
    assert payment.payable_sek == 74_250  # 45 % of 165 000.12 is 74 250.05
    assert payment.decision.state == DecisionState.PROPOSED
    assert payment.decision.kind == DecisionKind.PAYMENT
    assert payment.decision.amount_sek == 74_250
    assert payment.decision.rapporteur == world.handler

    payment = actions.decide_payment(payment, by=world.decider)
    assert (payment.state, payment.decided_by) == (PaymentState.DECIDED, world.decider)
    assert fresh(payment.decision).state == DecisionState.DISPATCHED
    assert payment.decision.document.kind == DocumentKind.DECISION
    assert fresh(project).paid_sek == 0

    payment = actions.record_paid(payment, by=world.officer, paid_on=today(), reference="UTB-0001")
    assert (payment.state, payment.paid_by, payment.paid_on) == (PaymentState.PAID, world.officer, today())
    assert fresh(project).paid_sek == 74_250
    assert Document.objects.filter(kind=DocumentKind.PAYMENT_NOTE).count() == 1
    assert "74\u00a0250\u00a0kr" in OutgoingMessage.objects.filter(template="projects/payment_paid").first().body
    assert violations() == {}


def test_pressing_paid_twice_pays_once(world):
    payment = projects.decided_payment(world.project, by=world.signer)
    first = actions.record_paid(payment, by=world.officer, paid_on=today(), reference="UTB-1")

    again = actions.record_paid(payment, by=world.officer, paid_on=today(), reference="UTB-1")

    assert again == first
    assert fresh(world.project).paid_sek == payment.payable_sek
    assert Document.objects.filter(kind=DocumentKind.PAYMENT_NOTE).count() == 1


def test_another_officer_cannot_pay_what_is_paid(world):
    payment = projects.paid_payment(world.project, by=world.signer)

    with pytest.raises(Blocked):
        actions.record_paid(payment, by=world.officer, paid_on=today(), reference="UTB-2")
    assert fresh(world.project).paid_sek == payment.payable_sek


def test_the_guard_refuses_a_krona_more_than_is_granted(world):
    project = world.project
    add_paid(project, project.granted_sek)

    with pytest.raises(Blocked):
        add_paid(project, 1)
    assert fresh(project).paid_sek == project.granted_sek


def test_without_the_guard_the_database_still_refuses(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=world.project.pk).update(paid_sek=world.project.granted_sek + 1)


@pytest.mark.parametrize(
    ("days", "reference", "where"),
    [
        (1, "UTB-1", "paid_on"),
        (-400, "UTB-1", "paid_on"),
        (0, " \0 ", "reference"),
        (0, "x" * 61, "reference"),
    ],
)
def test_a_payment_is_recorded_with_a_day_and_a_reference_that_can_be_true(world, days, reference, where):
    payment = projects.decided_payment(world.project, by=world.signer)

    with pytest.raises(Blocked) as stop:
        actions.record_paid(payment, by=world.officer, paid_on=today() + dt.timedelta(days=days), reference=reference)

    assert [reason.where for reason in stop.value.reasons] == [where]
    assert fresh(payment).state == PaymentState.DECIDED
    assert fresh(world.project).paid_sek == 0


def test_lowered_costs_need_a_reason_and_flat_rates_follow_the_staff(world):
    payment = projects.submitted_payment(world.project, by=world.signer, staff="100000.00", other="50000.00")
    costs = {cost.cost_type.code: cost for cost in payment.costs.select_related("cost_type")}
    approved = {**projects.approved(payment), costs["staff"].cost_type_id: Decimal("80000.00")}

    with pytest.raises(Blocked) as stop:
        actions.check_payment(payment, approved, by=world.handler)
    assert stop.value.reasons == ["Personal: skriv varför inte hela beloppet godkänns."]
    assert fresh(payment).state == PaymentState.SUBMITTED
    assert payment.project.application.decisions.filter(kind=DecisionKind.PAYMENT).count() == 0

    notes = {costs["staff"].cost_type_id: "Två veckor ligger före projektets start."}
    payment = actions.check_payment(payment, approved, by=world.handler, line_comments=notes)
    indirect = payment.costs.get(cost_type__code="indirect")
    assert (indirect.reported, indirect.approved) == (Decimal("15000.00"), Decimal("12000.00"))
    assert payment.approved_cost == Decimal("142000.00")
    assert "Två veckor ligger före projektets start." in payment.decision.reasons


@pytest.mark.parametrize("amount", ["100000.01", "-1", "NaN", "Infinity", "0.001", "9" * 13, None])
def test_no_handler_approves_more_than_was_reported_or_what_is_no_amount(world, amount):
    payment = projects.submitted_payment(world.project, by=world.signer, staff="100000.00")
    staff = payment.costs.get(cost_type__code="staff").cost_type_id
    approved = {**projects.approved(payment), staff: None if amount is None else Decimal(amount)}

    with pytest.raises(Blocked) as stop:
        actions.check_payment(payment, approved, by=world.handler, comment="Prov.")

    assert [reason.where for reason in stop.value.reasons] == [f"approved-{staff}"]
    assert fresh(payment).state == PaymentState.SUBMITTED


def test_nothing_approved_is_a_rejection_that_ends_there_and_lets_the_next_one_begin(world):
    payment = projects.submitted_payment(world.project, by=world.signer)
    nothing = dict.fromkeys(projects.approved(payment), Decimal(0))

    payment = actions.check_payment(payment, nothing, by=world.handler, comment="Kostnaderna hör inte till projektet.")
    assert (payment.payable_sek, payment.decision.outcome) == (0, Outcome.REJECTED)
    payment = actions.decide_payment(payment, by=world.decider)

    with pytest.raises(Blocked):
        actions.record_paid(payment, by=world.officer, paid_on=today(), reference="UTB-1")
    assert projects.draft_payment(fresh(world.project), by=world.signer, number=2).number == 2
    assert violations() == {}


def test_a_returned_proposal_is_checked_anew_in_the_same_decision(world):
    payment = projects.checked_payment(world.project, by=world.signer, handler=world.handler)
    decision = payment.decision

    payment = actions.reopen_payment(payment, by=world.decider, reason="Kontrollera resorna.")
    assert payment.state == PaymentState.SUBMITTED
    assert (payment.approved_cost, payment.payable_sek, payment.checked_by) == (None, None, None)
    assert fresh(decision).state == DecisionState.PREPARING

    payment = actions.check_payment(payment, projects.approved(payment), by=world.handler)
    assert payment.decision == decision
    assert fresh(decision).state == DecisionState.PROPOSED


def test_a_decision_taken_on_its_own_page_takes_the_payment_along(world):
    payment = projects.checked_payment(world.project, by=world.signer, handler=world.handler)

    made = decisions.decide(payment.decision, by=world.decider)
    assert fresh(payment).state == PaymentState.CHECKED
    decisions.dispatch(made, by=world.handler)

    assert (fresh(payment).state, fresh(payment).decided_by) == (PaymentState.DECIDED, world.decider)


def test_pressing_decide_twice_decides_once(world):
    payment = projects.checked_payment(world.project, by=world.signer, handler=world.handler)
    first = actions.decide_payment(payment, by=world.decider)

    assert actions.decide_payment(payment, by=world.decider) == first
    assert OutgoingMessage.objects.filter(template="evaluation/decision", body__contains="utbetalning").count() >= 1
    assert payment.events.filter(name="decide").count() == 1


def test_one_payment_application_at_a_time(world):
    projects.submitted_payment(world.project, by=world.signer)

    with pytest.raises(Blocked) as stop:
        projects.draft_payment(world.project, by=world.signer, number=2)

    assert stop.value.reasons == ["Ansökan 1 är inte klar än. Ni kan göra en ny när den är utbetald."]


def test_the_period_lies_in_the_project_within_six_months_and_overlaps_no_other(world):
    project = world.project
    projects.paid_payment(project, by=world.signer)
    start = add_months(project.start_on, 6)
    day = dt.timedelta(days=1)

    def reasons(first, last):
        with pytest.raises(Blocked) as stop:
            actions.create_payment(fresh(project), period_start=first, period_end=last, by=world.signer)
        return list(stop.value.reasons)

    last = add_months(start, 6) - day
    assert reasons(start, last + day) == [
        f"En ansökan får omfatta högst sex månader. Sätt slutdagen till senast {last}."
    ]
    assert reasons(start - day, start - day)[0].startswith("Perioden går in i ansökan 1, ")
    assert reasons(start, start - day)[0] == "Perioden slutar innan den börjar. Kontrollera datumen."
    assert reasons(project.end_on + day, project.end_on + day)[0].startswith("Perioden ska ligga inom projektets tid, ")
    one_day = actions.create_payment(fresh(project), period_start=start, period_end=start, by=world.signer)
    assert one_day.number == 2


def test_support_is_paid_in_arrears(world):
    payment = projects.draft_payment(world.project, by=world.signer, number=4)

    with pytest.raises(Blocked) as stop:
        actions.submit_payment(payment, by=world.signer)

    assert [reason.where for reason in stop.value.reasons] == ["period_end"]
    assert fresh(payment).state == PaymentState.DRAFT
    assert payment.events.count() == 0


def test_nothing_reported_is_nothing_to_send(world):
    payment = projects.draft_payment(world.project, by=world.signer, staff="0.00", other="0.00")

    with pytest.raises(Blocked) as stop:
        actions.submit_payment(payment, by=world.signer)

    assert stop.value.reasons == ["Fyll i minst en kostnad som är större än noll."]


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity", "0.001", "9999999999999"])
def test_what_is_no_amount_is_not_saved(world, amount):
    payment = projects.draft_payment(world.project, by=world.signer)
    staff = payment.costs.get(cost_type__code="staff").cost_type_id

    with pytest.raises(Blocked) as stop:
        actions.save_payment(payment, {"costs": {staff: Decimal(amount)}}, by=world.signer, version=payment.version)

    assert [reason.where for reason in stop.value.reasons] == [f"cost-{staff}"]
    assert fresh(payment).reported_cost == payment.reported_cost


def test_costs_that_are_too_large_together_are_refused(world):
    payment = projects.draft_payment(world.project, by=world.signer)
    most = dict.fromkeys(projects.costs(payment), Decimal("999999999999.00"))

    with pytest.raises(Blocked) as stop:
        actions.save_payment(payment, {"costs": most}, by=world.signer, version=payment.version)

    assert [reason.where for reason in stop.value.reasons] == ["costs"]


def test_a_stale_tab_and_a_foreign_hand_save_nothing(world):
    payment = projects.draft_payment(world.project, by=world.signer)

    with pytest.raises(Stale):
        actions.save_payment(payment, {"comment": "Sen."}, by=world.signer, version=payment.version - 1)
    for who in (world.viewer, world.other_region, world.handler, SYSTEM):
        with pytest.raises(PermissionDenied):
            actions.save_payment(payment, {"comment": "Fel."}, by=who, version=payment.version)
    assert fresh(payment).comment == payment.comment


def test_a_supplement_reopens_the_costs_and_forgets_what_was_approved(world):
    payment = projects.submitted_payment(world.project, by=world.signer)

    payment = actions.request_payment_supplement(payment, by=world.handler, reason="Bifoga huvudboken som kommentar.")
    assert payment.state == PaymentState.SUPPLEMENT_REQUESTED
    payment = actions.save_payment(
        payment, {"costs": projects.costs(payment, "90000.00")}, by=world.editor, version=payment.version
    )
    payment = actions.submit_payment(payment, by=world.signer)

    assert payment.state == PaymentState.SUBMITTED
    assert Document.objects.filter(kind=DocumentKind.PAYMENT_APPLICATION).count() == 2
    assert all(cost.approved is None for cost in payment.costs.all())


def test_the_last_payment_is_capped_by_what_is_left(world):
    project = world.project
    first = projects.paid_payment(project, by=world.signer, staff="1500000.00", other="100000.00")
    second = projects.paid_payment(fresh(project), by=world.signer, number=2, staff="200000.00", other="0.00")

    assert first.payable_sek == 821_250  # 45 % of 1 825 000
    assert second.payable_sek == 78_750  # 45 % of 230 000 would be 103 500
    assert fresh(project).left_sek == 0
    assert violations() == {}


def test_the_form_used_twice_makes_one_application(world):
    import uuid

    token = uuid.uuid4()
    start, end = projects.period(world.project)
    given = {"period_start": start, "period_end": end, "by": world.signer, "token": token}

    first = actions.create_payment(world.project, **given)

    assert actions.create_payment(world.project, **given) == first
    assert world.project.payment_applications.count() == 1


def test_a_signatory_for_applications_only_cannot_send_a_payment_application(world):
    payment = projects.draft_payment(world.project, by=world.signer)

    for who in (world.application_signer, world.editor, world.other_region, world.handler):
        with pytest.raises(PermissionDenied):
            actions.submit_payment(payment, by=who)
    assert fresh(payment).state == PaymentState.DRAFT


def test_a_handler_who_is_one_of_the_owners_people_handles_nothing(world):
    from grants.accounts.models import AuthorityRole

    AuthorityRole.objects.create(user=world.viewer, authority=base.authority(), role="handler")
    payment = projects.submitted_payment(world.project, by=world.signer)

    with pytest.raises(PermissionDenied):
        actions.check_payment(payment, projects.approved(payment), by=fresh(world.viewer))
