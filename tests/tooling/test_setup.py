"""Set-up: does what is left to do, once, and never takes away what another command needs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import setup
from tools import test as make_test

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def venv(monkeypatch, tmp_path):
    """A folder in place of .venv, and the lock files that were synchronised into it."""
    (tmp_path / "pyvenv.cfg").write_text("version = 3.11.7\n")
    synced: list[str] = []
    monkeypatch.setattr(setup, "VENV", tmp_path)
    monkeypatch.setattr(setup, "PACKAGES_STAMP", tmp_path / ".packages-stamp")
    monkeypatch.setattr(setup, "sync_with_uv", lambda locked: synced.append(locked.name) or True)
    for name in ("django", "celery"):
        (tmp_path / "lib" / "python3.11" / "site-packages" / f"{name}-1.0.dist-info").mkdir(parents=True)
    return synced


def test_packages_are_installed_once_and_counted(venv):
    assert setup.install_packages("run") == 2
    assert setup.install_packages("run") == 0
    assert venv == ["requirements.txt"]


def test_running_after_testing_keeps_the_development_packages(venv):
    setup.install_packages("run")
    setup.install_packages("dev")

    assert setup.install_packages("run") == 0
    assert venv == ["requirements.txt", "requirements-dev.txt"]


def test_a_changed_lock_brings_the_development_packages_again_after_testing(venv, monkeypatch, tmp_path):
    setup.install_packages("dev")
    changed = tmp_path / "requirements-dev.txt"
    changed.write_text("django==9\n")
    monkeypatch.setitem(setup.PROFILES, "dev", changed)

    assert setup.install_packages("run") == 2
    assert venv == ["requirements-dev.txt", "requirements-dev.txt"]


def test_another_interpreter_installs_anew(venv, tmp_path):
    setup.install_packages("run")
    (tmp_path / "pyvenv.cfg").write_text("version = 3.13.0\n")

    assert setup.install_packages("run") == 2


def test_an_installation_that_was_cut_short_runs_again(venv, monkeypatch):
    setup.install_packages("run")
    monkeypatch.setattr(setup, "sync_with_uv", lambda locked: sys.exit(1))
    with pytest.raises(SystemExit):
        setup.install_packages("dev")
    monkeypatch.setattr(setup, "sync_with_uv", lambda locked: venv.append(locked.name) or True)

    assert setup.install_packages("run") == 2


def test_where_uv_fails_pip_installs_the_same_hashes(venv, monkeypatch):
    commands: list[list[str]] = []
    monkeypatch.setattr(setup, "sync_with_uv", lambda locked: False)
    monkeypatch.setattr(setup, "run", lambda command, **kwargs: commands.append([str(part) for part in command]))

    setup.install_packages("run")

    assert [command[-3:] for command in commands] == [["--require-hashes", "-r", str(ROOT / "requirements.txt")]]


@pytest.fixture
def database(monkeypatch, tmp_path):
    """A fresh folder for the database, and the commands that were run for it."""
    commands: list[str] = []

    def run(command, **kwargs):
        commands.append(command[2])
        (tmp_path / "projektmedel.sqlite3").touch()

    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(setup, "run", run)
    return commands


def test_the_database_is_prepared_once(database):
    assert setup.prepare_database() == ["created the database"]
    assert setup.prepare_database() == []
    assert database == ["migrate", "createcachetable", "load_reference_data"]


def test_a_changed_migration_or_reference_file_updates_the_database(database, monkeypatch):
    setup.prepare_database()
    monkeypatch.setattr(setup, "fingerprint", lambda *paths: "another")

    assert setup.prepare_database() == ["updated the database"]


def test_a_database_that_was_removed_or_replaced_is_prepared_again(database, tmp_path):
    setup.prepare_database()
    (tmp_path / "projektmedel.sqlite3").unlink()
    assert setup.prepare_database() == ["created the database"]

    (tmp_path / "other").touch()
    (tmp_path / "other").rename(tmp_path / "projektmedel.sqlite3")
    assert setup.prepare_database() == ["updated the database"]


def test_a_database_of_an_address_is_always_asked(database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://user@host/database")

    assert [setup.prepare_database(), setup.prepare_database()] == [["updated the database"]] * 2


def test_what_the_database_holds_depends_on_migrations_and_reference_data():
    names = {str(path.relative_to(ROOT)) for path in setup.database_inputs()}

    assert "calls/migrations/__init__.py" in names
    assert "grants/core/migrations/__init__.py" in names
    assert "grants/core/triggers.py" in names
    assert any(name.startswith("grants/strategy/data/") for name in names)
    assert [name for name in names if "__pycache__" in name or name.startswith(".venv")] == []


def test_an_older_python_gets_a_sentence_instead_of_a_traceback():
    script = "import sys; sys.version_info = (3, 9, 2); import tools"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr == (
        "Python 3.11 or newer is needed, this is 3.9. Name one, for example: make run PYTHON=python3.12\n"
    )


def test_the_tests_see_nothing_of_the_callers_services():
    environment = make_test.test_environment(
        {"DATABASE_URL": "postgres://x", "CELERY_BROKER_URL": "redis://x", "AUTHORITY_NAME": "x", "PATH": "/bin"},
        "/folder",
    )

    assert environment == {"PATH": "/bin", "DJANGO_SETTINGS_MODULE": "grants.settings.test", "VAR_DIR": "/folder"}


@pytest.mark.parametrize(
    ("on_postgres", "on_sqlite", "arguments", "status"),
    [
        (0, 0, [], 0),
        (1, 0, [], 1),
        (0, 1, [], 1),
        (5, 0, [], 5),  # an empty suite
        (0, 5, [], 5),
        (5, 0, ["-k", "browser"], 0),
        (0, 5, ["-k", "postgres"], 0),
        (5, 5, ["-k", "nothing"], 5),
    ],
)
def test_make_test_fails_when_any_suite_fails_or_is_empty(monkeypatch, on_postgres, on_sqlite, arguments, status):
    monkeypatch.setenv("DATABASE_URL_TEST", "postgres://given")
    answers = {"postgres://given": on_postgres, None: on_sqlite}
    ran = {url: make_test.Suite(answer, f"report of {url}") for url, answer in answers.items()}
    monkeypatch.setattr(make_test, "pytest", lambda arguments, environment: ran[environment.get("DATABASE_URL")])

    assert make_test.run_suites(arguments, {}) == status


def test_a_failing_check_is_named_and_ends_the_run(monkeypatch, capsys):
    fails = [sys.executable, "-c", "raise SystemExit(3)"]
    passes = [sys.executable, "-c", ""]
    monkeypatch.setattr(make_test, "CHECKS", (("lint", fails), ("format", passes), ("types", fails)))

    with pytest.raises(SystemExit) as end:
        make_test.check({})

    said = capsys.readouterr()
    assert end.value.code == 1
    assert said.err == "Failed: lint, types. The tests were not run.\n"
    assert "format: ok" in said.out
