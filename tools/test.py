"""make test: lint, types, checks, then the suite on PostgreSQL and, beside it, on SQLite with the browser tests.

The tests are not run when a check fails. The last lines are pytest's own summary.
"""

import argparse
import concurrent.futures
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools import services, setup, system
from tools.common import PYTHON, ROOT, fail

SETTINGS = {"DJANGO_SETTINGS_MODULE": "grants.settings.test"}
BIN = PYTHON.parent
CHECKS: tuple[tuple[str, Sequence[object]], ...] = (
    ("lint", (BIN / "ruff", "check", "--quiet", ".")),
    ("format", (BIN / "ruff", "format", "--check", "--quiet", ".")),
    ("types", (BIN / "mypy",)),
    ("Django's checks", (PYTHON, "manage.py", "check", "--fail-level", "WARNING")),
    ("missing migrations", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
)
CALLERS_OWN = (
    "DATABASE_",
    "CELERY_",
    "EMAIL_",
    "SECRET_KEY",
    "MEDIA_",
    "BASE_URL",
    "AUTHORITY_",
    "ATTACHMENT_",
    "CLAMD_",
)
"""Beginnings of the names of variables that would change what the tests see (docs/operations.md)."""

NO_TESTS_COLLECTED = 5
"""pytest's status when nothing was selected."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    parser.add_argument("--only-checks", action="store_true", help="no tests, only lint, types and checks")
    options, pytest_arguments = parser.parse_known_args(arguments)
    did = setup.setup(dev=True, database=False)
    print(f"Set-up: {', '.join(did) or 'nothing to do'}.", flush=True)
    with tempfile.TemporaryDirectory(prefix="projektmedel-test-", ignore_cleanup_errors=True) as folder:
        environment = test_environment(os.environ, folder)
        check(environment)
        if options.only_checks:
            return 0
        system.ensure()
        return run_suites(pytest_arguments, environment)


def test_environment(base: Mapping[str, str], folder: str) -> dict[str, str]:
    """The environment of every part: test settings, a folder of its own, no database or broker of the caller's."""
    kept = {name: value for name, value in base.items() if not name.startswith(CALLERS_OWN)}
    return {**kept, **SETTINGS, "VAR_DIR": folder}


def check(environment: Mapping[str, str]) -> None:
    """Run every check, then end with status 1 when any failed: one run shows all that is to mend."""
    failed = []
    for name, command in CHECKS:
        began = time.monotonic()
        status = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment).returncode
        print(f"{name}: {'ok' if status == 0 else 'FAILED'} ({time.monotonic() - began:.0f} s)", flush=True)
        if status != 0:
            failed.append(name)
    if failed:
        fail(f"Failed: {', '.join(failed)}. The tests were not run.")


def run_suites(pytest_arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Both databases side by side, one core each; returns the status of the first that fails, whose report is printed last."""
    with postgres_url() as url, concurrent.futures.ThreadPoolExecutor(2) as side_by_side:
        on_postgres = side_by_side.submit(
            pytest, ["-m", "not browser and not once", *pytest_arguments], {**environment, "DATABASE_URL": url}
        )
        # Migrations run on PostgreSQL, in tests of their own, and on SQLite where tests/tooling start the service.
        on_sqlite = side_by_side.submit(
            pytest, ["-m", "not postgres_only", "--nomigrations", *pytest_arguments], environment
        )
        began = time.monotonic()
        while concurrent.futures.wait([on_postgres, on_sqlite], timeout=60).not_done:
            print(f"The suite is running on both databases, {(time.monotonic() - began) / 60:.0f} min …", flush=True)
    suites = {"PostgreSQL": on_postgres.result(), "SQLite, with the browser": on_sqlite.result()}
    # A selection given by ARGS may hold tests of one database only; without one, an empty suite is a failure.
    empty = {name for name, suite in suites.items() if suite.status == NO_TESTS_COLLECTED and pytest_arguments}
    if len(empty) < len(suites):
        suites = {name: suite for name, suite in suites.items() if name not in empty}
    for name, suite in sorted(suites.items(), key=lambda item: (item[1].status != 0, item[0])):
        print(f"\nThe suite on {name}\n{suite.report}", flush=True)
    return next((suite.status for suite in suites.values() if suite.status != 0), 0)


class Suite(NamedTuple):
    """How a run of pytest ended, and what it printed."""

    status: int
    report: str


def pytest(arguments: Sequence[str], environment: Mapping[str, str]) -> Suite:
    command = [str(PYTHON), "-m", "pytest", "--durations=10", *arguments]
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return Suite(ran.returncode, ran.stdout)


@contextlib.contextmanager
def postgres_url():
    """The PostgreSQL of DATABASE_URL_TEST or DATABASE_URL when one of them names any, else a temporary cluster.

    Django makes and drops a database of its own there, named test_ and the given name.
    """
    for name in ("DATABASE_URL_TEST", "DATABASE_URL"):
        url = os.environ.get(name, "")
        if url.startswith(("postgres:", "postgresql:", "psql:", "pgsql:")):
            yield url
            return
    with services.postgres() as service:
        yield service.url


if __name__ == "__main__":
    sys.exit(main())
