"""The public page that is kept for visitors: the same for all, and never older than what was done with the call."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls import actions
from calls.models import Call
from grants.core.time import pretend
from tests.builders.base import call_manager, member
from tests.builders.calls import open_call
from tests.calls.rich import rich_call

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty():
    caches["process"].clear()


def main_of(response):
    """What stands between the header and the footer; the rest has a new nonce for every answer."""
    text = response.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def test_the_second_visitor_gets_the_same_page_for_two_questions_to_the_database(client):
    url = rich_call(3).get_absolute_url()
    first = client.get(url)

    with CaptureQueriesContext(connection) as asked:
        second = client.get(url)

    assert main_of(second) == main_of(first)
    assert len(asked) == 2


def test_what_is_done_with_the_call_shows_on_the_next_visit(client):
    call = open_call()
    client.get(call.get_absolute_url())

    actions.cancel(call, by=call_manager(), reason="Medlen drogs in.")

    assert "Utlysningen är inställd." in client.get(call.get_absolute_url()).content.decode()


def test_the_end_of_the_time_to_apply_shows_at_once_even_within_a_minute(client):
    call = open_call()
    end = call.closes_at
    for second, is_open in ((-1, True), (0, False)):
        with pretend(end + dt.timedelta(seconds=second)):
            assert ("Starta ansökan" in main_of(client.get(call.get_absolute_url()))) == is_open


def test_a_person_who_is_signed_in_neither_leaves_nor_gets_a_kept_page(client):
    call = open_call()
    person = member()
    client.force_login(person)
    own = main_of(client.get(call.get_absolute_url()))
    client.logout()

    visitors = main_of(client.get(call.get_absolute_url()))

    client.force_login(person)
    assert main_of(client.get(call.get_absolute_url())).count("<form") == own.count("<form") == 1
    assert visitors.count("<form") == 0


def test_a_call_without_history_is_not_kept(client):
    call = open_call()
    client.get(call.get_absolute_url())
    from grants.core.models import StreamHead

    StreamHead.objects.filter(pk=call.stream).delete()
    Call.objects.filter(pk=call.pk).update(title="Ett annat namn")

    assert "Ett annat namn" in main_of(client.get(call.get_absolute_url()))
