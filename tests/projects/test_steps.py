"""Steps of stage 4 that may not be what somebody read: stale pages, second presses, proposals sent back, periods not over."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db.models import QuerySet
from django.urls import reverse

from evaluation.enums import DecisionState
from evaluation.models import Decision
from grants.core.models import OutgoingMessage
from grants.core.time import today
from grants.projects import actions
from grants.projects.blockers import period_is_over
from grants.projects.enums import PaymentState
from grants.projects.invariants import payments_go_with_their_decisions
from tests.builders import projects
from tests.builders.base import fresh
from tests.projects.test_views import payment_url, post, text_of

__all__ = ["post"]  # the fixture


def test_a_payment_that_was_reviewed_anew_is_not_decided_from_the_old_page(world, post):
    opened = projects.checked_payment(world.project, by=world.signer, handler=world.handler)
    again = actions.reopen_payment(opened, by=world.handler, reason="En faktura till ska bort.")
    lower = {key: cost - 1 if cost > 1 else cost for key, cost in projects.approved(again).items()}
    actions.check_payment(again, lower, by=world.handler, comment="En faktura hör till ett annat projekt.")

    answer = post(world.decider, payment_url(opened, "decide"), {"version": opened.version})

    assert answer.status_code == 409
    assert "Ansökan om utbetalning har ändrats sedan du öppnade sidan." in text_of(answer)
    assert fresh(opened).state == PaymentState.CHECKED
    assert post(world.decider, payment_url(opened, "decide")).status_code == 302


@pytest.mark.parametrize("version", ["", "x", "\x00", "999999999"])
def test_a_step_from_a_page_that_showed_something_else_takes_nothing(world, post, version):
    payment = projects.decided_payment(world.project, by=world.signer)
    paid = {"paid_on": str(today()), "reference": "UTB-1", "version": version}
    pause = reverse("projects:step", args=[world.project.pk, "pause"])

    answers = [
        post(world.officer, payment_url(payment, "record_paid"), paid),
        post(world.handler, pause, {"reason": "Vi väntar.", "version": version}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "UTB-1" in answers[0].content.decode() and "Vi väntar." in answers[1].content.decode()
    assert (fresh(payment).state, fresh(world.project).state) == (PaymentState.DECIDED, world.project.state)


def test_a_second_press_gets_the_first_ones_answer_but_another_reason_is_told(world, post):
    pause = reverse("projects:step", args=[world.project.pk, "pause"])
    form = {"reason": "Vi väntar.", "version": world.project.version}

    answers = [post(world.handler, pause, form) for _ in range(2)]
    other = post(world.handler, pause, {**form, "reason": "Något annat."})

    assert [*(answer.status_code for answer in answers), other.status_code] == [302, 302, 409]
    assert fresh(world.project).events.filter(name="pause").count() == 1


def test_a_draft_that_a_colleague_wrote_in_is_not_thrown_away_from_the_old_page(world, post):
    report = projects.draft_report(world.project, by=world.signer)
    actions.save_report(report, {"done": "Kollegans text."}, by=world.editor, version=report.version)

    answer = post(world.signer, reverse("projects:report:discard", args=[report.pk]), {"version": report.version})

    assert answer.status_code == 409
    assert fresh(report).done == "Kollegans text."


# A proposal sent back from the decision's own page -------------------------------------------------------------------


@pytest.mark.parametrize("who", ["handler", "decider"])
def test_a_proposed_payment_that_is_sent_back_from_the_decisions_page_is_open_for_checking_again(world, client, who):
    payment = projects.checked_payment(world.project, by=world.signer, handler=world.handler)
    client.force_login(getattr(world, who))

    answer = client.post(
        reverse("evaluation:send_back", args=[payment.decision_id]),
        {"version": payment.decision.version, "reason": "Kontrollera resorna."},
    )

    row = fresh(payment)
    assert answer.status_code == 302
    assert (row.state, row.decision.state, row.payable_sek) == (PaymentState.SUBMITTED, DecisionState.PREPARING, None)
    assert payments_go_with_their_decisions() == []
    assert [event.reason for event in row.events.filter(name="reopen")] == ["Kontrollera resorna."]
    again = actions.check_payment(row, projects.approved(row), by=world.handler)
    assert (again.state, again.decision_id) == (PaymentState.CHECKED, payment.decision_id)


def test_opening_the_check_again_takes_both_back_once(world):
    payment = projects.checked_payment(world.project, by=world.signer, handler=world.handler)

    row = actions.reopen_payment(payment, by=world.decider, reason="Kontrollera resorna.")

    assert (row.state, row.decision.state) == (PaymentState.SUBMITTED, DecisionState.PREPARING)
    assert [row.events.filter(name="reopen").count(), row.decision.events.filter(name="send_back").count()] == [1, 1]


def test_a_payment_and_a_decision_apart_are_found_by_the_invariant(world):
    payment = projects.checked_payment(world.project, by=world.signer, handler=world.handler)

    QuerySet(Decision).filter(pk=payment.decision_id).update(state=DecisionState.PREPARING)

    assert payments_go_with_their_decisions() == [
        f"payment application {payment.pk} is checked while its decision is preparing"
    ]


# Mail about a decision on payment ------------------------------------------------------------------------------------


def test_the_mail_links_to_the_decision_on_payment_and_says_nothing_of_an_appeal(world):
    payment = projects.decided_payment(world.project, by=world.signer)

    body = OutgoingMessage.objects.filter(template="evaluation/decision").latest("created_at").body

    assert reverse("documents:pdf", args=[payment.decision.document_id]) in body
    assert reverse("evaluation:decision_applicant", args=[world.project.application_id]) not in body
    assert "överklagar" not in body


# Payment in arrears --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ended", "days", "is_over"), [(0, 0, False), (0, 1, True), (1, 0, True), (1, -1, False), (0, -1, False)]
)
def test_a_period_is_over_the_day_after_its_end_and_on_the_projects_own_last_day(ended, days, is_over):
    end = dt.date(2026, 6, 30)
    project = SimpleNamespace(end_on=end if ended else end + dt.timedelta(days=90))
    payment = SimpleNamespace(period_end=end, project=project)

    said = period_is_over(payment, end + dt.timedelta(days=days))

    assert (said == []) == is_over
