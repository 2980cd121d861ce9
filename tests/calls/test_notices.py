"""Mail about changes of a call: the first at once, those of the next ten minutes together, and none lost."""

import datetime as dt
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Application
from calls.notices import QUIET, receivers_of_drafts
from grants.core import mail
from grants.core.models import MessageState, OutgoingMessage
from tests.builders.applications import draft_application
from tests.builders.base import call_manager, fresh, region_organisation
from tests.builders.calls import open_call, save

pytestmark = pytest.mark.django_db
ADDRESS = "kontakt@example.org"
numbers = itertools.count(1)


@pytest.fixture
def manager():
    return call_manager()


@pytest.fixture
def call(manager):
    """An open call with one draft, whose contact has been told nothing yet."""
    made = open_call(manager=manager)
    draft_application(call=made)
    OutgoingMessage.objects.all().delete()
    return made


def told(call):
    """What the first receiver is told, mail by mail."""
    to = receivers_of_drafts(call)[0].email
    bodies = OutgoingMessage.objects.filter(to=to).order_by("next_try_at").values_list("body", flat=True)
    return [body.partition("Det här har ändrats:\n")[2].partition("\n\n")[0].split("\n") for body in bodies]


def change(call, by, *names):
    for name in names:
        save(fresh(call), by=by, **{name: f"Ny text {next(numbers)}."})


def test_changes_that_have_not_been_mailed_yet_go_in_one_mail(call, manager):
    change(call, manager, "contact", "pitch", "contact", "what_for")

    assert told(call) == [["Ändrat: kontakt.", "Ändrat: kort om utlysningen.", "Ändrat: vad ni kan söka för."]]
    assert OutgoingMessage.objects.count() == len(receivers_of_drafts(call))


def test_after_a_mail_has_gone_the_changes_of_ten_minutes_go_together(call, manager):
    change(call, manager, "contact")
    mail.sweep()
    first = OutgoingMessage.objects.get(to=receivers_of_drafts(call)[0].email)

    change(call, manager, "pitch", "what_for")
    mail.sweep()

    assert told(call) == [["Ändrat: kontakt."], ["Ändrat: kort om utlysningen.", "Ändrat: vad ni kan söka för."]]
    waiting = OutgoingMessage.objects.filter(to=first.to).exclude(pk=first.pk).get()
    assert (waiting.state, waiting.next_try_at) == (MessageState.QUEUED, first.next_try_at + QUIET)


def test_a_change_after_ten_minutes_is_mailed_at_once(call, manager):
    change(call, manager, "contact")
    mail.sweep()
    OutgoingMessage.objects.update(next_try_at=OutgoingMessage.objects.first().next_try_at - QUIET - dt.timedelta(1))

    change(call, manager, "pitch")

    assert mail.sweep() == len(receivers_of_drafts(call))
    assert told(call) == [["Ändrat: kontakt."], ["Ändrat: kort om utlysningen."]]


def test_a_mail_that_is_being_sent_takes_no_more_changes(call, manager):
    change(call, manager, "contact")
    OutgoingMessage.objects.update(state=MessageState.SENDING)

    change(call, manager, "pitch")

    assert told(call) == [["Ändrat: kontakt."], ["Ändrat: kort om utlysningen."]]


def test_another_draft_and_another_call_of_the_same_person_have_mails_of_their_own(manager):
    drafts = [draft_application(call=open_call(manager=manager)) for _ in range(2)]
    drafts.append(draft_application(call=drafts[0].call, applicant=region_organisation("23")))
    Application.objects.update(contact_email=ADDRESS)
    OutgoingMessage.objects.all().delete()

    for draft in drafts[:2]:
        change(draft.call, manager, "contact")

    mails = OutgoingMessage.objects.filter(to=ADDRESS).values_list("body", flat=True)
    assert sorted(draft.pk for draft in drafts for body in mails if draft.get_absolute_url() in body) == sorted(
        draft.pk for draft in drafts
    )


def test_telling_costs_the_same_for_one_draft_and_for_three(call, manager):
    def cost():
        change(call, manager, "contact")
        with CaptureQueriesContext(connection) as asked:
            change(call, manager, "pitch")
        OutgoingMessage.objects.all().delete()
        return len(asked)

    once = cost()
    for code in ("23", "24"):
        draft_application(call=call, applicant=region_organisation(code))

    assert cost() == once
