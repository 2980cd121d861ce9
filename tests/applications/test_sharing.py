"""Sharing an application: who may what, invitations by link, levels that change hands, and a manager who cannot leave."""

import datetime as dt
import importlib

import pytest
import time_machine
from django.apps import apps
from django.core import mail as outbox
from django.core.exceptions import PermissionDenied
from django.db import connection

from applications import actions, rules, sharing
from applications.models import Application, Invitation, Participant
from grants.accounts.enums import Level
from grants.accounts.models import Membership, User
from grants.core import events, mail
from grants.core.exceptions import Blocked
from grants.core.models import OutgoingMessage
from grants.core.time import now, today
from grants.documents.models import Document
from tests.applications.test_races import together
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
PARTNER = "25"


def shared_with(user, level=Level.EDIT, draft=None, by=None):
    """The draft, shared with the person through an invitation that they accepted."""
    by = by or base.member()
    draft = draft or build.draft_application(by=by)
    invitation = sharing.invite(draft, email=user.email, level=level, by=fresh(by))
    sharing.accept(invitation, by=fresh(user))
    return draft


def share_of(draft, user):
    return Participant.objects.in_force().get(application=draft, user=user)


def rights(draft, user):
    """What the person may do on their next request: read, edit, manage."""
    person = fresh(user)
    return (rules.may_read(draft, person), rules.may_edit(draft, person), rules.may_manage(draft, person))


# Who may what ---------------------------------------------------------------------------------------------------------


def test_whoever_starts_an_application_manages_it():
    starter = base.member(level=Level.EDIT)
    draft = build.draft_application(by=starter)

    assert rights(draft, starter) == (True, True, True)
    assert [event.name for event in events.of(draft)] == ["start"]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Level.VIEW, (True, False, False)),
        (Level.EDIT, (True, True, False)),
        (Level.MANAGE, (True, True, True)),
    ],
)
def test_an_invited_person_may_what_the_level_says_and_only_there(level, expected):
    guest = base.person()
    draft = shared_with(guest, level)
    other = build.draft_application()

    assert rights(draft, guest) == expected
    assert rights(other, guest) == (False, False, False)
    assert list(Application.objects.owned_by(fresh(guest))) == [draft]


def test_members_of_a_partner_read_until_they_are_invited_to_write():
    partner = base.region_organisation(PARTNER)
    colleague, starter = base.member(partner), base.member()
    draft = build.draft_application(by=starter)
    data = build.parties_data(starter, is_joint=True, parties=[build.party(partner)])
    draft = actions.save_parties(draft, data, by=starter, version=draft.version)

    assert rights(draft, colleague) == (True, False, False)
    shared_with(colleague, Level.EDIT, draft, starter)
    assert rights(draft, colleague) == (True, True, False)
    assert share_of(draft, colleague).through == partner


def test_a_share_through_an_organisation_ends_with_the_membership_on_the_next_request():
    partner = base.region_organisation(PARTNER)
    colleague, starter = base.member(partner), base.member()
    draft = build.draft_application(by=starter)
    data = build.parties_data(starter, is_joint=True, parties=[build.party(partner)])
    draft = actions.save_parties(draft, data, by=starter, version=draft.version)
    shared_with(colleague, Level.MANAGE, draft, starter)

    Membership.objects.filter(user=colleague).update(valid_from=today() - dt.timedelta(days=9), ended_on=today())

    assert rights(draft, colleague) == (False, False, False)


def test_a_withdrawn_or_lowered_share_acts_on_the_next_request():
    guest, starter = base.person(), base.member()
    draft = shared_with(guest, Level.EDIT, by=starter)

    sharing.change_level(draft, share_of(draft, guest).pk, Level.VIEW, by=fresh(starter))
    assert rights(draft, guest) == (True, False, False)
    sharing.remove(draft, share_of(draft, guest).pk, by=fresh(starter))
    assert rights(draft, guest) == (False, False, False)
    names = ["start", "invite", "share", "change_level", "unshare"]
    assert [event.name for event in events.of(draft)] == names


def test_a_guest_writes_but_neither_signs_nor_takes_back():
    guest, signer = base.person(), base.signatory()
    draft = build.complete_draft(by=signer)
    shared_with(guest, Level.MANAGE, draft, signer)

    actions.save_project(draft, {"title": "Nytt namn"}, by=fresh(guest), version=fresh(draft).version)

    assert fresh(draft).title == "Nytt namn"
    assert (rules.may_submit(draft, fresh(guest)), rules.may_withdraw(draft, fresh(guest))) == (False, False)


def test_a_guest_reads_the_documents_of_the_case_and_nobody_elses():
    guest, signer = base.person(), base.signatory()
    sent, other = build.submitted_application(signer=signer), build.submitted_application()
    shared_with(guest, Level.VIEW, sent, signer)

    seen = Document.objects.visible_to(fresh(guest))

    assert set(seen.values_list("case", flat=True)) == {sent.pk}
    assert Document.objects.filter(case=other.pk).count() > 0


def test_nobody_of_the_authority_that_tries_the_application_writes_it():
    officer, starter = base.handler(), base.member()
    draft = build.draft_application(by=starter)
    invitation = sharing.invite(draft, email=officer.email, level=Level.EDIT, by=fresh(starter))

    with pytest.raises(Blocked) as stop:
        sharing.accept(invitation, by=fresh(officer))

    assert stop.value.reasons == [
        "Du arbetar hos myndigheten som prövar ansökan. Därför kan du inte vara med och skriva den."
    ]
    assert Participant.objects.filter(user=officer).count() == 0
    # Nor does a person who gets the role later.
    Participant.objects.create(application=draft, user=officer, level=Level.EDIT, given_by=starter)
    assert rights(draft, officer) == (False, False, False)


@pytest.mark.parametrize("level", [Level.VIEW, Level.EDIT])
def test_only_those_who_manage_invite_change_and_take_away(level):
    guest, starter = base.person(), base.member()
    draft = shared_with(guest, level, by=starter)
    held = share_of(draft, starter)
    before = events.of(draft).count()

    for act in (
        lambda: sharing.invite(draft, email="ny@example.se", level=Level.VIEW, by=fresh(guest)),
        lambda: sharing.change_level(draft, held.pk, Level.VIEW, by=fresh(guest)),
        lambda: sharing.hand_over(draft, held.pk, by=fresh(guest)),
        lambda: sharing.remove(draft, held.pk, by=fresh(guest)),
    ):
        with pytest.raises(PermissionDenied):
            act()

    assert (fresh(held).level, fresh(held).ended_at, events.of(draft).count()) == (Level.MANAGE, None, before)


# Managers --------------------------------------------------------------------------------------------------------------


def test_the_last_manager_neither_leaves_nor_is_demoted():
    starter = base.member()
    draft = build.draft_application(by=starter)
    held = share_of(draft, starter)

    for act in (
        lambda: sharing.remove(draft, held.pk, by=fresh(starter)),
        lambda: sharing.change_level(draft, held.pk, Level.EDIT, by=fresh(starter)),
    ):
        with pytest.raises(Blocked) as stop:
            act()
        assert stop.value.reasons == [sharing.LAST]

    assert (fresh(held).level, fresh(held).ended_at) == (Level.MANAGE, None)
    assert [event.name for event in events.of(draft)] == ["start"]


def test_a_manager_may_leave_when_the_organisation_still_has_one():
    starter = base.member()
    draft = build.draft_application(by=starter)
    base.member(level=Level.MANAGE)

    sharing.remove(draft, share_of(draft, starter).pk, by=fresh(starter))

    assert rights(draft, starter) == (True, True, False)
    assert [event.name for event in events.of(draft)] == ["start", "leave"]


def test_a_closed_account_counts_as_no_manager():
    guest, starter = base.person(), base.member()
    draft = shared_with(guest, Level.MANAGE, by=starter)
    User.objects.filter(pk=guest.pk).update(is_active=False)

    with pytest.raises(Blocked):
        sharing.remove(draft, share_of(draft, starter).pk, by=fresh(starter))


def test_managing_can_change_hands():
    guest, starter = base.person(), base.member()
    draft = shared_with(guest, Level.VIEW, by=starter)

    sharing.hand_over(draft, share_of(draft, guest).pk, by=fresh(starter))

    assert (rights(draft, guest), rights(draft, starter)) == ((True, True, True), (True, True, False))
    assert OutgoingMessage.objects.filter(template="applications/shared", to=guest.email).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_leave_at_once_do_not_both_leave():
    guest, starter = base.person(), base.member()
    draft = shared_with(guest, Level.MANAGE, by=starter)
    shares = {person.pk: share_of(draft, person).pk for person in (guest, starter)}

    results = together(
        *[lambda who=who: sharing.remove(draft, shares[who.pk], by=fresh(who)) for who in (guest, starter)]
    )

    assert sorted(type(result).__name__ for result in results) == ["Blocked", "NoneType"]
    assert len(sharing.managers(draft)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_manager_and_a_reader_who_leave_at_once_both_leave():
    """The negative twin: leaving is refused for being the last who manages, not for leaving at the same time."""
    guest, other, starter = base.person(), base.person(), base.member()
    draft = shared_with(guest, Level.MANAGE, by=starter)
    shared_with(other, Level.VIEW, draft, starter)
    shares = {person.pk: share_of(draft, person).pk for person in (guest, other)}

    results = together(
        *[lambda who=who: sharing.remove(draft, shares[who.pk], by=fresh(who)) for who in (guest, other)]
    )

    assert results == [None, None]
    assert sharing.managers(draft) == {starter.pk}


# Invitations -----------------------------------------------------------------------------------------------------------


def test_the_key_of_an_invitation_stands_nowhere_in_the_database_and_reaches_the_mail():
    starter = base.member()
    draft = build.draft_application(by=starter)
    invitation = sharing.invite(draft, email="Ny.Person@Example.se", level=Level.EDIT, by=fresh(starter))
    key = mail.key_of(invitation.seed)

    stored = OutgoingMessage.objects.get(template="applications/invitation")
    assert mail.send(stored.pk)

    assert f"/inbjudan/{key}/" in outbox.outbox[-1].body
    assert (invitation.email, outbox.outbox[-1].to) == ("ny.person@example.se", ["ny.person@example.se"])
    assert [table for table in connection.introspection.table_names() if holds(table, key)] == []
    assert sharing.find(key) == invitation
    assert [sharing.find(wrong) for wrong in (key[:-1] + "x", "", str(invitation.seed), invitation.key_sha256)] == (
        [None] * 4
    )


def holds(table, text):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return any(text in str(row) for row in cursor.fetchall())


def test_an_invitation_is_accepted_once_by_its_own_account_and_until_it_expires():
    guest, thief, starter = base.person(), base.person(), base.member()
    draft = build.draft_application(by=starter)
    invitation = sharing.invite(draft, email=guest.email, level=Level.EDIT, by=fresh(starter))

    with pytest.raises(PermissionDenied):
        sharing.accept(invitation, by=fresh(thief))
    with time_machine.travel(now() + dt.timedelta(days=sharing.VALID_DAYS, seconds=1)), pytest.raises(Blocked):
        sharing.accept(invitation, by=fresh(guest))
    assert Participant.objects.filter(user__in=(guest, thief)).count() == 0

    sharing.accept(invitation, by=fresh(guest))
    sharing.accept(invitation, by=fresh(guest))  # a second press
    sharing.remove(draft, share_of(draft, guest).pk, by=fresh(starter))
    sharing.accept(invitation, by=fresh(guest))  # a used link does not bring back what was taken away

    assert rights(draft, guest) == (False, False, False)
    assert [event.name for event in events.of(draft)] == ["start", "invite", "share", "unshare"]


def test_a_new_invitation_voids_the_link_of_the_earlier_one_and_a_withdrawn_one_does_not_work():
    guest, starter = base.person(), base.member()
    draft = build.draft_application(by=starter)
    first = sharing.invite(draft, email=guest.email, level=Level.EDIT, by=fresh(starter))
    second = sharing.invite(draft, email=guest.email.upper(), level=Level.VIEW, by=fresh(starter))

    with pytest.raises(Blocked):
        sharing.accept(first, by=fresh(guest))
    sharing.withdraw_invitation(draft, second.pk, by=fresh(starter))
    with pytest.raises(Blocked):
        sharing.accept(second, by=fresh(guest))

    assert Invitation.objects.pending().count() == 0
    assert Participant.objects.filter(user=guest).count() == 0


def test_a_member_of_the_applicant_gets_the_level_without_an_invitation():
    colleague, starter = base.member(level=Level.VIEW), base.member()
    draft = build.draft_application(by=starter)

    given = sharing.invite(draft, email=colleague.email, level=Level.MANAGE, by=fresh(starter))

    assert (given.user, given.through) == (colleague, draft.applicant)
    assert rights(draft, colleague) == (True, True, True)
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize(
    ("email", "level", "where"),
    [
        ("inte en adress", Level.EDIT, "email"),
        ("", Level.EDIT, "email"),
        ("a@b.se\x00\nBcc: c@d.se", Level.EDIT, "email"),
        ("x" * 300 + "@example.se", Level.EDIT, "email"),
        ("ny@example.se", "owner", "level"),
        ("ny@example.se", "", "level"),
    ],
)
def test_a_faulty_invitation_is_refused_at_its_field_and_leaves_nothing(email, level, where):
    starter = base.member()
    draft = build.draft_application(by=starter)

    with pytest.raises(Blocked) as stop:
        sharing.invite(draft, email=email, level=level, by=fresh(starter))

    assert [reason.where for reason in stop.value.reasons] == [where]
    assert (Invitation.objects.count(), OutgoingMessage.objects.count()) == (0, 0)


def test_masses_of_mail_are_not_sent_through_an_application(monkeypatch):
    monkeypatch.setattr(sharing, "MAX_A_DAY", 2)
    starter = base.member()
    draft = build.draft_application(by=starter)
    for number in range(2):
        sharing.invite(draft, email=f"ny{number}@example.se", level=Level.VIEW, by=fresh(starter))

    with pytest.raises(Blocked):
        sharing.invite(draft, email="ny9@example.se", level=Level.VIEW, by=fresh(starter))

    assert Invitation.objects.count() == 2


def test_an_invited_person_without_account_gets_one_that_belongs_to_nothing_but_the_application():
    starter = base.member()
    draft = build.draft_application(by=starter)
    invitation = sharing.invite(draft, email="ny@example.se", level=Level.EDIT, by=fresh(starter))

    with pytest.raises(Blocked) as stop:
        sharing.join_and_accept(invitation, name="\x00 ", password="kort")
    assert [reason.where for reason in stop.value.reasons] == ["name", "password"]
    assert User.objects.filter(email="ny@example.se").count() == 0

    person = sharing.join_and_accept(invitation, name="Ny Person", password="en lång mening att minnas")

    assert rights(draft, person) == (True, True, False)
    assert (fresh(person).organisation_ids, fresh(person).role_codes) == (set(), set())
    assert fresh(person).check_password("en lång mening att minnas")
    assert [event.name for event in events.of(draft)] == ["start", "invite", "join", "share"]


def test_applications_from_before_are_managed_by_whoever_started_them(capsys):
    starter = base.member()
    draft = build.draft_application(by=starter)
    Participant.objects.all().delete()
    assert rules.may_manage(draft, fresh(starter)) is False
    migration = importlib.import_module("applications.migrations.0010_sharing")

    migration.let_starters_manage(apps, None)
    migration.let_starters_manage(apps, None)

    assert capsys.readouterr().out.count("applications that their starter manages: 1") == 1
    assert rights(draft, starter) == (True, True, True)
    assert Participant.objects.count() == 1
