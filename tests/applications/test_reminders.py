"""Reminders of deadlines: 7 days and 1 day before each, once, in Swedish time, and never for what is sent or gone."""

import datetime as dt
import threading

import pytest
from django.db import connection

from applications import actions, reminders
from applications.models import DeadlineReminder
from calls import actions as call_actions
from calls.models import Cutoff
from grants.core.models import OutgoingMessage
from grants.core.time import STOCKHOLM, now
from tests.builders import applications as build
from tests.builders import base, calls

DAY = dt.timedelta(days=1)


@pytest.fixture
def call(db):
    return calls.open_call(closes_at=now().replace(microsecond=0) + dt.timedelta(days=30))


def told():
    return OutgoingMessage.objects.filter(template="applications/deadline").count()


def test_a_draft_is_reminded_seven_days_and_one_day_before_and_at_no_other_time(call):
    build.draft_application(call=call)
    end = call.closes_at
    soon = dt.timedelta(minutes=5)

    reminded = [
        reminders.run(at=at)
        for at in (
            reminders.moment_of(end, 7) - soon,
            reminders.moment_of(end, 7),
            reminders.moment_of(end, 7) + soon,
            reminders.moment_of(end, 1) - soon,
            reminders.moment_of(end, 1),
            end - soon,
            end,
            end + DAY,
        )
    ]

    assert reminded == [0, 1, 0, 0, 1, 0, 0, 0]
    assert told() == 2


def test_the_mail_goes_to_contact_and_writers_and_says_when(call):
    writer = base.member()
    build.draft_application(call=call, by=writer)

    reminders.run(at=call.closes_at - DAY)

    [message] = OutgoingMessage.objects.filter(template="applications/deadline")
    assert (message.to, message.stream) == (writer.email, None)
    assert "Ansökan ska ha kommit in före" in message.body


def test_each_cut_off_is_reminded_of(call):
    first = call.closes_at - dt.timedelta(days=10)
    Cutoff.objects.create(call=call, number=1, closes_at=first)
    Cutoff.objects.create(call=call, number=2, closes_at=call.closes_at)
    build.draft_application(call=call)

    reminders.run(at=first - DAY)
    reminders.run(at=call.closes_at - DAY)

    found = DeadlineReminder.objects.order_by("closes_at").values_list("closes_at", "days_before")
    assert list(found) == [(first, 1), (call.closes_at, 1)]


def test_a_missed_reminder_is_not_sent_beside_the_next_one(call):
    build.draft_application(call=call)

    assert reminders.run(at=call.closes_at - DAY) == 1
    assert list(DeadlineReminder.objects.values_list("days_before", flat=True)) == [1]


def test_a_draft_begun_after_the_moment_is_not_reminded_of_it(call):
    build.draft_application(call=call, at=call.closes_at - dt.timedelta(days=3))

    assert reminders.run(at=call.closes_at - dt.timedelta(days=2)) == 0


def test_what_is_sent_or_in_a_cancelled_call_is_not_reminded(call):
    signer = base.signatory()
    actions.submit(build.complete_draft(call=call, by=signer), by=signer)
    assert reminders.run(at=call.closes_at - DAY) == 0

    build.draft_application(call=call, by=signer)
    call_actions.cancel(call, by=base.call_manager(), reason="Slut på pengar.")

    assert reminders.run(at=call.closes_at - DAY) == 0
    assert told() == 0


def test_a_draft_sent_between_the_list_and_its_turn_is_left_alone(call):
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    at = call.closes_at - DAY
    [pk] = list(reminders.drafts_to_remind(call, call.closes_at, 1))
    actions.submit(draft, by=signer)

    assert reminders.remind(pk, call.closes_at, 1, at=at) is False
    assert (told(), DeadlineReminder.objects.count()) == (0, 0)


def test_a_moved_deadline_is_reminded_of_anew_and_the_old_one_no_more(call):
    build.draft_application(call=call)
    old = call.closes_at
    pk = call.applications.get().pk
    reminders.run(at=old - DAY)

    longer = call_actions.extend_closing(call, old + 10 * DAY, by=base.call_manager(), version=call.version)

    assert reminders.remind(pk, old, 7, at=old - DAY) is False
    assert reminders.run(at=longer.closes_at - 7 * DAY) == 1


@pytest.mark.parametrize(
    ("deadline", "moment"),
    [
        (dt.datetime(2027, 3, 30, 12, tzinfo=STOCKHOLM), dt.datetime(2027, 3, 23, 12, tzinfo=STOCKHOLM)),
        (dt.datetime(2026, 10, 27, 0, tzinfo=STOCKHOLM), dt.datetime(2026, 10, 20, 0, tzinfo=STOCKHOLM)),
    ],
)
def test_the_moment_is_the_same_clock_in_sweden_when_clocks_change_in_between(deadline, moment):
    assert reminders.moment_of(deadline.astimezone(dt.UTC), 7) == moment.astimezone(dt.UTC)
    assert deadline.astimezone(dt.UTC) - moment.astimezone(dt.UTC) != 7 * DAY


def test_a_draft_at_fault_does_not_hold_up_the_others(call, monkeypatch):
    for code in ("24", "25"):
        region = base.region_organisation(code)
        build.draft_application(call=call, applicant=region, by=base.member(region))
    first = call.applications.order_by("created_at").first()
    whole = reminders.receivers
    monkeypatch.setattr(
        reminders, "receivers", lambda row: whole(row) if row.pk != first.pk else (_ for _ in ()).throw(ValueError)
    )

    assert reminders.run(at=call.closes_at - DAY) == 1
    assert list(DeadlineReminder.objects.values_list("application", flat=True)) != [first.pk]


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_remind_once():
    call = calls.open_call(closes_at=now().replace(microsecond=0) + dt.timedelta(days=30))
    for code in ("24", "25", "22"):
        region = base.region_organisation(code)
        build.draft_application(call=call, applicant=region, by=base.member(region))
    gate, counted = threading.Barrier(3), []

    def scheduler():
        try:
            gate.wait(timeout=10)
            counted.append(reminders.run(at=call.closes_at - DAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=scheduler) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert (sum(counted), told(), DeadlineReminder.objects.count()) == (3, 3, 3)


def two_sweeps(call, monkeypatch):
    """Two schedulers that have both found the one draft before either reminds it; how many each reminded."""
    found, listed = threading.Barrier(2), reminders.drafts_to_remind
    counted = []

    def found_by_both(*given):
        drafts = list(listed(*given))
        found.wait(timeout=10)
        return drafts

    def scheduler():
        try:
            counted.append(reminders.run(at=call.closes_at - DAY))
        finally:
            connection.close()

    monkeypatch.setattr(reminders, "drafts_to_remind", found_by_both)
    threads = [threading.Thread(target=scheduler) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(counted)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_that_found_the_same_draft_send_one_mail(monkeypatch):
    call = calls.open_call(closes_at=now().replace(microsecond=0) + dt.timedelta(days=30))
    build.draft_application(call=call)

    assert (two_sweeps(call, monkeypatch), told(), DeadlineReminder.objects.count()) == ([0, 1], 1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_row_of_the_reminder_the_same_two_sweeps_send_two(monkeypatch):
    """The negative twin: neither the lock of the draft nor its state stops the second one."""
    call = calls.open_call(closes_at=now().replace(microsecond=0) + dt.timedelta(days=30))
    build.draft_application(call=call)
    monkeypatch.setattr(DeadlineReminder.objects, "get_or_create", lambda **given: (None, True))

    assert (two_sweeps(call, monkeypatch), told()) == ([1, 1], 2)
