"""The test runner alone goes around the append-only triggers, and puts them back."""

import socket
import uuid

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from grants.core import triggers
from grants.core.models import Event


@pytest.mark.django_db(transaction=True)
def test_the_flush_empties_append_only_tables_and_leaves_the_triggers_in_place():
    before = triggers.installed(connection)
    Event.objects.create(stream=uuid.uuid4(), seq=1, name="created", label="Skapad", at=timezone.now(), hash="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.all().delete()

    call_command("flush", interactive=False, verbosity=0)

    assert Event.objects.count() == 0
    assert triggers.installed(connection) == before != set()


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "projektmedel.example.se"])
def test_no_test_reaches_beyond_this_machine(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as client, pytest.raises(ConnectionRefusedError, match="outside this machine"):
        client.connect((address, 25))


def test_this_machine_is_reached():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()

        client.connect(server.getsockname())

        assert client.getpeername() == server.getsockname()


@pytest.mark.browser
def test_the_browser_shows_the_foundation_and_both_typefaces(page, live_server):
    html = """<!doctype html><html lang="sv"><link rel="stylesheet" href="/static/vendor/fonts.css">
        <link rel="stylesheet" href="/static/vendor/foundation.css"><button class="ds-button">Skicka in ansökan</button>"""
    page.route("**/prov", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(f"{live_server.url}/prov")

    count = "async ([font, text]) => (await document.fonts.load(font, text)).length"
    loaded = [
        page.evaluate(count, [f'{weight} 16px "{family} Variable"', text])
        for family in ("Source Sans 3", "Source Serif 4")
        for weight in (400, 600)
        for text in ("åäö", "čđŋ")
    ]

    assert loaded == [1] * 8
    assert page.evaluate("getComputedStyle(document.querySelector('button')).cursor") == "pointer"
