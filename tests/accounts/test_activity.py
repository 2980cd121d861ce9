"""Sessions are noted for their owner, seldom enough to cost nothing."""

import time

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders.base import reader

pytestmark = pytest.mark.django_db


def writes(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return sum(query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE") for query in asked.captured_queries)


def test_a_session_is_noted_once_in_five_minutes(client):
    client.force_login(reader())

    assert writes(client, "/arbetslista/") > 0
    assert UserSession.objects.count() == 1
    assert writes(client, "/arbetslista/") == 0
    with time_machine.travel(time.time() + 301):
        assert writes(client, "/arbetslista/") > 0
    assert UserSession.objects.count() == 1


def test_a_visitor_of_a_public_page_costs_no_session(client):
    assert writes(client, "/kontakt/") == 0

    assert "sessionid" not in client.cookies
