"""Workbooks as jobs (mechanism 5): asked for on a page, made by the worker, checked again when they are fetched."""

from __future__ import annotations

import shutil
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls.enums import State
from calls.models import Call
from evaluation.models import Decision
from grants.accounts.models import User
from grants.core import files, jobs
from grants.core.exceptions import Blocked
from grants.core.jobs import Progress, job_kind
from grants.core.models import Job, UsedToken, WorkState
from grants.core.time import now
from grants.exports import decisions

KIND = "decisions_export"
MOST_AT_ONCE = 3


def calls_for(user: Any) -> Any:
    """The calls of the person's own authorities whose decisions may be taken out."""
    return Call.objects.visible_to(user).filter(authority__in=user.authority_ids).exclude(state=State.DRAFT)


@transaction.atomic
def ask(*, by: Any, call: Call | None, token: UUID | None = None) -> Job:
    """Ask for the workbook; the worker makes it. A second press with the same token gets the first one's job (INV-14).

    Raises Blocked when the person already waits for several.
    """
    if token is not None:
        used, is_first = UsedToken.objects.get_or_create(token=token)
        if not is_first:
            return Job.objects.get(pk=used.result, kind=KIND, asked_by=by)
    waiting = Job.objects.filter(kind=KIND, asked_by=by, state__in=(WorkState.QUEUED, WorkState.RUNNING))
    if waiting.count() >= MOST_AT_ONCE:
        raise Blocked(f"Du har redan {MOST_AT_ONCE} uttag som inte är klara. Vänta tills något av dem är klart.")
    job = jobs.enqueue(KIND, {"call": call.code if call else ""}, by=by)
    if token is not None:
        UsedToken.objects.filter(pk=token).update(result=str(job.pk))
    return job


def own(user: Any) -> Any:
    """The person's own exports: nobody else sees or fetches them."""
    return Job.objects.filter(kind=KIND, asked_by=user)


def call_of(job: Job) -> Call | None:
    """The call that the job is about, None for all."""
    code = job.params.get("call", "")
    return Call.objects.get(code=code) if code else None


@job_kind(KIND, "Uttag av beslut")
def export_decisions(job: Job, progress: Progress) -> None:
    """Write the workbook of what the asker may see now. Rights are read when it runs, not when it was asked for (INV-20)."""
    asker = User.objects.get(pk=str(job.asked_by_id))
    if not asker.is_active or not asker.authority_ids:
        raise PermissionDenied("Den som bad om uttaget har inte längre någon roll hos myndigheten.")
    call, at = call_of(job), now()
    place = files.path_of(f"jobs/{job.pk}")
    work = place / f".{job.attempts}"
    work.mkdir(parents=True, exist_ok=True)
    reached = job.done_count  # by an earlier worker that was killed: what the person sees never goes backwards

    def tell(done: int, total: int) -> None:
        progress(max(done, min(reached, total)), total)

    temp = work / "beslut.xlsx"
    taken = decisions.write(
        temp,
        Decision.objects.visible_to(asker),
        call=call,
        who=f"{asker.name}, {asker.email}",
        at=at,
        progress=tell,
    )
    jobs.keep_file(job, temp, ".xlsx", decisions.file_name(call, at))
    job.result = {
        "rows": taken.rows,
        "amount_sek": taken.amount_sek,
        "fingerprint": taken.fingerprint,
        "at": at.isoformat(),
    }
    for rest in place.glob(".*"):  # also what a killed worker left
        shutil.rmtree(rest, ignore_errors=True)


def is_still_theirs(job: Job, user: Any) -> bool:
    """Whether the person may today see exactly the decisions that the file holds (INV-6, INV-10: checked at delivery)."""
    chosen = decisions.ending(Decision.objects.visible_to(user), call_of(job)).filter(made_at__lte=job.result["at"])
    return decisions.fingerprint(chosen.values_list("pk", flat=True)) == job.result["fingerprint"]
