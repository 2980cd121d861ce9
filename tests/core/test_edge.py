"""The stamp of arrival: noted when the whole request is here, never older than two minutes, never from the client."""

import datetime as dt
import time

import pytest

from grants.core import edge
from grants.core.time import now

HEAD = b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (HEAD + b"abc", True),
        (HEAD + b"ab", False),
        (HEAD[:-2], False),
        (b"", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", False),
    ],
)
def test_a_request_is_whole_when_its_last_byte_is_here(data, whole):
    assert edge.is_whole(data) is whole


def stamped(seconds_ago: float) -> dt.datetime:
    token = edge._stamp.set(time.time() - seconds_ago)
    try:
        return edge.arrived_at()
    finally:
        edge._stamp.reset(token)


def test_the_stamp_counts_while_the_request_waits():
    before = now()

    assert dt.timedelta(seconds=29) < before - stamped(30) < dt.timedelta(seconds=31)


@pytest.mark.parametrize("seconds_ago", [121, -5])
def test_a_stamp_that_cannot_be_right_is_left_aside(seconds_ago):
    assert abs(stamped(seconds_ago) - now()) < dt.timedelta(seconds=2)


def test_without_a_stamp_the_clock_of_the_view_counts():
    assert abs(edge.arrived_at() - now()) < dt.timedelta(seconds=2)
