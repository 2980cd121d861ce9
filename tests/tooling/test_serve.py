"""manage.py serve: web, worker and scheduler together, with real processes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from grants.core.management.commands import serve
from tools.services import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """A database with tables and reference data in a folder of its own."""
    outside = ("DATABASE_URL", "CELERY_BROKER_URL", "BASE_URL", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if name not in outside}
    env |= {"VAR_DIR": str(tmp_path_factory.mktemp("serve")), "DJANGO_SETTINGS_MODULE": "grants.settings.development"}
    for command in (["migrate", "--no-input", "-v0"], ["createcachetable"], ["load_reference_data"]):
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    return env


def started(environment: dict[str, str], port: int) -> tuple[subprocess.Popen[str], list[str]]:
    """The command once it has told that it runs, and what it said so far."""
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C stops everything" in line:
            return process, lines
    raise AssertionError(f"serve ended: {''.join(lines)}")


def processes_of(environment: dict[str, str]) -> dict[int, str]:
    """Number and command of every living process that has this folder in its environment."""
    mark = f"VAR_DIR={environment['VAR_DIR']}".encode()
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


@pytest.fixture
def port(environment) -> Iterator[int]:
    yield free_port()
    for pid in processes_of(environment):
        os.kill(pid, signal.SIGKILL)


def test_web_and_worker_run_and_ctrl_c_leaves_no_process(environment, port):
    process, lines = started(environment, port)

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
        assert answer.status == 200
        assert "Projektmedel" in answer.read().decode()
    commands = " ".join(processes_of(environment).values())
    assert "gunicorn" in commands
    assert "celery" in commands
    assert f"Projektmedel is running on http://127.0.0.1:{port}\n" in lines

    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)

    assert process.returncode == 0, output
    assert processes_of(environment) == {}


def test_when_the_worker_dies_the_web_is_ended_and_the_status_tells(environment, port):
    process, _ = started(environment, port)
    deadline = time.monotonic() + 30
    workers: list[int] = []
    while not workers and time.monotonic() < deadline:
        workers = sorted(pid for pid, command in processes_of(environment).items() if " celery " in command)
        time.sleep(0.1)

    os.kill(workers[0], signal.SIGKILL)
    output, _ = process.communicate(timeout=30)

    assert process.returncode == 137
    assert "worker ended with status -9; ending the others." in output
    assert processes_of(environment) == {}


def test_a_taken_port_is_told_with_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]

        with pytest.raises(CommandError) as stop:
            call_command("serve", port=number)

    assert str(stop.value).startswith(f"Port {number} is taken")
    assert str(stop.value).endswith(f"make run PORT={number + 1}")


@pytest.fixture
def demo(monkeypatch, settings, tmp_path):
    """The command beside a seed_demo that only notes its call; its folder for the mark."""
    called: list[str] = []
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(serve, "get_commands", lambda: {"seed_demo": "grants.demo"})
    monkeypatch.setattr(serve, "call_command", lambda name, **options: called.append(name))
    return called


@pytest.mark.django_db
def test_the_demo_is_built_in_an_empty_database(demo, tmp_path):
    serve.Command().prepare_demo()

    assert demo == ["seed_demo"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_what_was_entered_is_kept(demo):
    get_user_model().objects.create(email="handlaggare@example.se")

    serve.Command().prepare_demo()

    assert demo == []


@pytest.mark.django_db
def test_a_demo_that_was_cut_short_is_told_and_not_built_upon(demo, monkeypatch):
    def cut_short(name, **options):
        get_user_model().objects.create(email="handlaggare@example.se")
        raise KeyboardInterrupt

    monkeypatch.setattr(serve, "call_command", cut_short)
    with pytest.raises(KeyboardInterrupt):
        serve.Command().prepare_demo()

    with pytest.raises(CommandError, match="cut short last time"):
        serve.Command().prepare_demo()


def test_the_welcome_lists_address_sign_ins_and_things_to_try():
    account = {"email": "a@example.se", "password": "hemligt", "role": "Handläggare", "organisation": "Region Skåne"}

    text = serve.welcome(8123, [account])

    assert "Projektmedel is running on http://127.0.0.1:8123" in text
    assert "a@example.se  hemligt   Handläggare  Region Skåne" in text
    assert sum(line.startswith(("  1. ", "  2. ", "  3. ")) for line in text.split("\n")) == 3


def test_the_welcome_shows_the_first_sign_in_of_each_role_and_where_the_others_are():
    people = [("a1", "Handläggare"), ("b1", "Beslutsfattare"), ("a2", "Handläggare")]
    accounts = [{"email": f"{name}@example.se", "password": "hemligt", "role": role} for name, role in people]

    text = serve.welcome(8000, accounts)

    assert [name for name, _ in people if f"{name}@example.se" in text] == ["a1", "b1"]
    assert "All 3: .venv/bin/python manage.py demo_accounts" in text
