"""Who asks is read with the session, in one statement; what Django checks of a session is checked all the same."""

import datetime as dt
import threading

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grants.accounts import backends
from grants.accounts.enums import Level
from grants.accounts.models import Membership
from grants.accounts.sessions import SessionStore
from grants.core.time import now, today
from tests.builders import base
from tests.builders.sessions import browser

pytestmark = pytest.mark.django_db
HOME = "/ansokningar/"


@pytest.fixture
def person():
    return base.member(base.region_organisation())


@pytest.fixture
def client(person):
    made = browser(person)
    assert made.get(HOME).status_code == 200  # the first page notes whose session it is
    return made


def asked(client, address=HOME):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    return answer, [query["sql"] for query in captured]


def is_signed_in(client):
    return client.get(HOME).status_code == 200


def test_session_person_and_rights_are_one_statement(client, person):
    answer, statements = asked(client)

    assert answer.wsgi_request.user == person
    for table in (
        "django_session",
        "accounts_user",
        "accounts_membership",
        "accounts_mandate",
        "accounts_authorityrole",
    ):
        found = [one for one in statements if f'FROM "{table}"' in one]
        assert found == statements[:1], table


def test_the_rights_are_those_of_a_person_read_alone():
    organisation = base.region_organisation()
    for one in (base.signatory(organisation), base.member(organisation, Level.VIEW), base.handler(), base.decider()):
        client = browser(one)
        client.get(HOME)
        read = SessionStore(client.session.session_key)
        assert read.load()["_auth_user_id"] == str(one.pk)
        alone = type(one).objects.get(pk=one.pk)

        assert read.person == alone
        for name in ("organisations_now", "roles_now", "mandates_now"):
            assert name in vars(read.person)
            assert getattr(read.person, name) == getattr(alone, name), name
        assert [found.level for found in read.person.organisations_now] == [
            found.level for found in alone.organisations_now
        ]


def test_a_session_that_nobody_is_noted_for_is_read_as_django_reads_it(client, person):
    UserSession.objects.all().delete()

    assert client.get(HOME).wsgi_request.user == person


def test_a_session_is_of_whom_it_says_and_not_of_whom_it_is_noted_for(client, person):
    other = base.member(base.region_organisation("25"))
    UserSession.objects.update(user=other)

    answer = client.get(HOME)

    assert answer.wsgi_request.user == person
    assert {one.pk for one in answer.wsgi_request.user.organisations_now} == {base.region_organisation().pk}


def test_a_right_that_is_taken_away_is_gone_at_the_next_page(client, person):
    Membership.objects.filter(user=person).update(ended_on=today())

    assert client.get(HOME).wsgi_request.user.organisations_now == []


def test_who_may_not_sign_in_any_longer_is_signed_out(client, person):
    type(person).objects.filter(pk=person.pk).update(is_active=False)

    assert is_signed_in(client) is False


def test_another_password_ends_the_session_and_nothing_of_it_is_left(client, person):
    key = client.session.session_key
    person.set_password("helt andra ord 2026")
    person.save()

    assert is_signed_in(client) is False
    assert Session.objects.filter(session_key=key).exists() is False


def test_a_session_that_is_over_or_that_was_ended_elsewhere_is_nobodys(client):
    Session.objects.update(expire_date=now() - dt.timedelta(seconds=1))
    assert is_signed_in(client) is False

    Session.objects.all().delete()
    assert is_signed_in(client) is False


@pytest.mark.parametrize("key", ["", "x", "x" * 32, "x" * 10_000, "' OR 1=1 --", "%s%s", "åäö", "\x7f"])
def test_a_key_of_nobodys_session_is_nobody(client, key):
    client.cookies[settings.SESSION_COOKIE_NAME] = key

    assert is_signed_in(client) is False


@pytest.mark.parametrize("quoted", ['"\\000aaaaaaaaaaaa"', '"abc\\000defghijk"', '"\\355\\240\\200aaaaaaaaa"'])
def test_a_cookie_that_no_database_could_hold_is_nobody(quoted):
    answer = Client().get(HOME, headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={quoted}"})

    assert answer.status_code == 302


def test_who_signs_out_and_another_who_signs_in_are_not_taken_for_each_other(client, person):
    other = base.member(base.region_organisation("25"))
    client.post(reverse("account_logout"))
    assert is_signed_in(client) is False

    client.force_login(other, backend="grants.accounts.backends.PasswordBackend")

    for _ in range(2):
        assert client.get(HOME).wsgi_request.user == other


def test_a_backend_takes_only_the_person_that_is_lent_and_only_where_it_is(person):
    other = base.member(base.region_organisation("25"))
    backend = backends.PasswordBackend()

    with backends._lent(person):
        assert backend.get_user(person.pk) is person
        assert backend.get_user(other.pk) == other
        seen = []
        thread = threading.Thread(target=lambda: seen.append(backends._read.get()))
        thread.start()
        thread.join()
        person.is_active = False
        assert backend.get_user(person.pk) is None

    assert seen == [None]
    assert backends._read.get() is None


def test_a_visitor_without_a_session_costs_no_statement_for_it():
    answer, statements = asked(Client(), "/konto/login/")

    assert answer.status_code == 200
    assert [one for one in statements if "django_session" in one] == []
