"""Steps of stage 4 from a page that showed something else, and second presses (TRUST INV-14)."""

import pytest
from django.urls import reverse

from grants.core.time import today
from grants.projects import actions
from grants.projects.enums import PaymentState
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
