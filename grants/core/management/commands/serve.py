"""Web, worker and scheduler in one command, for one machine (make run). Production starts them one by one."""

import io
import json
import os
import socket
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandParser, call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from grants.core.supervisor import Supervisor

HOST = "127.0.0.1"
READY_SECONDS = 60

THINGS_TO_TRY = """Three things to try:
  1. Sign in as an applicant, open the call that is open now and press "Starta ansökan".
  2. Sign in as a handler ("Handläggare"), take a case from the work list and make the formal check.
  3. Sign in as a decider ("Beslutsfattare"), decide a proposed case, and fetch all decisions as a workbook."""


class Command(BaseCommand):
    help = "Starts web, worker and scheduler together; Ctrl-C ends all of them."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--demo", action="store_true", help="build the demo first when the database is empty")

    def handle(self, *args: Any, port: int, demo: bool, **options: Any) -> None:
        refuse_taken_port(port)
        if demo:
            self.prepare_demo()
        prepare_broker_folders()
        accounts = demo_accounts() if demo else []
        # Children must not share this process's connections, and it needs none while it waits.
        connections.close_all()
        supervisor = Supervisor(out=sys.stdout)
        status = supervisor.run(
            programs(port),
            ready=lambda: announce(supervisor, port, accounts),
        )
        supervisor.say("Stopped.")
        if status:
            raise CommandError("A part of the service ended by itself; its last lines are above.", returncode=status)

    def prepare_demo(self) -> None:
        """Build the demo in a database without people. One that was cut short is told, never built upon."""
        unfinished = Path(settings.VAR_DIR) / ".demo-unfinished"
        if get_user_model().objects.exists():
            if unfinished.exists():
                raise CommandError(
                    "Building the demo was cut short last time. Empty the database (with SQLite: remove the folder "
                    f"{Path(settings.VAR_DIR).name}), then start again with make run."
                )
            return
        if "seed_demo" not in get_commands():
            self.stdout.write("No demo data: this version has no command seed_demo.")
            return
        self.stdout.write("Building the demo, about a minute …")
        self.stdout.flush()
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
        call_command("seed_demo", stdout=self.stdout)
        unfinished.unlink()


def programs(port: int) -> dict[str, tuple[list[str], dict[str, str]]]:
    """The command and environment of each program that makes up the service."""
    env = {
        **os.environ,
        "BASE_URL": os.environ.get("BASE_URL") or f"http://{HOST}:{port}",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    python = [sys.executable, "-m"]
    web = [*python, "gunicorn", "grants.wsgi", "--bind", f"{HOST}:{port}", "--log-level", "warning"]
    worker = [*python, "celery", "--quiet", "--app", "grants", "worker", "--loglevel", "WARNING"]
    schedule = ["--beat", "--schedule", str(settings.CELERY_BEAT_SCHEDULE_FILENAME)]
    # Celery warns every root user; this command is for one machine, where that may be the only one.
    worker_env = {**env, "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    return {
        "web": ([*web, "--workers", "2", "--threads", "2"], env),
        "worker": ([*worker, *schedule, "--concurrency", "1", "--without-gossip", "--without-mingle"], worker_env),
    }


def announce(supervisor: Supervisor, port: int, accounts: Iterable[dict[str, str]]) -> None:
    """Tell the address, the demo sign-ins and what to try, as soon as the web answers."""
    deadline = time.monotonic() + READY_SECONDS
    while not listens(port):
        if supervisor.asked.is_set() or time.monotonic() > deadline:
            return
        time.sleep(0.1)
    supervisor.say(welcome(port, list(accounts)))


def welcome(port: int, accounts: list[dict[str, str]]) -> str:
    """The address, one sign-in of each role, where the others are, what to try."""
    lines = ["", f"{settings.SERVICE_NAME} is running on http://{HOST}:{port}", ""]
    if accounts:
        keys = ("email", "password", "role", "organisation")
        rows = [["Demo sign-in", "Password", "Role", "Organisation"]]
        first_of_role = {account.get("role"): account for account in reversed(accounts)}
        shown = [account for account in accounts if account is first_of_role[account.get("role")]]
        rows += [[str(account.get(key) or "") for key in keys] for account in shown]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            lines.append("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
        if len(accounts) > len(shown):
            lines.append(f"All {len(accounts)}: .venv/bin/python manage.py demo_accounts")
        lines += ["", THINGS_TO_TRY]
    lines += ["", "Ctrl-C stops everything."]
    return "\n".join(lines)


def demo_accounts() -> list[dict[str, str]]:
    """The demo sign-ins, none where there is no demo."""
    if "demo_accounts" not in get_commands() or not settings.DEMO:
        return []
    answer = io.StringIO()
    call_command("demo_accounts", "--json", stdout=answer)
    return json.loads(answer.getvalue())


def prepare_broker_folders() -> None:
    """The file broker wants its folders to exist before the first message."""
    for name, folder in getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {}).items():
        if name.startswith("data_folder") or name.endswith("_folder"):
            Path(folder).mkdir(parents=True, exist_ok=True)


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        # As the web server itself binds: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken ({error.strerror}). Choose another one: make run PORT={port + 1}"
            ) from error


def listens(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
