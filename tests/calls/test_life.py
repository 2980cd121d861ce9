"""The life of a call after publishing: extending, calling off, opening again for one; each told, each refused in words."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from calls import actions
from calls.enums import CallKind, State
from calls.models import Call, Cutoff, Invitation, Reopening
from calls.notices import receivers_of_drafts, receivers_of_invitations, untold
from grants.accounts.enums import Level, Role
from grants.core.exceptions import Blocked
from grants.core.models import Event, OutgoingMessage
from grants.core.time import now, stockholm
from grants.strategy.models import Region
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
WHY = "Regeringen har ändrat uppdraget."


@pytest.fixture
def manager():
    return base.call_manager()


def trace():
    """What a refusal must not change."""
    return (
        Event.objects.count(),
        OutgoingMessage.objects.count(),
        Reopening.objects.count(),
        sorted(Call.objects.values_list("pk", "state", "closes_at", "version")),
    )


def written(text):
    return f"{stockholm(text):%Y-%m-%d %H.%M}"


# Calling off ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [calls.published_call, calls.open_call])
def test_a_call_is_called_off_before_it_closes_with_a_reason_in_its_history(make, manager):
    call = actions.cancel(make(), by=manager, reason=f"  {WHY}\r\n")

    assert call.state == State.CANCELLED
    assert (call.events.last().name, call.events.last().reason) == ("cancel", WHY)
    assert Call.objects.visible_to(base.member()).filter(pk=call.pk).exists()


@pytest.mark.parametrize("make", [calls.draft_call, calls.closed_call, calls.settled_call])
def test_other_calls_cannot_be_called_off(make, manager):
    call = make()
    before = trace()

    with pytest.raises(Blocked):
        actions.cancel(call, by=manager, reason=WHY)

    assert trace() == before


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("  ", "Skriv en motivering."),
        ("x" * 2_001, "Motiveringen har 2\u00a0001 tecken. Korta texten till högst 2\u00a0000 tecken."),
    ],
)
def test_calling_off_wants_a_reason_of_some_length(manager, reason, sentence):
    call = calls.open_call()
    before = trace()

    with pytest.raises(Blocked) as stop:
        actions.cancel(call, by=manager, reason=reason)

    assert [(str(one), one.where) for one in stop.value.reasons] == [(sentence, "reason")]
    assert trace() == before


def test_only_a_call_manager_of_the_authority_calls_off():
    call = calls.open_call()
    before = trace()

    for user in (
        base.handler(),
        base.member(),
        base.officer(Role.CALL_MANAGER, at=base.authority(code="annan", name="B")),
    ):
        with pytest.raises(PermissionDenied):
            actions.cancel(call, by=user, reason=WHY)

    assert trace() == before


def test_everyone_with_a_draft_is_told_and_nobody_else(manager):
    call = calls.open_call()
    writer, reader = base.member(), base.member(level=Level.VIEW)
    second = base.member()
    build.draft_application(call=call, by=writer)
    sender = base.signatory(base.region_organisation("25"))
    build.submitted_application(call=call, applicant=base.region_organisation("25"), signer=sender)
    OutgoingMessage.objects.all().delete()

    actions.cancel(call, by=manager, reason=WHY)

    told = OutgoingMessage.objects.filter(template="calls/cancelled")
    assert sorted(told.values_list("to", flat=True)) == sorted([writer.email, second.email])
    assert reader.email not in told.values_list("to", flat=True)
    assert WHY in told[0].body
    assert told[0].stream is None


def test_a_called_off_call_takes_no_new_applications_and_can_be_archived(manager):
    call = actions.cancel(calls.open_call(), by=manager, reason=WHY)

    with pytest.raises(Blocked) as stop:
        build.draft_application(call=call)

    assert stop.value.reasons == ["Utlysningen är inställd. Det går inte att starta några ansökningar."]
    assert Application.objects.count() == 0
    assert actions.archive(call, by=manager).state == State.ARCHIVED


def test_the_page_asks_says_what_follows_and_calls_off(client, manager):
    call = calls.open_call()
    build.submitted_application(call=call)
    client.force_login(manager)
    url = reverse("calls:cancel", args=[call.code])

    page = client.get(url)
    assert "1 ansökan har kommit in" in page.text
    assert reverse("calls:cancel", args=[call.code]) in client.get(call.get_desk_url()).text
    empty = client.post(url, {"reason": "", "version": call.version})
    assert (empty.status_code, fresh(call).state) == (422, State.OPEN)
    assert "Skriv varför utlysningen ställs in." in empty.text
    for stale in ("", "\x00", str(call.version - 1)):
        answer = client.post(url, {"reason": WHY, "version": stale})
        assert (answer.status_code, fresh(call).state) == (409, State.OPEN)
        assert WHY in answer.text
    assert client.post(url, {"reason": WHY, "version": call.version}).status_code == 302
    assert fresh(call).state == State.CANCELLED
    again = client.post(url, {"reason": WHY, "version": fresh(call).version})
    assert again.status_code == 422
    assert "Ställ in" not in [step.label for step in actions.steps_on_page(fresh(call), manager, now())]


@pytest.mark.parametrize("hostile", ["\x00", "\x00\t ", "x" * 1_000_000])
def test_hostile_reasons_are_refused_or_cleaned(client, manager, hostile):
    call = calls.open_call()
    client.force_login(manager)

    answer = client.post(reverse("calls:cancel", args=[call.code]), {"reason": hostile, "version": call.version})

    assert (answer.status_code, fresh(call).state) == (422, State.OPEN)


# Opening again -------------------------------------------------------------------------------------------------------


def given(**overrides):
    return {"reason": WHY, "ends_at": now() + dt.timedelta(days=2), **overrides}


def test_opening_again_is_an_event_and_is_told_to_those_who_write(manager):
    call, region = calls.closed_call(), base.region_organisation("24")
    writer = base.member(region)
    base.member(region, Level.VIEW)

    made = actions.reopen_for(call, region, by=manager, **given())

    event = call.events.last()
    assert (event.name, event.reason, event.facts["organisation"]) == ("reopened", WHY, str(region.pk))
    [message] = OutgoingMessage.objects.filter(template="calls/reopened")
    assert message.to == writer.email
    assert WHY in message.body
    assert made.by == manager
    assert fresh(call).state == State.CLOSED


@pytest.mark.parametrize(
    ("overrides", "where"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 2_001}, "reason"),
        ({"ends_at": now() - dt.timedelta(hours=1)}, "ends_at"),
    ],
)
def test_opening_again_wants_a_reason_and_an_end_ahead(manager, overrides, where):
    call, region = calls.closed_call(), base.region_organisation("24")
    before = trace()

    with pytest.raises(Blocked) as stop:
        actions.reopen_for(call, region, by=manager, **given(**overrides))

    assert [reason.where for reason in stop.value.reasons] == [where]
    assert trace() == before


@pytest.mark.parametrize("make", [calls.draft_call, calls.published_call, calls.open_call, calls.settled_call])
def test_only_a_closed_call_is_opened_again(manager, make):
    call, region = make(), base.region_organisation("24")
    before = trace()

    with pytest.raises(Blocked):
        actions.reopen_for(call, region, by=manager, **given())

    assert trace() == before


def test_it_is_opened_only_for_those_who_may_apply(manager):
    call = calls.closed_call()
    Call.objects.filter(pk=call.pk).update(kind=CallKind.DIRECTED)
    region = base.region_organisation("24")
    before = trace()

    for organisation in (region, base.authority()):
        with pytest.raises(Blocked) as stop:
            actions.reopen_for(call, organisation, by=manager, **given())
        assert [reason.where for reason in stop.value.reasons] == ["organisation"]

    assert trace() == before
    Invitation.objects.create(call=call, organisation=region)
    assert actions.reopen_for(call, region, by=manager, **given()).organisation == region


def test_a_second_opening_only_prolongs(manager):
    call, region = calls.closed_call(), base.region_organisation("24")
    first = actions.reopen_for(call, region, by=manager, **given())
    before = trace()

    with pytest.raises(Blocked):
        actions.reopen_for(call, region, by=manager, **given(ends_at=first.ends_at))

    assert trace() == before
    actions.reopen_for(call, region, by=manager, **given(ends_at=first.ends_at + dt.timedelta(days=1)))


def test_the_page_of_opening_again_keeps_what_was_typed_and_lists_the_openings(client, manager):
    call, region = calls.closed_call(), base.region_organisation("24")
    client.force_login(manager)
    url = reverse("calls:reopen", args=[call.code])
    assert url in client.get(call.get_desk_url()).text
    good = {"organisation": str(region.pk), "ends_at": written(now() + dt.timedelta(days=2)), "reason": WHY}

    wrong = [
        {**good, "ends_at": "2027-03-28 02.30"},
        {**good, "ends_at": "i morgon"},
        {**good, "organisation": "\x00"},
        {**good, "organisation": str(uuid.uuid4())},
        {**good, "organisation": str(base.authority().pk)},
        {**good, "reason": "\x00"},
        {},
    ]
    for posted in wrong:
        answer = client.post(url, posted)
        assert (answer.status_code, Reopening.objects.count()) == (422, 0)
    assert WHY in client.post(url, wrong[0]).text

    assert client.post(url, good).status_code == 302
    assert "Region Västerbotten" in client.get(url).text
    assert Reopening.objects.get().organisation == region


@pytest.mark.parametrize("name", ["cancel", "reopen"])
def test_the_pages_are_for_the_call_managers_of_the_authority(client, name):
    call = calls.open_call()
    url = reverse(f"calls:{name}", args=[call.code])

    client.force_login(base.handler())
    assert client.get(url).status_code == 403
    client.force_login(base.officer(Role.CALL_MANAGER, at=base.authority(code="annan", name="Annan")))
    assert client.get(url).status_code == 404


# Extending -----------------------------------------------------------------------------------------------------------


def test_a_longer_time_is_told_to_those_with_a_draft_and_moves_the_last_cut_off(manager):
    call = calls.open_call()
    for number, closes_at in ((1, now() + dt.timedelta(days=3)), (2, call.closes_at)):
        Cutoff.objects.create(call=call, number=number, closes_at=closes_at)
    writer = base.member()
    build.draft_application(call=call, by=writer)
    first = call.cutoffs.first().closes_at

    longer = actions.extend_closing(call, call.closes_at + dt.timedelta(days=7), by=manager, version=call.version)

    assert [row.closes_at for row in call.cutoffs.all()] == [first, longer.closes_at]
    [message] = OutgoingMessage.objects.filter(template="calls/changed")
    assert message.to == writer.email
    assert "Ansökningstiden är förlängd." in message.body


def test_telling_costs_the_same_for_one_draft_and_many():
    call = calls.open_call()
    counted = []
    for code in ("24", "25", "22"):
        region = base.region_organisation(code)
        build.draft_application(call=call, applicant=region, by=base.member(region))
        with CaptureQueriesContext(connection) as queries:
            found = receivers_of_drafts(call)
        counted.append((len(queries), len(found)))

    assert counted == [(2, 1), (2, 2), (2, 3)]


# Invited -------------------------------------------------------------------------------------------------------------


def test_publishing_an_offer_tells_each_invited_organisation_what_it_is_offered(manager):
    north, south, alone = (base.region_organisation(county) for county in ("24", "12", "25"))
    writer, lead = base.member(north), base.member(south, Level.MANAGE)
    base.member(north, Level.VIEW)
    alone.email = "region@example.se"
    alone.save()
    offers = [
        {"organisation": north, "amount_sek": 5_000_000},
        {"organisation": south, "amount_sek": 2_500_000},
        {"organisation": alone, "amount_sek": 1_000_000},
    ]
    call = calls.draft_call(manager=manager, kind=CallKind.BASE_FUNDING, invitations=offers)
    before = OutgoingMessage.objects.count()

    actions.publish(call, by=manager)

    sent = {
        message.to: (message.subject, message.body)
        for message in OutgoingMessage.objects.filter(template="calls/invited")
    }
    assert OutgoingMessage.objects.count() - before == len(sent) == 3
    assert {address: subject for address, (subject, _) in sent.items()} == {
        writer.email: f"Erbjudande till {north}: {call}",
        lead.email: f"Erbjudande till {south}: {call}",
        "region@example.se": f"Erbjudande till {alone}: {call}",
    }
    assert f"{south} erbjuds 2\u00a0500\u00a0000\u00a0kr i {call}." in sent[lead.email][1]
    assert f"{call.get_absolute_url()}" in sent[writer.email][1]


def test_publishing_tells_nobody_in_an_open_call_and_the_invited_once_in_a_directed_one(manager):
    region = base.region_organisation("24")
    both = base.member(region)
    region.email = both.email.upper()
    region.save()
    actions.publish(calls.draft_call(manager=manager), by=manager)
    assert OutgoingMessage.objects.filter(template="calls/invited").count() == 0

    call = calls.draft_call(
        manager=manager, kind=CallKind.DIRECTED, invitations=[{"organisation": region, "amount_sek": 7}]
    )
    actions.publish(call, by=manager)

    [message] = OutgoingMessage.objects.filter(template="calls/invited")
    assert (message.to, message.subject) == (both.email, f"Inbjudan till {region}: {call}")
    assert "erbjuds" not in message.body


def test_the_page_names_the_invited_that_no_mail_reaches_before_publishing(manager, client):
    told, untold_one = base.region_organisation("24"), base.region_organisation("25")
    base.member(told)
    call = calls.draft_call(
        manager=manager, kind=CallKind.DIRECTED, invitations=[{"organisation": told}, {"organisation": untold_one}]
    )
    client.force_login(manager)

    assert untold(call) == [str(untold_one)]
    assert f"De inbjudna får ett mejl, utom {untold_one}: " in client.get(call.get_desk_url()).content.decode()


@pytest.mark.parametrize("number", [1, 3, 21])
def test_telling_the_invited_asks_the_same_of_the_database_for_any_number(manager, number, django_assert_num_queries):
    codes = list(Region.objects.current().order_by("county_code").values_list("county_code", flat=True))[:number]
    invited = [{"organisation": base.region_organisation(code)} for code in codes]
    call = calls.draft_call(manager=manager, kind=CallKind.DIRECTED, invitations=invited)
    assert call.invitations.count() == number

    with django_assert_num_queries(2):
        receivers_of_invitations(call)
