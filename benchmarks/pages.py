"""The pages of the way with 1,000 and 10,000 applications on PostgreSQL, beside a floor, in turns within one run.

Every figure is a median over rounds in which floor, small and large database take turns, so a slow drift of the machine hits all
alike. Targets in milliseconds were set on a machine whose floor took 23 ms; they are scaled by the floor of this run.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import questions
from benchmarks.client import Form, Visitor, median

ROOT = Path(__file__).resolve().parent.parent
SMALL = 1_000
SEEDED = 40
ROUNDS = 25
WRITES = 29
WARM = 4
"""Rounds that are not counted: both workers of both servers have answered by then."""
FLOOR_MS = 23.0
LIST_OVER_FLOOR = 2.0
GROWTH = 1.2
TARGET_MS = {"list": 45, "list with search": 45, "one case": 40, "public call": 10, "save a draft": 30, "submit": 60}
TARGET_MS[questions.NAME] = questions.TARGET_MS
WHO = {"public call": "", questions.NAME: "member"}
"""Who asks for a page; the others are the handler's."""


def measure(rows: int = 10_000) -> list[dict[str, Any]]:
    """The figures against their targets, as rows of the benchmark's table."""
    from tools import services

    with services.postgres(durable=True) as server, contextlib.ExitStack() as stack:
        small = stack.enter_context(site(server, "small", SMALL))
        large = stack.enter_context(site(server, "large", rows))
        floor = stack.enter_context(serve(large.env, "benchmarks.floor_settings"))
        times = read_in_turns(Visitor(floor), small, large)
        times |= write_in_turns(small, large)
    return table({key: median(spent) for key, spent in times.items()}, rows)


def table(ms: dict[tuple[str, str], float], rows: int) -> list[dict[str, Any]]:
    floor = ms["floor", "list"]
    scale = floor / FLOOR_MS
    found = [figure("floor: 50 rows through a bare view and template", floor, "ms", None)]
    for name, target in TARGET_MS.items():
        large, small = ms["large", name], ms["small", name]
        found.append(figure(f"{name}, {rows} applications, median", large, "ms", target * scale))
        found.append(figure(f"{name}: growth from {SMALL} to {rows}", large / small, "×", GROWTH))
    found.append(figure("list of 50 over the floor", ms["large", "list"] / floor, "×", LIST_OVER_FLOOR))
    return found


def figure(name: str, value: float, unit: str, target: float | None) -> dict[str, Any]:
    digits = 2 if unit == "×" else 1
    return {
        "name": name,
        "value": round(value, digits),
        "unit": unit,
        "target": None if target is None else round(target, digits),
        "ok": target is None or value <= target,
    }


# Servers -------------------------------------------------------------------------------------------------------------


class Site:
    """A database filled to a size, a server over it, and whom and what to ask for there."""

    def __init__(self, env: dict[str, str], port: int, known: dict[str, Any]):
        self.env, self.port, self.known = env, port, known

    def visitor(self, who: str) -> Visitor:
        return Visitor(self.port, self.known["sessions"].get(who, ""))


@contextlib.contextmanager
def site(server: Any, name: str, rows: int) -> Iterator[Site]:
    from tools import services

    subprocess.run([services.program("createdb"), "-h", str(server.folder), "-U", "projektmedel", name], check=True)
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "grants.settings.development",
        "DATABASE_URL": f"postgres://projektmedel@/{server.folder}/{name}",
        "CELERY_BROKER_URL": "memory://",
        "VAR_DIR": f"/tmp/projektmedel-benchmark-{os.getpid()}-{name}",
        "DEMO": "1",
    }
    filled = subprocess.run(
        [sys.executable, "-m", "benchmarks.fill", str(rows), str(SEEDED), str(WRITES)],
        cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with serve(env, "grants.settings.development") as port:
        yield Site(env, port, json.loads(filled.stdout.splitlines()[-1]))


@contextlib.contextmanager
def serve(env: dict[str, str], settings: str) -> Iterator[int]:
    """gunicorn with two synchronous workers on a free port; its WSGI module reads the settings from the environment."""
    from tools import services

    port = services.free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "grants.wsgi",
        "-w",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=env | {"DJANGO_SETTINGS_MODULE": settings})
    try:
        deadline = time.monotonic() + 120
        while not listens(port):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError(f"the server with {settings} did not start")
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


# Measuring -----------------------------------------------------------------------------------------------------------


def timed(visitor: Visitor, path: str) -> float:
    status, _, spent = visitor.get(path)
    if status != 200:
        raise RuntimeError(f"GET {path} answered {status}")
    return spent


def read_in_turns(floor: Visitor, small: Site, large: Site) -> dict[tuple[str, str], list[float]]:
    """Each page of each size, in turns."""
    times: dict[tuple[str, str], list[float]] = {}
    people = {
        (size, who): where.visitor(who)
        for size, where in (("small", small), ("large", large))
        for who in ("handler", "member", "")
    }
    for turn in range(ROUNDS + WARM):
        asked = [("floor", "list", floor, "/floor/")]
        for size, where in (("small", small), ("large", large)):
            for name, path in where.known["pages"].items():
                asked.append((size, name, people[size, WHO.get(name, "handler")], path))
        for size, name, visitor, path in asked:
            spent = timed(visitor, path)
            if turn >= WARM:
                times.setdefault((size, name), []).append(spent)
    return times


def write_in_turns(small: Site, large: Site) -> dict[tuple[str, str], list[float]]:
    """Saving a section of a draft and submitting the draft, through the forms as a browser fills them, in turns."""
    times: dict[tuple[str, str], list[float]] = {}
    people = {"small": small.visitor("member"), "large": large.visitor("member")}
    for turn, drafts in enumerate(zip(small.known["drafts"], large.known["drafts"], strict=True)):
        for (size, member), draft in zip(people.items(), drafts, strict=True):
            for name, spent in write(member, draft).items():
                if turn >= WARM:
                    times.setdefault((size, name), []).append(spent)
    return times


def write(member: Visitor, draft: dict[str, str]) -> dict[str, float]:
    section = draft["section"]
    form = Form(member.get(section)[1])
    status, said, saving = member.post(section, [*form.fields, ("gor", "spara")])
    if status not in (200, 302):
        raise RuntimeError(f"saving {section} answered {status}: {said[:400]}")
    form = Form(member.get(draft["review"])[1], draft["submit"].rstrip("/"))
    status, said, submitting = member.post(draft["submit"], form.fields)
    if status != 302:
        raise RuntimeError(f"submitting {draft['submit']} answered {status}: {said[:400]}")
    return {"save a draft": saving, "submit": submitting}
