"""make test: lint, types, checks, the suite on PostgreSQL, then all of it with the browser tests on SQLite.

Stops at the first part that fails. The last lines are pytest's own summary.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence

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
    """PostgreSQL first, then SQLite with the browser; returns the status of the first that fails."""
    print("\nThe suite on PostgreSQL", flush=True)
    with postgres_url() as url:
        on_postgres = pytest(["-m", "not browser", *pytest_arguments], {**environment, "DATABASE_URL": url})
    # A selection given by ARGS may hold browser tests only; without one, an empty suite is a failure.
    if on_postgres != 0 and not (on_postgres == NO_TESTS_COLLECTED and pytest_arguments):
        return on_postgres
    print("\nThe suite and the browser tests on SQLite", flush=True)
    on_sqlite = pytest(["-m", "not postgres_only", *pytest_arguments], environment)
    if on_sqlite == NO_TESTS_COLLECTED and on_postgres == 0 and pytest_arguments:
        return 0
    return on_sqlite


def pytest(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    command = [str(PYTHON), "-m", "pytest", "--durations=10", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


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
