"""Lines of the log: who asked for what with which answer, as JSON, and nothing that somebody typed."""

import io
import json
import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.core.logs import json_formatter, log
from grants.core.time import now
from tests.builders import base

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """What the request log and another logger write, each line read as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(json_formatter())
    loggers = (log, logging.getLogger("tests.logs"))
    before = [(one, one.level) for one in loggers]
    for one in loggers:
        one.addHandler(handler)
        one.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for one, level in before:
        one.removeHandler(handler)
        one.setLevel(level)


def test_a_request_is_one_line_with_who_what_and_how_it_went(client, lines):
    person = base.handler()
    client.force_login(person)

    answer = client.get("/arenden/?q=hemligt+ord")

    (line,) = lines()
    assert line.pop("ms") >= 0 and line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "logger": "projektmedel.request",
        "level": "info",
        "request_id": answer.headers["X-Request-Id"],
        "method": "GET",
        "path": "/arenden/",
        "status": 200,
        "user_id": str(person.pk),
    }


def test_a_visitors_page_is_logged_without_asking_who_it_is(client, lines):
    base.reference_data()

    with CaptureQueriesContext(connection) as caught:
        client.get("/kontakt/")

    assert lines()[-1]["user_id"] is None
    assert [query["sql"] for query in caught if "session" in query["sql"] or "accounts_user" in query["sql"]] == []


def test_nothing_that_was_typed_is_in_the_log(client, lines):
    client.post("/konto/login/?next=/hemlig-sida/", {"login": "namn@example.se", "password": "hemligt lösenord"})

    written = json.dumps(lines(), ensure_ascii=False)
    assert [word in written for word in ("namn@example.se", "hemligt", "hemlig-sida")] == [False, False, False]


def test_a_path_cannot_forge_a_line(client, lines):
    client.get("/x%0a%7b%22event%22:%22request%22%7d/")

    assert [line["path"] for line in lines()] == ['/x\n{"event":"request"}/']


def test_other_lines_of_the_same_request_carry_its_id(client, lines, monkeypatch):
    def telling():
        logging.getLogger("tests.logs").info("inne")
        return now()

    monkeypatch.setattr("grants.portal.views.public.now", telling)

    client.get("/")
    client.get("/kontakt/")

    inside, first, second = lines()
    assert (inside["event"], len(inside["request_id"])) == ("inne", 32)
    assert inside["request_id"] == first["request_id"] != second["request_id"]
