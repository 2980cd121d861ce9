"""The call's times at work in applications: cut-offs, late, open again for one, cancelled."""

import datetime as dt

import pytest
from django.urls import reverse

from applications import actions
from applications.enums import State
from applications.models import Application
from calls import actions as call_actions
from calls.models import Cutoff
from grants.core.exceptions import Blocked
from grants.core.invariants import CHECKS
from grants.core.models import Event
from grants.core.time import format_instant, now
from grants.documents.models import Case, Document
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


def refused_start(call, applicant, at=None):
    with pytest.raises(Blocked) as stop:
        build.draft_application(call=call, applicant=applicant, at=at)
    assert Application.objects.count() == 0
    return stop.value.reasons


@pytest.fixture
def call():
    return calls.open_call()


@pytest.fixture
def rounds():
    """A call with three cut-offs, the last being its end."""
    at = now()
    call = calls.open_call(opens_at=at - dt.timedelta(days=60), closes_at=at + dt.timedelta(days=60))
    for number, days in ((1, -30), (2, 15), (3, 60)):
        Cutoff.objects.create(call=call, number=number, closes_at=at + dt.timedelta(days=days))
    return call


def sent_at(call, at):
    return build.submitted_application(call=call, at=at)


def test_an_application_belongs_to_the_first_cut_off_that_it_came_before(rounds):
    first, second, third = rounds.cutoffs.all()
    moment = dt.timedelta(microseconds=1)

    found = [
        sent_at(rounds, at).cutoff
        for at in (
            first.closes_at - moment,
            first.closes_at,
            second.closes_at - moment,
            second.closes_at,
            third.closes_at - moment,
        )
    ]

    assert found == [first, second, second, third, third]


def test_after_the_last_cut_off_it_is_late_and_belongs_to_none(rounds):
    sent = sent_at(rounds, rounds.closes_at)

    assert (sent.is_late, sent.cutoff) == (True, None)


def test_between_cut_offs_nothing_is_late_and_a_draft_can_be_started(rounds):
    sent = sent_at(rounds, rounds.cutoffs.first().closes_at)

    assert (sent.is_late, sent.events.last().facts["cutoff"]) == (False, 2)
    assert build.draft_application(call=rounds).state == State.DRAFT


def test_the_receipt_names_the_round(rounds):
    sent = sent_at(rounds, now())
    second = rounds.cutoffs.get(number=2)

    receipt = Document.objects.get(case=sent.case, kind="receipt")
    assert ["Omgång", f"2, till {format_instant(second.closes_at)}"] in receipt.content["facts"]


def test_extending_changes_nothing_for_what_has_come_in(rounds):
    manager = base.call_manager()
    sent = sent_at(rounds, rounds.closes_at - dt.timedelta(hours=1))

    longer = call_actions.extend_closing(
        rounds, rounds.closes_at + dt.timedelta(days=7), by=manager, version=fresh(rounds).version
    )

    assert (fresh(sent).cutoff.number, fresh(sent).is_late) == (3, False)
    assert rounds.cutoffs.get(number=3).closes_at == longer.closes_at
    assert longer.events.last().reason.endswith("Ansökningar som redan har kommit in påverkas inte.")
    assert [text for name, (_, run) in CHECKS.items() if name.startswith("INV-3 ") for text in run()] == []


@pytest.fixture
def closed():
    return calls.closed_call()


def reopened(call, organisation, **given):
    values = {"reason": "Tjänsten låg nere.", "ends_at": now() + dt.timedelta(days=2), "by": base.call_manager()}
    return call_actions.reopen_for(call, organisation, **{**values, **given})


def test_a_call_open_again_for_one_takes_its_application_in_time_and_nobody_elses(closed):
    region, other = base.region_organisation("24"), base.region_organisation("25")
    assert refused_start(closed, region) == refused_start(closed, other)

    reopened(closed, region)

    sent = build.submitted_application(call=closed, applicant=region)
    assert (sent.is_late, sent.state) == (False, State.SUBMITTED)
    with pytest.raises(Blocked):
        build.draft_application(call=closed, applicant=other)
    assert [text for name, (_, run) in CHECKS.items() if name.startswith("INV-3 ") for text in run()] == []


def test_after_the_end_of_the_reopening_it_is_late_again(closed):
    region = base.region_organisation("24")
    until = reopened(closed, region).ends_at
    signer = base.signatory(region)
    draft = build.complete_draft(call=closed, applicant=region, by=signer)

    sent = actions.submit(draft, by=signer, at=until)

    assert sent.is_late is True
    with pytest.raises(Blocked):
        build.draft_application(call=closed, applicant=region, at=until)


def test_a_draft_begun_in_time_by_another_is_late_as_before():
    closed = calls.open_call(opens_at=now() - dt.timedelta(days=9), closes_at=now() - dt.timedelta(hours=1))
    reopened(closed, base.region_organisation("24"))
    other = base.signatory(base.region_organisation("25"))
    draft = build.complete_draft(
        call=closed, applicant=base.region_organisation("25"), by=other, at=closed.closes_at - dt.timedelta(hours=2)
    )

    assert actions.submit(draft, by=other).is_late is True


def test_the_region_that_is_let_in_again_starts_on_the_page(client, closed):
    region = base.region_organisation("24")
    client.force_login(base.member(region))
    assert client.post(reverse("applications:start", args=[closed.code])).status_code == 422

    reopened(closed, region)

    assert client.post(reverse("applications:start", args=[closed.code])).status_code == 302
    assert Application.objects.get().applicant == region


def test_a_draft_in_a_cancelled_call_is_not_sent(call):
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    call_actions.cancel(call, by=base.call_manager(), reason="Pengarna uteblev.")
    events = Event.objects.count()

    with pytest.raises(Blocked) as stop:
        actions.submit(draft, by=signer)

    assert stop.value.reasons == ["Utlysningen är inställd. Ansökan går inte att skicka in."]
    assert (fresh(draft).state, Event.objects.count(), Case.objects.count()) == (State.DRAFT, events, 0)


def test_what_has_come_in_when_a_call_is_cancelled_goes_on(call):
    signer = base.signatory()
    sent = build.submitted_application(call=call, signer=signer)
    build.supplement_request(sent)

    call_actions.cancel(call, by=base.call_manager(), reason="Pengarna uteblev.")

    assert actions.answer_supplement(fresh(sent), by=signer, answer="Här är svaret.").state == State.IN_REVIEW


def test_the_public_page_of_a_closed_call_has_a_button_for_the_one_it_is_open_for_again(client, closed):
    region = base.region_organisation("24")
    client.force_login(base.member(region))
    start = reverse("applications:start", args=[closed.code])
    assert start not in client.get(closed.get_absolute_url()).text

    reopened(closed, region)

    assert start in client.get(closed.get_absolute_url()).text
    client.force_login(base.member(base.region_organisation("25")))
    assert start not in client.get(closed.get_absolute_url()).text
