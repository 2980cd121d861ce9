"""The real programs of the service, started by a fault test, killed by it, and ended with it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.services import free_port

START_SECONDS = 60


class Program:
    """One program in a process group of its own, logging to a file of the test's folder."""

    def __init__(self, name: str, command: Sequence[str], env: dict[str, str] | None = None):
        self.name, self.command, self.env = name, list(command), {**os.environ, **(env or {})}
        self.log = Path(os.environ["FAULT_FOLDER"]) / f"{name}.log"
        self.process: subprocess.Popen | None = None

    def start(self) -> Program:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL to the whole group, as a machine that loses its power."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def end(self) -> None:
        """SIGTERM, then SIGKILL to what is left of the group."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self.kill()

    def children(self) -> list[int]:
        """The processes that this one forked."""
        try:
            text = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        except FileNotFoundError:
            return []
        return [int(pid) for pid in text.split()]


class Web(Program):
    """gunicorn on a free port of the loopback interface, as many nodes run it: loaded before it forks."""

    def __init__(self, workers: int = 2, threads: int = 4):
        from grants.core.management.commands.serve import programs

        self.port = free_port()
        command, env = programs(self.port)["web"]
        command = [*command[: command.index("--workers")], "--workers", str(workers), "--threads", str(threads)]
        super().__init__("web", [*command, "--preload", "--backlog", "2048"], env)

    def wait(self) -> None:
        """Until it answers. Raises RuntimeError with its log."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.1)
        raise RuntimeError(f"The web server did not start:\n{self.log.read_text(errors='replace')[-3000:]}")


@contextlib.contextmanager
def web(workers: int = 2, threads: int = 4) -> Iterator[Web]:
    """A web server for as long as the block runs."""
    server = Web(workers, threads)
    try:
        server.start()
        server.wait()
        yield server
    finally:
        server.end()


def worker(name: str = "worker", *, beat: bool = False, concurrency: int = 1) -> Program:
    """A Celery worker, not started; with the scheduler in it when ``beat``."""
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "grants", "worker", "--loglevel", "ERROR"]
    command += ["--hostname", f"{name}@fault", "--without-gossip", "--without-mingle"]
    command += ["--concurrency", str(concurrency)]
    if beat:
        command += ["--beat", "--schedule", str(Path(os.environ["FAULT_FOLDER"]) / f"beat-{name}")]
    return Program(name, command, {"PYTHONWARNINGS": "ignore"})


@contextlib.contextmanager
def running(*programs: Program) -> Iterator[None]:
    """The programs for as long as the block runs, killed and started again as the block likes."""
    try:
        for program in programs:
            program.start()
        yield
    finally:
        for program in programs:
            program.end()
