"""PostgreSQL and Redis of our own for as long as a test or measurement runs: temporary folders, nothing left behind."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import system
from tools.common import Command, fail

START_SECONDS = 60
STOP_SECONDS = 15
DATABASE = "projektmedel"

INIT_OPTIONS = ("--locale=C.UTF-8", "--no-sync")
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    # A cluster that is thrown away need not survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class Service:
    """A running server: its address for our settings, its process, its folder, and what clients want to know."""

    url: str
    process: subprocess.Popen
    folder: Path
    env: dict[str, str]


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[Service]:
    """A fresh PostgreSQL cluster on a Unix socket, with an empty database.

    durable: keep fsync on, for tests and measurements of what a crash leaves or a commit costs.
    """
    initdb, server = program("initdb"), program("postgres")
    folder = Path(tempfile.mkdtemp(prefix="projektmedel-pg-", dir=short_folder()))
    process = None
    try:
        owner = unprivileged(folder)
        data = folder / "data"
        init: Command = [initdb, "-D", data, "-U", DATABASE, "--auth=trust", "-E", "UTF8", *INIT_OPTIONS]
        made = subprocess.run(init, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, **owner)
        if made.returncode != 0:
            fail(f"initdb failed:\n{made.stdout}")
        settings = {**POSTGRES_SETTINGS, "unix_socket_directories": str(folder)}
        if durable:
            settings |= {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        process = start([server, "-D", data, *options], folder, **owner)
        env = {"PGHOST": str(folder), "PGUSER": DATABASE, "PGDATABASE": DATABASE}
        ready: Command = [program("pg_isready"), "-q", "-h", folder, "-U", DATABASE, "-d", "postgres"]
        wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, process, folder)
        subprocess.run([program("createdb"), "-h", folder, "-U", DATABASE, DATABASE], check=True)
        url = f"postgres://{DATABASE}@/{folder}/{DATABASE}"
        yield Service(url=url, process=process, folder=folder, env={"DATABASE_URL": url, **env})
    finally:
        # SIGINT is PostgreSQL's "fast" shutdown: it ends the connections and leaves.
        stop(process, signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[Service]:
    """A Redis server on a free port of the loopback interface, without any file."""
    folder = Path(tempfile.mkdtemp(prefix="projektmedel-redis-"))
    process = None
    try:
        port = free_port()
        command: Command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        process = start([*command, "--save", "", "--appendonly", "no"], folder)
        wait_until(lambda: answers(port), process, folder)
        url = f"redis://127.0.0.1:{port}/0"
        yield Service(url=url, process=process, folder=folder, env={"CELERY_BROKER_URL": url})
    finally:
        stop(process, signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


def run_with(services: Sequence[contextlib.AbstractContextManager[Service]], command: Sequence[str]) -> int:
    """Run a command with the environment of the services; they end with it, however it ends. Returns its status."""

    def interrupted(number: int, frame: Any) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, interrupted)
    with contextlib.ExitStack() as stack:
        env = dict(os.environ)
        for service in services:
            env |= stack.enter_context(service).env
        child = subprocess.Popen(command, env=env)
        try:
            return child.wait()
        except KeyboardInterrupt:
            # The terminal sent Ctrl-C to the child as well: let it end on its own.
            return child.wait()
        finally:
            stop(child, signal.SIGTERM)


def command_after_dashes(arguments: Sequence[str], usage: str) -> list[str]:
    """What stands after '--', or all of it."""
    command = list(arguments)
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        fail(usage, 2)
    return command


def program(name: str) -> str:
    path = system.find(name)
    if path is None:
        owners = [entry for entry in system.PROGRAMS if name in entry.names] or [
            entry for entry in system.PROGRAMS if entry.package == "postgresql"
        ]
        fail(system.complaint(owners))
    return str(path)


def unprivileged(folder: Path) -> dict[str, Any]:
    """How to start PostgreSQL, which refuses root: as the user 'postgres' (else 'nobody'), who gets the folder."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def short_folder() -> str | None:
    """A place for the socket: its whole path may hold at most 107 bytes."""
    return None if len(tempfile.gettempdir()) < 60 else "/tmp"


def start(command: Command, folder: Path, **owner: Any) -> subprocess.Popen:
    """Start a server in a process group of its own, out of reach of Ctrl-C; log into its folder."""
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True, **owner
        )


def wait_until(ready: Any, process: subprocess.Popen, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            fail(f"The server did not start:\n{(folder / 'log').read_text(errors='replace')}")
        time.sleep(0.05)


def stop(process: subprocess.Popen | None, polite: signal.Signals) -> None:
    """Ask a process to end, make it after a while."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(polite)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether a Redis on this port says PONG."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


if __name__ == "__main__":
    usage = "Usage: python -m tools.services postgres|redis|both -- command …"
    wanted = "".join(sys.argv[1:2])
    if wanted not in ("postgres", "redis", "both"):
        fail(usage, 2)
    chosen = [make() for name, make in (("postgres", postgres), ("redis", redis)) if wanted in (name, "both")]
    sys.exit(run_with(chosen, command_after_dashes(sys.argv[2:], usage)))
