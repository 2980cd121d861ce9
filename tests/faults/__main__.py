"""python -m tests.faults ID [--option value …]: one fault or race test by its id; exit status 0 only when its figure is reached.

Each database is a fresh one in a process of its own, with its own folder of files; all of it is gone afterwards.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults.catalogue import FAULTS, Fault
from tools import services

LONGEST_SECONDS = 3600
POLITE_SECONDS = 30


def main(arguments: list[str]) -> int:
    """The id first; what follows are options of the test."""
    name, options = "".join(arguments[:1]).upper(), arguments[1:]
    if name not in FAULTS:
        print(f"{'Unknown id ' + name if name else 'No id given'}. Known ones (make fault F=<id>):")
        for known, fault in FAULTS.items():
            print(f"  {known:7} {fault.title} ({', '.join(fault.databases)})")
        return 2
    fault = FAULTS[name]
    print(f"{name}: {fault.title}")
    reached, lines = True, []
    for database in fault.databases:
        start = time.monotonic()
        result = run_on(database, name, fault, options)
        reached = reached and result["reached"]
        for missed in result["missed"]:
            print(f"{database}: not reached: {missed}")
        lines.append(f"{database} ({time.monotonic() - start:.0f} s): {result['line']}")
    print(f"{name} {'reached' if reached else 'NOT reached'}; {'; '.join(lines)}")
    return 0 if reached else 1


def run_on(database: str, name: str, fault: Fault, options: list[str]) -> dict[str, Any]:
    """The figures of the test on a fresh database."""
    with surroundings(database, fault) as env:
        figures = Path(env["FAULT_FIGURES"])
        command = [sys.executable, "-m", "tests.faults.inside", name, *options]
        process = subprocess.Popen(command, env=env, start_new_session=True)
        try:
            process.wait(LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            print(f"{database}: ended after {LONGEST_SECONDS} s.")
        finally:
            end_group(process)
        if not figures.exists():
            return {"reached": False, "missed": ["the test broke; what it said stands above"], "line": "no figures"}
        return json.loads(figures.read_text(encoding="utf-8"))


@contextlib.contextmanager
def surroundings(database: str, fault: Fault) -> Iterator[dict[str, str]]:
    """The environment of a fresh database, folder for files and mail, and broker."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="projektmedel-fault-")))
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "VAR_DIR": str(folder / "var"),
            "MEDIA_ROOT": str(folder / "media"),
            "EMAIL_URL": f"filemail:///{folder}/mail",
            "DATABASE_URL": f"sqlite:///{folder}/fault.sqlite3",
            "CELERY_BROKER_URL": "filesystem://localhost",
            "FAULT_FOLDER": str(folder),
            "FAULT_FIGURES": str(folder / "figures.json"),
            "LOG_LEVEL": "ERROR",
            "PYTHONUNBUFFERED": "1",
        }
        if database == "postgresql":
            env |= stack.enter_context(services.postgres(durable=True)).env
        if fault.redis:
            redis = stack.enter_context(services.redis())
            env |= redis.env | {"FAULT_REDIS_PID": str(redis.process.pid), "FAULT_REDIS_FOLDER": str(redis.folder)}
        yield env


def end_group(process: subprocess.Popen) -> None:
    """Ask the test to end its servers and itself; make it after a while."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(POLITE_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def interrupted(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)
    sys.exit(main(sys.argv[1:]))
