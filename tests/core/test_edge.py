"""The instant of arrival: when the last byte came in, not when somebody had time for it; never from what the client says."""

import datetime as dt
import socket
import time
from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from grants.core import edge
from grants.core.time import now


@pytest.fixture
def pair():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with socket.create_connection(listener.getsockname()) as client:
            server, _ = listener.accept()
            with server:
                yield client, server


def request_on(connection, **headers):
    return RequestFactory().post("/x", {"a": "1"}, **{"gunicorn.socket": connection}, **headers)


def test_waiting_for_a_thread_does_not_count(pair):
    client, server = pair
    client.sendall(b"the whole request")
    sent = now()
    time.sleep(0.6)

    assert abs(edge.arrived_at(request_on(server)) - sent) < dt.timedelta(seconds=0.3)


def test_the_last_byte_counts_not_the_first(pair):
    client, server = pair
    client.sendall(b"head")
    time.sleep(0.6)
    client.sendall(b"body")
    sent = now()

    assert edge.arrived_at(request_on(server)) > sent - dt.timedelta(seconds=0.3)


@pytest.mark.parametrize("connection", [None, object(), SimpleNamespace(getsockopt=lambda *_: b"\xff" * 56)])
def test_without_a_time_that_can_be_right_the_clock_of_the_view_counts(connection):
    assert abs(edge.arrived_at(request_on(connection)) - now()) < dt.timedelta(seconds=2)


def test_a_header_of_the_client_changes_nothing():
    request = request_on(None, HTTP_GUNICORN_SOCKET="1", HTTP_X_REQUEST_START="t=1")

    assert abs(edge.arrived_at(request) - now()) < dt.timedelta(seconds=2)
