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
FLOOR_ROWS = 50
"""What the floor shows has come in; the drafts of those who write are not in it."""


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
        kinds = json.loads(filled.stdout.splitlines()[-1])
        with serve(env, "benchmarks.floor_settings") as floor:
            visitor = Visitor(floor)
            floor_ms = median([timed(visitor, "/floor/") for _ in range(FLOOR_ROUNDS)][WARM:])
        with serve(env, "grants.settings.development") as port, ThreadPoolExecutor(WRITERS) as pool:
            spent = {
                name: sorted(ms for found in pool.map(lambda one: write(port, **one), writers) for ms in found)
                for name, writers in kinds.items()
            }
    scale = floor_ms / FLOOR_MS
    rows = [figure("floor: 50 rows through a bare view and template", floor_ms, "ms", None)]
    for name, found in spent.items():
        called = f"save {name}, {WRITERS} who write at once"
        rows.append(figure(f"{called}, median of {len(found)}", median(found), "ms", None))
        rows.append(figure(f"{called}, 95th percentile", found[int(len(found) * 0.95)], "ms", TARGET_MS * scale))
    return rows


def write(port: int, session: str, path: str, base: str, number: int, section: str, name: str) -> list[float]:
    """One person who writes on in one field: milliseconds of each save."""
    from benchmarks.client import Visitor

    chance, spent, text = random.Random(number), [], "Vi"
    is_amount = section == "budget"
    time.sleep(chance.uniform(0, SECONDS_BETWEEN))
    for turn in range(SAVES + WARM):
        text = str(1_000 * (number + turn + 1)) if is_amount else f"{text} skriver vidare"
        visitor = Visitor(port, session)
        fields = [("del", section), ("falt", name), ("varde", text), ("bas", base)]
        status, said, ms = visitor.post(path, fields)
        visitor.link.close()
        if status != 200:
            raise RuntimeError(f"saving a field answered {status}: {said[:300]}")
        answer = json.loads(said)
        if answer["fel"]:
            raise RuntimeError(f"the field was not saved: {answer['fel']}")
        base = answer["bas"]
        if turn >= WARM:
            spent.append(ms)
        time.sleep(SECONDS_BETWEEN)
    return spent


def fill() -> dict[str, list[dict[str, Any]]]:
    """The people, a draft each, and where they save: a text of the application's own, and an amount in the table of costs."""
    from django.core.management import call_command
    from django.urls import reverse

    from applications.pages import find_page
    from applications.views.forms_of_page import bound_of
    from applications.writing.values import bases_of, held_in
    from benchmarks.fill import session_for
    from tests.builders import applications, base, calls

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_reference_data", verbosity=0)
    call = calls.open_call()
    texts: list[dict[str, Any]] = []
    amounts: list[dict[str, Any]] = []
    for _ in range(FLOOR_ROWS):
        applications.submitted_application(call=call)
    cell = f"kostnad-{call.cost_types.all()[0].pk}-{call.years[0]}"
    for number in range(WRITERS):
        region = base.region_organisation(("24", "25", "23", "21")[number % 4])
        person = base.member(region)
        draft = applications.complete_draft(call=call, applicant=region, by=person)
        path = reverse("applications:autosave", args=[draft.pk])
        common = {"session": session_for(person), "path": path, "number": number}
        for found, section, name in ((texts, "projekt", "summary"), (amounts, "budget", cell)):
            base_of = bases_of(held_in(bound_of(draft, find_page(draft, section))))
            found.append({**common, "section": section, "name": name, "base": base_of[name]})
    return {"a field": texts, "an amount of the budget": amounts}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(fill()))
