"""The whole case file as one zip: a job (mechanism 5), with what the asker may see when it runs, checked again when it is fetched."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from applications import casefile
from applications.models import Application
from grants.accounts.models import User
from grants.core import events, files, jobs
from grants.core.exceptions import Blocked
from grants.core.jobs import Progress, job_kind
from grants.core.models import Job, WorkState
from grants.core.text import clean_name
from grants.core.time import format_instant, now
from grants.documents.letters import ensure_pdf

KIND = "case_file"
MOST_AT_ONCE = 3
FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
"""What no file may be called in Windows."""
LONGEST_NAME = 120


def own(user: Any) -> Any:
    """The person's own zips: nobody else follows or fetches them."""
    return Job.objects.filter(kind=KIND, asked_by=user)


@transaction.atomic
def ask(application: Application, *, by: Any) -> Job:
    """Ask for the zip; a second press while it is being made gets the same job. Raises Blocked when several others wait."""
    waiting = own(by).filter(state__in=(WorkState.QUEUED, WorkState.RUNNING))
    same = waiting.filter(params__application=str(application.pk)).first()
    if same is not None:
        return same  # type: ignore[no-any-return]
    if waiting.count() >= MOST_AT_ONCE:
        raise Blocked(f"Du har redan {MOST_AT_ONCE} akter som inte är klara. Vänta tills någon av dem är klar.")
    return jobs.enqueue(KIND, {"application": str(application.pk)}, by=by)


def application_of(job: Job, user: Any) -> Application | None:
    """The application whose file it is, if the person sees it now as applicant or party."""
    rows = Application.objects.owned_by(user).filter(case__isnull=False)
    return rows.select_related("case", "call__authority", "applicant").filter(pk=job.params["application"]).first()


@job_kind(KIND, "Hela akten")
def make_zip(job: Job, progress: Progress) -> None:
    """Every document as PDF, every file that is checked, and a list of what is there and what is left out."""
    asker = User.objects.get(pk=str(job.asked_by_id))
    application = application_of(job, asker) if asker.is_active else None
    if application is None:
        raise PermissionDenied("Den som bad om akten ser inte längre ärendet.")
    documents = list(casefile.documents_for(application, asker).select_related("case__authority"))
    attached = casefile.files_for(application)
    total, done = len(documents) + len(attached), 0
    place = files.path_of(f"jobs/{job.pk}")
    work = place / f".{job.attempts}"
    work.mkdir(parents=True, exist_ok=True)
    temp = work / "akt.zip"
    waiting = []
    with zipfile.ZipFile(temp, "w", zipfile.ZIP_DEFLATED) as archive:
        for document in documents:
            kept = ensure_pdf(document)
            _add(archive, files.path_of(kept.pdf), f"handlingar/{document.number:03} {document.title}", ".pdf")
            progress(done := done + 1, total)
        for number, (attachment, what, _) in enumerate(attached, 1):
            stem, _, suffix = attachment.name.rpartition(".")
            if attachment.is_open and files.path_of(attachment.file).exists():
                _add(
                    archive,
                    files.path_of(attachment.file),
                    f"filer/{number:03} {stem or attachment.name}",
                    f".{suffix}",
                )
            else:
                waiting.append(f"{attachment.name} ({what}) kontrolleras och är inte med.")
            progress(done := done + 1, total)
        archive.writestr("innehåll.txt", contents(application, asker, waiting))
    jobs.keep_file(job, temp, ".zip", f"Akt {application.register_number.replace('/', '-')}.zip")
    job.result = {"fingerprint": fingerprint(application, asker), "documents": len(documents), "files": len(attached)}
    for rest in place.glob(".*"):  # also what a killed worker left
        shutil.rmtree(rest, ignore_errors=True)


def _add(archive: zipfile.ZipFile, path: Path, name: str, suffix: str) -> None:
    """Add a file under a name that cannot lead out of the folder it is unpacked in."""
    folder, _, last = name.partition("/")
    safe = FORBIDDEN.sub("-", clean_name(last)).replace("..", ".").strip(". ")[:LONGEST_NAME].strip(". ")
    archive.write(path, f"{folder}/{safe}{FORBIDDEN.sub('-', clean_name(suffix))}")


def contents(application: Application, user: Any, waiting: list[str]) -> str:
    """What the zip holds, in words: every entry of the case file, then what is left out and why."""
    lines = [
        f"Akt i ärende {application.register_number}, {application}",
        f"{application.call.authority.name}. Uttagen {format_instant(now())} av {user}.",
        "",
        *(
            f"{format_instant(one.at)}  {one.title} ({one.about}){' Skäl: ' + one.reason if one.reason else ''}"
            for one in casefile.entries(application, user)
        ),
        "",
        *(["Det här är inte med:", *casefile.left_out(application, user)]),
        *waiting,
    ]
    return "\r\n".join(lines) + "\r\n"


def fingerprint(application: Application, user: Any) -> str:
    """Of the documents that the person sees."""
    return events.sha256(
        "\n".join(str(pk) for pk in casefile.documents_for(application, user).values_list("pk", flat=True))
    )


def is_still_theirs(job: Job, user: Any) -> bool:
    """Whether everything in the zip is the person's to see today (INV-6, INV-20): the same documents, or more by now."""
    application = application_of(job, user)
    if application is None:
        return False
    first = list(casefile.documents_for(application, user).values_list("pk", flat=True)[: job.result["documents"]])
    return events.sha256("\n".join(str(pk) for pk in first)) == job.result["fingerprint"]
