"""Saving a field while one writes: 8 people in an application each, every one as fast as the page of a person who types sends.

The page sends a second after the last key, one field at a time; so each writer waits a second between answer and next save, and
the eight meet at random. On PostgreSQL, with two processes, beside the floor that scales the targets of ``pages``.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

WRITERS = 8
SAVES = 25
WARM = 3
SECONDS_BETWEEN = 1.0
TARGET_MS = 50
FLOOR_ROUNDS = 25


def measure() -> list[dict[str, Any]]:
    """The 95th percentile of a save against its target, as rows of the benchmark's table."""
    from benchmarks.client import Visitor, median
    from benchmarks.pages import FLOOR_MS, ROOT, figure, serve, timed
    from tools import services

    with services.postgres(durable=True) as server:
        subprocess.run(
            [services.program("createdb"), "-h", str(server.folder), "-U", "projektmedel", "writing"], check=True
        )
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "grants.settings.development",
            "DATABASE_URL": f"postgres://projektmedel@/{server.folder}/writing",
            "CELERY_BROKER_URL": "memory://",
            "VAR_DIR": f"/tmp/projektmedel-benchmark-{os.getpid()}-writing",
            "DEMO": "1",
        }
        filled = subprocess.run(
            [sys.executable, "-m", "benchmarks.writing"],
            cwd=ROOT,
            env=env,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        writers = json.loads(filled.stdout.splitlines()[-1])
        with serve(env, "benchmarks.floor_settings") as floor:
            visitor = Visitor(floor)
            floor_ms = median([timed(visitor, "/floor/") for _ in range(FLOOR_ROUNDS)][WARM:])
        with serve(env, "grants.settings.development") as port, ThreadPoolExecutor(WRITERS) as pool:
            spent = [ms for found in pool.map(lambda one: write(port, **one), writers) for ms in found]
    scale = floor_ms / FLOOR_MS
    spent.sort()
    p95 = spent[int(len(spent) * 0.95)]
    return [
        figure("floor: 50 rows through a bare view and template", floor_ms, "ms", None),
        figure(f"save a field, {WRITERS} who write at once, median of {len(spent)}", median(spent), "ms", None),
        figure(f"save a field, {WRITERS} who write at once, 95th percentile", p95, "ms", TARGET_MS * scale),
    ]


def write(port: int, session: str, path: str, base: str, number: int) -> list[float]:
    """One person who writes on in one field: milliseconds of each save."""
    from benchmarks.client import Visitor

    chance, spent, text = random.Random(number), [], "Vi"
    time.sleep(chance.uniform(0, SECONDS_BETWEEN))
    for turn in range(SAVES + WARM):
        text += " skriver vidare"
        visitor = Visitor(port, session)
        fields = [("del", "projekt"), ("falt", "summary"), ("varde", text), ("bas", base)]
        status, said, ms = visitor.post(path, fields)
        visitor.link.close()
        if status != 200:
            raise RuntimeError(f"saving a field answered {status}: {said[:300]}")
        base = json.loads(said)["bas"]
        if turn >= WARM:
            spent.append(ms)
        time.sleep(SECONDS_BETWEEN)
    return spent


def fill() -> list[dict[str, Any]]:
    """The people, a draft each, and where they save."""
    from django.core.management import call_command
    from django.urls import reverse

    from applications.writing.values import digest
    from benchmarks.fill import session_for
    from tests.builders import applications, base, calls

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_reference_data", verbosity=0)
    call, found = calls.open_call(), []
    for number in range(WRITERS):
        region = base.region_organisation(("24", "25", "23", "21")[number % 4])
        person = base.member(region)
        draft = applications.draft_application(call=call, applicant=region, by=person)
        path = reverse("applications:autosave", args=[draft.pk])
        found.append({"session": session_for(person), "path": path, "base": digest([draft.summary]), "number": number})
    return found


if __name__ == "__main__":
    django.setup()
    print(json.dumps(fill()))
