"""What people do with calls: setting up, publishing, extending, settling."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from calls import actions
from calls.enums import State
from calls.models import Call, Programme
from calls.parts import WORDING
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked, Reason, Stale, StateBypass
from grants.core.people import SYSTEM
from grants.core.time import now
from tests.builders.base import authority, call_manager, decider, fresh, handler, member, officer, person
from tests.builders.calls import call_data, closed_call, draft_call, open_call, published_call, save, settled_call

pytestmark = pytest.mark.django_db

STRANGERS = [handler, decider, member, person]


def test_a_new_call_is_a_draft_with_its_lists_and_an_event():
    manager = call_manager()

    call = actions.create_call(call_data(code="plan-2027"), by=manager)

    assert fresh(call).state == State.DRAFT
    assert [row.year for row in call.year_budgets.all()] == [now().year, now().year + 1]
    assert [row.code for row in call.cost_types.all()] == ["staff", "services", "travel", "indirect"]
    assert call.areas.count() == 4
    assert [row.weight_percent for row in call.criteria.all()] == [40, 35, 25]
    assert [event.name for event in call.events] == ["created"]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_only_a_call_manager_creates_calls(stranger):
    with pytest.raises(PermissionDenied):
        actions.create_call(call_data(), by=stranger())

    assert Call.objects.count() == 0


def test_a_manager_of_another_authority_cannot_create_or_change_here():
    ours = draft_call()
    elsewhere = call_manager_elsewhere()

    with pytest.raises(PermissionDenied):
        actions.create_call(call_data(authority=ours.authority), by=elsewhere)
    with pytest.raises(PermissionDenied):
        save(ours, title="Vår", by=elsewhere)

    assert Call.objects.count() == 1


def call_manager_elsewhere():
    return officer(Role.CALL_MANAGER, at=authority(code="annan-myndighet", name="Annan myndighet"))


def test_a_code_is_used_once():
    draft_call(code="plan-2027")

    with pytest.raises(Blocked) as stop:
        draft_call(code="plan-2027")

    assert stop.value.reasons == ["Beteckningen används redan av en annan utlysning. Välj en annan."]
    assert Call.objects.count() == 1


def test_the_database_knows_no_two_codes_that_differ_by_capitals():
    call = draft_call(code="plan-2027")

    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.create(code="PLAN-2027", title="Annan", authority=call.authority)
    with pytest.raises(IntegrityError), transaction.atomic():
        for code in ("uppdrag", "Uppdrag"):
            Programme.objects.create(code=code, title="Uppdraget", authority=call.authority)

    assert (Call.objects.count(), Programme.objects.filter(code__iexact="uppdrag").count()) == (1, 0)


def test_a_draft_may_lack_almost_everything():
    call = actions.create_call({"code": "tom", "title": "Tom utlysning"}, by=call_manager())

    assert (call.state, call.budget_sek, call.opens_at) == (State.DRAFT, None, None)


def test_what_is_saved_replaces_the_lists_and_tells_what_changed():
    manager = call_manager()
    call = draft_call(manager=manager)
    criteria = [{"title": "Nytta", "guidance": "", "weight_percent": 90, "max_points": 4}]

    saved = save(call, criteria=criteria, lowest_score=50, by=manager)

    assert [(row.title, row.weight_percent, row.max_points) for row in saved.criteria.all()] == [("Nytta", 90, 4)]
    assert (saved.lowest_score, saved.year_budgets.count()) == (50, 2)
    assert saved.events.last().facts == {"part": "judging", "changed": ["lowest_score", "criteria"]}
    assert saved.events.last().reason == "Bedömning: lägsta poäng för stöd och bedömningskriterier."


def test_saving_what_is_already_saved_writes_no_event():
    manager = call_manager()
    call = draft_call(manager=manager)

    save(call, title=call.title, by=manager)

    assert [event.name for event in call.events] == ["created"]


def test_a_stale_tab_never_overwrites():
    manager = call_manager()
    call = draft_call(manager=manager)
    opened = actions.version_of(call, WORDING)
    save(call, pitch="Kollegans text", by=manager)

    with pytest.raises(Stale):
        save(call, pitch="Min text", by=manager, version=opened)

    assert fresh(call).pitch == "Kollegans text"


def test_two_people_on_different_pages_do_not_stop_each_other():
    manager = call_manager()
    call = draft_call(manager=manager)
    opened = actions.version_of(call, WORDING)
    save(call, title="Kollegans rubrik", by=manager)

    save(call, pitch="Min text", by=manager, version=opened)

    assert (fresh(call).title, fresh(call).pitch) == ("Kollegans rubrik", "Min text")


@pytest.mark.parametrize("stranger", STRANGERS)
def test_only_a_call_manager_saves_publishes_extends_settles_and_archives(stranger):
    user = stranger()
    draft, opened, closed, settled = draft_call(), open_call(), closed_call(), settled_call()

    with pytest.raises(PermissionDenied):
        save(draft, title="Vår", by=user)
    with pytest.raises(PermissionDenied):
        actions.publish(draft, by=user)
    with pytest.raises(PermissionDenied):
        actions.extend_closing(opened, now() + dt.timedelta(days=90), by=user, version=opened.version)
    with pytest.raises(PermissionDenied):
        actions.settle(closed, by=user)
    with pytest.raises(PermissionDenied):
        actions.archive(settled, by=user)

    assert [fresh(c).state for c in (draft, opened, closed, settled)] == ["draft", "open", "closed", "settled"]


def test_the_system_does_not_publish():
    with pytest.raises(PermissionDenied):
        actions.publish(draft_call(), by=SYSTEM)


def test_publishing_writes_one_event_with_the_person():
    manager = call_manager()
    call = draft_call(manager=manager)

    actions.publish(call, by=manager)

    event = call.events.last()
    assert (event.name, event.from_state, event.to_state, event.by) == ("publish", "draft", "published", manager)


def test_a_second_press_of_publish_is_refused_and_leaves_one_event():
    manager = call_manager()
    call = published_call(manager=manager)

    with pytest.raises(Blocked):
        actions.publish(call, by=manager)

    assert [event.name for event in call.events] == ["created", "publish"]


@pytest.mark.parametrize("build", [published_call, open_call])
def test_the_deadline_moves_forward_with_an_event(build):
    manager = call_manager()
    call = build(manager=manager)
    later = call.closes_at + dt.timedelta(days=7)

    actions.extend_closing(call, later, by=manager, version=call.version)

    assert fresh(call).closes_at == later
    assert call.events.last().name == "extended"


@pytest.mark.parametrize("seconds", [0, -1, -86_400])
def test_the_deadline_never_moves_backwards(seconds):
    manager = call_manager()
    call = open_call(manager=manager)

    with pytest.raises(Blocked) as stop:
        actions.extend_closing(call, call.closes_at + dt.timedelta(seconds=seconds), by=manager, version=call.version)

    assert [reason.where for reason in stop.value.reasons] == ["closes_at"]
    assert fresh(call).closes_at == call.closes_at


@pytest.mark.parametrize("build", [draft_call, closed_call, settled_call])
def test_the_deadline_is_only_extended_between_publishing_and_closing(build):
    manager = call_manager()
    call = build(manager=manager)

    with pytest.raises(Blocked):
        actions.extend_closing(call, now() + dt.timedelta(days=365), by=manager, version=call.version)

    assert fresh(call).closes_at == call.closes_at


def test_a_deadline_that_has_passed_is_not_extended_though_the_clock_has_not_been_there():
    manager = call_manager()
    call = open_call(manager=manager)

    with pytest.raises(Blocked):
        actions.extend_closing(
            call, call.closes_at + dt.timedelta(days=7), by=manager, version=call.version, at=call.closes_at
        )

    assert fresh(call).closes_at == call.closes_at


def test_a_stale_extension_is_told():
    manager = call_manager()
    call = open_call(manager=manager)
    actions.extend_closing(call, call.closes_at + dt.timedelta(days=1), by=manager, version=call.version)

    with pytest.raises(Stale):
        actions.extend_closing(call, call.closes_at + dt.timedelta(days=2), by=manager, version=call.version)


def test_the_whole_way_to_archived():
    manager = call_manager()

    call = actions.archive(settled_call(manager=manager), by=manager)

    assert call.state == State.ARCHIVED
    assert [event.name for event in call.events] == ["created", "publish", "open", "close", "settle", "archive"]


def test_the_state_cannot_be_set_by_save_update_or_bulk():
    call = draft_call()

    with pytest.raises(AttributeError):
        call.state = State.OPEN
    with pytest.raises(StateBypass):
        Call.objects.filter(pk=call.pk).update(state=State.OPEN)
    with pytest.raises(StateBypass):
        Call.objects.bulk_update([call], ["state"])
    with pytest.raises(StateBypass):
        call.publish(by=SYSTEM, at=now())
    with pytest.raises(StateBypass):
        Call(code="x", authority=call.authority, title="X", state=State.OPEN).save()

    assert fresh(call).state == State.DRAFT


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": " \x00 "}, "title"),
        ({"closes_at": now() - dt.timedelta(days=400)}, "closes_at"),
        ({"latest_end_on": dt.date(2000, 1, 1)}, "latest_end_on"),
        ({"smallest_amount_sek": 3_000_000}, "smallest_amount_sek"),
        ({"budget_sek": 0}, "budget_sek"),
        ({"years": [{"year": 2026, "budget_sek": 1}, {"year": 2026, "budget_sek": 2}]}, "years:1:year"),
    ],
)
def test_values_that_cannot_be_kept_are_refused_also_in_a_draft(changes, where):
    with pytest.raises(Blocked) as stop:
        actions.create_call(call_data(**changes), by=call_manager())

    assert [reason.where for reason in stop.value.reasons if isinstance(reason, Reason)] == [where]
    assert Call.objects.count() == 0


def test_control_characters_are_cleaned_away():
    call = draft_call(title="Plan\x00ering\x07 ", pitch="Rad ett\r\nRad\x00 två")

    assert (call.title, call.pitch) == ("Planering", "Rad ett\nRad två")
