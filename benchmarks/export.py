"""The export of decisions: its time beside bare openpyxl for the same cells, and the peak memory of a worker that runs it.

Each measurement is a process of its own with the real Django, on a database of its own that is thrown away afterwards.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROWS = 10_000
ROUNDS = 3
RATIO_TARGET = 1.5
MEMORY_TARGET_MB = 150
ROOT = Path(__file__).resolve().parent.parent
WORDS = (
    *("plan", "region", "kust", "inland", "pendling", "bostäder", "service", "näringsliv", "kompetens", "samverkan"),
    *("översiktsplan", "öar", "vatten"),
)


def measure(rows: int = ROWS) -> list[dict[str, Any]]:
    """The figures against their targets, as rows of the benchmark's table."""
    found = run(rows)
    named = f"{rows:,} decisions".replace(",", " ")
    return [
        {
            "name": f"export of {named}: time over bare openpyxl write-only, same cells",
            "value": round(found["ratio"], 2),
            "unit": "×",
            "target": RATIO_TARGET,
            "ok": found["ratio"] <= RATIO_TARGET,
        },
        {
            "name": f"export of {named}: peak memory of the worker",
            "value": round(found["peak_mb"]),
            "unit": "MB",
            "target": MEMORY_TARGET_MB,
            "ok": found["peak_mb"] < MEMORY_TARGET_MB,
        },
    ]


def run(rows: int = ROWS) -> dict[str, Any]:
    """Fill a database, then let workers export it; the best of three rounds of each side, taken in turn.

    Returns ratio, job_seconds, bare_seconds, peak_mb (the largest of the workers) and rows.
    """
    with tempfile.TemporaryDirectory(prefix="projektmedel-benchmark-") as folder:
        _child(folder, "fill", rows)
        rounds = [(_child(folder, "job"), _child(folder, "bare")) for _ in range(ROUNDS)]
    job_seconds = min(job["seconds"] for job, _ in rounds)
    bare_seconds = min(bare["seconds"] for _, bare in rounds)
    assert {job["rows"] for job, _ in rounds} == {rows}, "the export left rows out"
    return {
        "ratio": job_seconds / bare_seconds,
        "job_seconds": job_seconds,
        "bare_seconds": bare_seconds,
        "peak_mb": max(job["peak_mb"] for job, _ in rounds),
        "rows": rows,
    }


def _child(folder: str, part: str, rows: int = 0) -> Any:
    """Run one part in a process of its own; returns what it printed last. Raises CalledProcessError."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "grants.settings.development",
        "VAR_DIR": folder,
        "DATABASE_URL": f"sqlite:///{folder}/benchmark.sqlite3",
        "MEDIA_ROOT": f"{folder}/media",
    }
    command = [sys.executable, "-m", "benchmarks.export", part, folder, str(rows)]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


# The parts, each in its own process ----------------------------------------------------------------------------------


def _fill(rows: int) -> dict[str, Any]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_reference_data", verbosity=0)
    fill(rows)
    return {"rows": rows}


def _job(folder: Path) -> dict[str, Any]:
    """What the worker does: claim the job, write the workbook, keep the file. Timed from claim to done."""
    import grants.celery  # noqa: F401  # what a worker has loaded
    from grants.accounts.models import User
    from grants.core import files, jobs
    from grants.exports.jobs import KIND

    job = jobs.enqueue(KIND, {"call": ""}, by=User.objects.get(email="handlaggare@example.se"))
    start = time.perf_counter()
    done = jobs.run(job.pk)
    seconds = time.perf_counter() - start
    assert done is not None and done.state == "done", done and done.error
    os.replace(files.path_of(done.file), folder / "ours.xlsx")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_mb = peak / 1024 / (1024 if sys.platform == "darwin" else 1)
    return {"seconds": seconds, "peak_mb": peak_mb, "rows": done.result["rows"]}


def _bare(folder: Path) -> dict[str, Any]:
    """The same cells through openpyxl's write-only workbook, with nothing around it: no query, no format, no width."""
    from openpyxl import Workbook, load_workbook

    cells = [list(row) for row in load_workbook(folder / "ours.xlsx", read_only=True)["Beslut"].values]
    start = time.perf_counter()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Beslut")
    for row in cells:
        sheet.append(row)
    book.save(folder / "bare.xlsx")
    return {"seconds": time.perf_counter() - start, "rows": len(cells) - 1}


# Rows ----------------------------------------------------------------------------------------------------------------


def _bulk(model: Any, objects: list[Any]) -> None:
    """Past the guard of stateful models: figures of ten thousand rows are measured on rows that nobody decided."""
    from django.db.models import QuerySet

    QuerySet(model).bulk_create(objects, batch_size=500)


def fill(rows: int, *, seed: int = 1) -> None:
    """Write that many decided applications straight into the database: 21 regions, real objectives, texts of real length.

    Needs the reference data. For measuring only; demo data and tests go through the real actions.
    """
    from applications.models import Application, FurtherArea, ObjectiveLink, Party
    from calls.models import Call
    from evaluation.models import Decision
    from grants.accounts.enums import OrganisationKind, Role
    from grants.accounts.models import AuthorityRole, Organisation, User
    from grants.documents.models import Case
    from grants.strategy.models import Objective, Region, StrategicArea

    chance = random.Random(seed)
    authority = Organisation.objects.create(
        code="myndigheten", name="Myndigheten", kind=OrganisationKind.AGENCY, is_authority=True
    )
    people = [User(email=f"{role}@example.se", name=role.capitalize()) for role in ("handlaggare", "beslutsfattare")]
    User.objects.bulk_create(people)
    handler, decider = people
    AuthorityRole.objects.create(user=handler, authority=authority, role=Role.HANDLER)
    call = Call.objects.create(code="MATNING", authority=authority, title="Strategisk planering i praktiken")
    regions = list(Region.objects.all())
    applicants = {
        region.pk: Organisation(
            code=f"region-{region.county_code}",
            name=region.region_name,
            kind=OrganisationKind.REGION,
            region=region,
            org_number=region.org_number,
            is_applicant=True,
        )
        for region in regions
    }
    Organisation.objects.bulk_create(applicants.values())
    by_region: dict[Any, list[Objective]] = {region.pk: [] for region in regions}
    for objective in Objective.objects.select_related("rus"):
        by_region[objective.rus.region_id].append(objective)
    areas = list(StrategicArea.objects.all())

    def text(words: int) -> str:
        return " ".join(chance.choices(WORDS, k=words)).capitalize()

    made: dict[Any, list[Any]] = {m: [] for m in (Case, Application, ObjectiveLink, FurtherArea, Party, Decision)}
    moment = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
    numbers = itertools.count(1)
    for number in itertools.islice(numbers, rows):
        pk, region = uuid.uuid4(), chance.choice([r for r in regions if by_region[r.pk]])
        at = moment + dt.timedelta(minutes=number)
        applicant, objectives = applicants[region.pk], by_region[region.pk]
        main, area, title = chance.choice(objectives), chance.choice(areas), text(6)
        cost, applied = chance.randrange(400_000, 6_000_000), chance.randrange(200_000, 2_000_000)
        amount = applied if number % 3 else 0
        dnr = f"2026-{number:05d}"
        case = Case(
            pk=pk, authority=authority, year=2026, number=number, register_number=dnr, title=title, opened_at=at
        )
        application = Application(
            pk=pk,
            state="decided",
            call=call,
            applicant=applicant,
            case=case,
            created_by=handler,
            title=title,
            summary=text(120),
            answers={f"fraga{i}": text(150) for i in range(6)},
            start_on=dt.date(2026, 9, 1),
            end_on=dt.date(2028, 8, 31),
            region=region,
            main_objective=main,
            main_area=area,
            total_cost_sek=cost,
            applied_sek=applied,
            submitted_by=handler,
            submitted_at=at,
        )
        made[Case].append(case)
        made[Application].append(application)
        for further in chance.sample(objectives, min(len(objectives), 3)):
            made[ObjectiveLink].append(ObjectiveLink(application=application, objective=further))
        for other in chance.sample(areas, number % 3):
            made[FurtherArea].append(FurtherArea(application=application, area=other))
        for order in range(number % 3):
            made[Party].append(Party(application=application, kind="co_applicant", name=text(2), order=order))
        made[Decision].append(
            Decision(
                state="dispatched",
                case=case,
                application=application,
                authority=authority,
                kind="support",
                number=1,
                outcome="granted" if amount else "rejected",
                amount_sek=amount,
                basis_cost_sek=cost if amount else 0,
                start_on=application.start_on,
                end_on=application.end_on,
                reasons=text(200),
                short_reasons=text(25)[:300],
                conditions=text(80),
                rapporteur=handler,
                decider=decider,
                proposed_at=at,
                made_at=at + dt.timedelta(days=60),
                dispatched_at=at + dt.timedelta(days=61),
            )
        )
    for model, objects in made.items():
        _bulk(model, objects)


def _parts(part: str, folder: Path, rows: int) -> Iterator[dict[str, Any]]:
    import django

    django.setup()
    yield {"fill": lambda: _fill(rows), "job": lambda: _job(folder), "bare": lambda: _bare(folder)}[part]()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(next(_parts(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))))
    else:
        for row in measure():
            print(f"{row['name']}: {row['value']} {row['unit']} (target {row['target']})")
