"""Production refuses to start without what it needs, with a sentence that says what to set (TRUST section 6)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grants.settings.base import KNOWN_KEY

ROOT = Path(__file__).resolve().parent.parent.parent
WHOLE = {
    "SECRET_KEY": "k1-Xq8ZpR4vT7mW2yB5nC9dF3gH6jK0lS-aEuIoPzQxWvYtRs-0123456789",
    "ALLOWED_HOSTS": "projektmedel.example.se",
    "DATABASE_URL": "postgres://projektmedel@db.example.se/projektmedel",
    "BASE_URL": "https://projektmedel.example.se",
    "CLAMD_ADDRESS": "clamd.example.se:3310",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.se:587",
}


def started(tmp_path, **changes):
    """The last line that importing the production settings says, or "" when they are accepted; None takes a value away."""
    given = {**WHOLE, "VAR_DIR": str(tmp_path), **changes}
    env = {name: value for name, value in given.items() if value is not None} | {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", "import grants.settings.production as s; assert s.EMAIL_TIMEOUT == 20"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def test_a_whole_environment_starts(tmp_path):
    assert started(tmp_path) == ""


def test_without_a_scanner_production_starts_only_when_the_operator_says_so(tmp_path):
    assert started(tmp_path, CLAMD_ADDRESS=None, ATTACHMENTS_UNSCANNED="1") == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": None}, "at least 50 random characters"),
        ({"SECRET_KEY": KNOWN_KEY}, "known to all"),
        ({"SECRET_KEY": "a" * 60}, "at least 50 random characters"),
        ({"SECRET_KEY": "abcabcabc" * 10}, "at least 50 random characters"),
        ({"SECRET_KEY_FILE": "/finns/inte"}, "SECRET_KEY_FILE=/finns/inte cannot be read: No such file or directory."),
        ({"EMAIL_URL": None}, "Set EMAIL_URL"),
        ({"DATABASE_URL": None}, "Set DATABASE_URL"),
        ({"ALLOWED_HOSTS": "*"}, "Set ALLOWED_HOSTS"),
        ({"BASE_URL": "http://projektmedel.example.se"}, "Set BASE_URL"),
        ({"CLAMD_ADDRESS": None}, "Set CLAMD_ADDRESS"),
        ({"ATTACHMENTS_UNSCANNED": "1"}, "one of the two"),
        ({"DEBUG": "1"}, "DEBUG must not be on"),
        ({"DEMO": "1"}, "DEMO must not be on"),
    ],
)
def test_what_is_missing_or_weak_is_refused_with_what_to_do(tmp_path, changes, said):
    last = started(tmp_path, **changes)

    assert last.startswith("django.core.exceptions.ImproperlyConfigured:")
    assert said in last
