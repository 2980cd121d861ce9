"""The pages of sharing and the link of an invitation, as people press them."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from applications import sharing
from applications.models import Invitation, Participant
from grants.accounts.enums import Level
from grants.accounts.models import User
from grants.core import mail
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
PASSWORD = "en lång mening att minnas"


@pytest.fixture
def starter():
    return base.member()


@pytest.fixture
def draft(starter):
    return build.draft_application(by=starter)


def invited(draft, starter, email="ny@example.se", level=Level.EDIT):
    invitation = sharing.invite(draft, email=email, level=level, by=fresh(starter))
    return invitation, reverse("applications:invitation", args=[mail.key_of(invitation.seed)])


def test_a_manager_invites_by_the_page_and_takes_it_back(draft, starter):
    client = signed_in(starter)

    answer = client.post(url("sharing", draft), {"email": "ny@example.se", "level": "edit"})
    assert (answer.status_code, Invitation.objects.get().email) == (302, "ny@example.se")
    assert "ny@example.se" in client.get(url("sharing", draft)).content.decode()

    gone = client.post(url("invitation_change", draft), {"invitation": Invitation.objects.get().pk, "gor": "ta-bort"})
    assert (gone.status_code, Invitation.objects.pending().count()) == (302, 0)
    again = client.post(url("invitation_change", draft), {"invitation": Invitation.objects.get().pk, "gor": "ta-bort"})
    assert again.status_code == 422


def test_a_faulty_address_is_told_at_its_field_and_kept(draft, starter):
    answer = signed_in(starter).post(url("sharing", draft), {"email": "inte en adress", "level": "edit"})

    text = answer.content.decode()
    assert (answer.status_code, Invitation.objects.count()) == (422, 0)
    assert "Skriv personens e-postadress som namn@organisation.se." in text
    assert 'value="inte en adress"' in text


def test_those_who_do_not_manage_see_who_is_there_and_no_buttons(draft, starter):
    reader = base.member(level=Level.VIEW)
    client = signed_in(reader)

    text = client.get(url("sharing", draft)).content.decode()

    assert starter.name in text
    assert "Skicka inbjudan" not in text and "Lämna över" not in text
    assert client.post(url("sharing", draft), {"email": "ny@example.se", "level": "edit"}).status_code == 403
    assert Invitation.objects.count() == 0


def test_levels_are_changed_handed_over_and_left_by_the_page(draft, starter):
    guest = base.person()
    invitation, _ = invited(draft, starter, guest.email, Level.VIEW)
    sharing.accept(invitation, by=fresh(guest))
    held = Participant.objects.get(user=guest)
    client = signed_in(starter)

    client.post(url("share", draft, held.pk), {"gor": "niva", "level": "edit"})
    assert fresh(held).level == Level.EDIT
    client.post(url("share", draft, held.pk), {"gor": "lamna-over"})
    assert fresh(held).level == Level.MANAGE
    refused = client.post(url("share", draft, held.pk), {"gor": "ta-bort"})
    assert (refused.status_code, fresh(held).ended_at) == (403, None)
    own = Participant.objects.get(user=starter)
    assert client.post(url("share", draft, own.pk), {"gor": "ta-bort"}).url == url("sharing", draft)
    last = signed_in(guest).post(url("share", draft, held.pk), {"gor": "ta-bort"})
    assert (last.status_code, fresh(held).ended_at) == (422, None)
    assert sharing.LAST in last.content.decode()


def test_a_guest_who_leaves_comes_to_the_own_list_and_no_longer_sees_the_application(draft, starter):
    guest = base.person()
    invitation, _ = invited(draft, starter, guest.email)
    sharing.accept(invitation, by=fresh(guest))
    client = signed_in(guest)

    answer = client.post(url("share", draft, Participant.objects.get(user=guest).pk), {"gor": "ta-bort"})

    assert answer.url == reverse("applications:mine")
    assert client.get(url("detail", draft)).status_code == 404


@pytest.mark.parametrize("press", ["", "niva", "lamna-over", "ta-bort", "\x00"])
def test_a_share_of_another_application_is_not_touched(draft, starter, press):
    other = Participant.objects.get(application=build.draft_application())

    answer = signed_in(starter).post(url("share", draft, other.pk), {"gor": press, "level": "view"})

    assert (answer.status_code, fresh(other).level, fresh(other).ended_at) == (422, Level.MANAGE, None)


def test_somebody_without_account_chooses_name_and_password_and_is_in_the_application(draft, starter):
    _, link = invited(draft, starter)
    client = Client()

    page = client.get(link).content.decode()
    assert "ny@example.se" in page and "Skapa konto och tacka ja" in page
    assert client.post(link, {"name": "Ny", "password": "kort"}).status_code == 422
    assert User.objects.filter(email="ny@example.se").count() == 0

    answer = client.post(link, {"name": "Ny Person", "password": PASSWORD})

    assert answer.url == draft.get_absolute_url()
    assert client.get(answer.url).status_code == 200
    assert client.get(reverse("applications:mine")).content.decode().count(f'href="{draft.get_absolute_url()}"') == 1
    # The link is used: it opens the application for its person and says no more to anybody else.
    assert client.get(link).url == draft.get_absolute_url()
    assert Client().get(link).status_code == 404


def test_somebody_with_an_account_is_asked_to_sign_in_and_comes_back(draft, starter):
    guest = base.person()
    _, link = invited(draft, starter, guest.email)

    assert f"next={link.replace('/', '%2F')}" in Client().get(link).content.decode()
    assert Client().post(link, {"name": "Ny", "password": PASSWORD}).status_code == 200
    client = signed_in(guest)
    assert "Tacka ja" in client.get(link).content.decode()
    assert client.post(link).url == draft.get_absolute_url()
    assert Participant.objects.filter(user=guest).count() == 1


def test_another_account_cannot_use_the_link_and_is_told_what_to_do(draft, starter):
    _, link = invited(draft, starter)
    client = signed_in(base.person())

    assert "Inbjudan gäller en annan adress" in client.get(link).content.decode()
    assert client.post(link).status_code == 403
    assert (Participant.objects.count(), Invitation.objects.pending().count()) == (1, 1)


@pytest.mark.parametrize("key", ["x", "0" * 64, "å%00", "<script>", "1" * 4_000])
def test_a_link_that_was_never_given_says_nothing(key):
    answer = Client().get(reverse("applications:invitation", args=[key]))

    assert answer.status_code == 404
    assert "Inbjudan gäller inte längre" in answer.content.decode()


def test_the_own_page_shows_invitations_and_accepts_them(draft, starter):
    guest = base.person()
    invitation, _ = invited(draft, starter, guest.email)
    client, stranger = signed_in(guest), signed_in(base.person())
    accept = reverse("applications:invitation_accept")

    assert "Du är inbjuden till" in client.get(reverse("applications:mine")).content.decode()
    for wrong in ("", "x\x00", str(uuid.UUID(int=3))):
        assert client.post(accept, {"invitation": wrong}).status_code == 404
    assert stranger.post(accept, {"invitation": invitation.pk}).status_code == 404
    assert client.post(accept, {"invitation": invitation.pk}).url == draft.get_absolute_url()


def test_too_many_tries_are_stopped_for_a_while(settings):
    settings.ACCOUNT_RATE_LIMITS = {"answer_invitation": "2/m/ip"}
    client = Client(REMOTE_ADDR="192.0.2.77")
    link = reverse("applications:invitation", args=["x"])

    assert [client.post(link).status_code for _ in range(3)] == [404, 404, 429]


def test_the_page_costs_the_same_for_any_number_of_people(starter, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(sharing, "MAX_A_DAY", 1_000)
    costs = []
    for guests in (1, 3, 40):
        draft = build.draft_application(by=starter)
        for number in range(guests):
            person = base.person()
            invitation, _ = invited(draft, starter, person.email)
            sharing.accept(invitation, by=fresh(person))
            invited(draft, starter, f"vantar{number}@example.se")
        client = signed_in(starter)
        client.get(url("sharing", draft))
        with django_assert_max_num_queries(25) as counted:
            assert client.get(url("sharing", draft)).status_code == 200
        costs.append(len(counted))

    assert costs == [costs[0]] * 3
