"""What every test stands on: the browser's start, the flush that goes around the append-only triggers, the order."""

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client

from grants.core import triggers
from tests.builders.kept import way
from tools import system

BROWSER_ARGUMENTS = [
    "--no-sandbox",  # the machine of the tests may run them as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--lang=sv-SE",
]

# The browser's driver keeps an event loop in the thread of the tests, which Django takes for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: the driver's event loop stays until the session ends."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres_only") and connection.vendor != "postgresql":
        pytest.fail(
            "This test needs PostgreSQL: tools/with_postgres.py -- .venv/bin/python -m pytest, or leave it out with "
            "-m 'not postgres_only'.",
            pytrace=False,
        )


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's browser, as pytest-playwright's fixture of this name wants it."""
    path = system.browser()
    if path is None:
        pytest.fail(system.complaint(p for p in system.PROGRAMS if p.package == "chromium"), pytrace=False)
    return {"executable_path": path, "args": BROWSER_ARGUMENTS, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "sv-SE", "timezone_id": "Europe/Stockholm", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session", autouse=True)
def flush_around_triggers() -> Iterator[None]:
    """Let the flush after a transactional test empty the append-only tables too.

    The triggers refuse DELETE and TRUNCATE, and nothing but the test runner may go around them.
    """
    patch = pytest.MonkeyPatch()
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_with_triggers_suspended(operations: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with triggers.suspended(connections[operations.connection.alias]):
            flush(operations, sql_list)

    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_with_triggers_suspended)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def no_rules_of_another_test() -> None:
    """What a process keeps of calls between requests: states that are written again have the same keys in every test."""
    from calls import whole

    whole._kept_call.cache_clear()
    whole._frozen_form.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """No test reaches beyond this machine: a mail server or an address in a text must never be real."""
    patch = pytest.MonkeyPatch()
    connect = socket.socket.connect

    def connect_within_the_machine(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(str(address[0])):
            raise ConnectionRefusedError(f"A test tried to reach {address[0]}, outside this machine.")
        connect(self, address)

    patch.setattr(socket.socket, "connect", connect_within_the_machine)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def tokens_in_forms() -> Iterator[None]:
    """Every form that posts carries its token on every page that any test asks for: the test client does not miss it, people do."""
    asked = Client.request

    def request(self: Client, **given: Any) -> Any:
        answer = asked(self, **given)
        if not answer.streaming and (posts := answer.content.count(b'method="post"')):
            tokens = answer.content.count(b'name="csrfmiddlewaretoken"')
            assert tokens >= posts, f"{given['PATH_INFO']}: {posts} forms post, {tokens} carry a token."
        return answer

    Client.request = request  # type: ignore[method-assign]
    yield
    Client.request = asked  # type: ignore[method-assign]


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The reference data once for all: loading them takes longer than most tests. Transactional tests load them anew."""
    with django_db_blocker.unblock():
        call_command("load_reference_data", verbosity=0)
        way.begin()
    with connection.execute_wrapper(way.watch):
        yield


@pytest.fixture(scope="module", autouse=True)
def states_of_the_module() -> Iterator[None]:
    """What a module's world writes is rolled back when the module is done (tests.builders.kept)."""
    with way.rolled_back(test=False):
        yield


@pytest.fixture(autouse=True)
def states_of_the_test(request: pytest.FixtureRequest, states_of_the_module: None) -> Iterator[None]:
    """What a test writes is rolled back; one that commits, or puts something in the place of the code, builds for real."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))
    caches["process"].clear()  # it goes by keys and hashes of rows, which come again when states are written again
    with way.rolled_back(test=True, commits=commits, apart=is_patched(request.node)):
        yield


def is_patched(test: Any) -> bool:
    """Whether the test, or a fixture of ours that it uses, takes ``monkeypatch``; pytest-django's own do."""
    ours = [one[-1] for one in test._fixtureinfo.name2fixturedefs.values() if one[-1].baseid.startswith("tests")]
    return any("monkeypatch" in names for names in (test._fixtureinfo.argnames, *(one.argnames for one in ours)))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Modules and tests live as long as the run: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
