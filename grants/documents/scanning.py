"""Asking clamd about files: nothing is served before it is clean, and a scanner that is down keeps files closed (TRUST T7).

A file is stored as ``pending``; a job asks at once, and a periodic task asks again about everything that still waits. So a
scanner that was restarted, a worker that died or a broker that is gone delays a file and never lets it through.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import socket
import struct
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction

from grants.core import files, jobs
from grants.core.models import Job
from grants.core.time import now
from grants.documents.enums import Scan
from grants.documents.models import Attachment

log = logging.getLogger(__name__)

KIND = "scan_attachment"
TIMEOUT_SECONDS = 30
CHUNK = 65_536
LONGEST_ANSWER = 4096
BATCH = 200
HEAD_START = dt.timedelta(seconds=30)
"""How long the job of a new file has the file to itself before the periodic task asks too."""

Listener = Callable[[Attachment], None]
_listeners: list[Listener] = []


class NoScanner(OSError):
    """No scanner answers at the address."""


def tell_when_stopped(listener: Listener) -> None:
    """Call this function, in the same transaction, for every file that the scanner stops. For the stages that hold files."""
    if listener not in _listeners:
        _listeners.append(listener)


def state_at_receipt() -> str:
    """Waiting, where a scanner is configured. Without one: closed, unless the operator says otherwise or all data are invented.

    Nothing is called clean that nobody has looked at.
    """
    is_open = settings.ATTACHMENTS_UNSCANNED or settings.DEMO
    return Scan.SKIPPED if is_open and not settings.CLAMD_ADDRESS else Scan.PENDING


def enqueue(attachment: Attachment) -> None:
    """Have a new file checked by a worker, once the transaction that wrote its row is over."""
    if settings.CLAMD_ADDRESS and attachment.scan == Scan.PENDING:
        jobs.enqueue(KIND, {"attachment": str(attachment.pk)})


@jobs.job_kind(KIND, "Kontrollera bilaga")
def run_job(job: Job, progress: jobs.Progress) -> None:
    """Ask about the file that the job names. A scanner that does not answer is no failure: the periodic task asks again."""
    check(Attachment.objects.filter(pk=job.params["attachment"]))
    progress(1, 1)


def check(attachments: Iterable[Attachment]) -> int:
    """Ask about each of them that still waits, and keep the verdicts. Returns how many got one; stops when no scanner answers."""
    done = 0
    for attachment in attachments:
        if attachment.scan != Scan.PENDING:
            continue
        try:
            found = verdict(attachment.file)
        except NoScanner as fault:
            log.error("the scanner does not answer: %s", fault)
            return done
        if found != Scan.PENDING:
            done += keep(attachment, found)
    return done


def keep(attachment: Attachment, found: str) -> int:
    """Write the verdict, unless somebody else has; those who listen are told of a stopped file in the same transaction."""
    with transaction.atomic():
        if not Attachment.objects.filter(pk=attachment.pk, scan=Scan.PENDING).update(scan=found):
            return 0
        attachment.scan = found
        if found == Scan.INFECTED:
            log.warning("attachment %s was stopped by the scanner", attachment.pk)
            for listener in _listeners:
                listener(attachment)
    return 1


def sweep() -> int:
    """Ask about files that have waited for a while, oldest first. Returns how many got a verdict."""
    if not settings.CLAMD_ADDRESS:
        return 0
    return check(Attachment.objects.filter(scan=Scan.PENDING, uploaded_at__lt=now() - HEAD_START)[:BATCH])


def verdict(stored: str) -> str:
    """What the scanner says of a stored file: clean, infected, or pending when it could not tell. Raises NoScanner."""
    link = _connected()
    with contextlib.closing(link):
        try:
            said = _ask(link, stored)
        except OSError as fault:
            log.error("the scan of %s broke off: %s", stored, fault)
            return Scan.PENDING
    if said == b"stream: OK":
        return Scan.CLEAN
    if said.startswith(b"stream: ") and said.endswith(b" FOUND"):
        log.warning("%s: %s", stored, said.decode("ascii", "replace"))
        return Scan.INFECTED
    log.error("the scanner could not tell about %s: %s", stored, said.decode("ascii", "replace"))
    return Scan.PENDING


def _connected() -> socket.socket:
    """A connection to "host:port" or to a socket of this machine, "unix:/run/clamav/clamd.ctl"."""
    address: str = settings.CLAMD_ADDRESS
    try:
        if address.startswith(("unix:", "/")):
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(TIMEOUT_SECONDS)
            try:
                link.connect(address.removeprefix("unix:"))
            except OSError:
                link.close()
                raise
            return link
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=TIMEOUT_SECONDS)
    except (OSError, ValueError) as fault:
        raise NoScanner(str(fault)) from fault


def _ask(link: socket.socket, stored: str) -> bytes:
    """INSTREAM of clamd: the file in chunks, each after its length, then a length of nought; the answer ends with NUL.

    clamd answers and shuts when the file is larger than it takes: what it said is read even if sending breaks.
    """
    with contextlib.suppress(BrokenPipeError, ConnectionResetError), files.path_of(stored).open("rb") as file:
        link.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            link.sendall(struct.pack("!I", len(chunk)) + chunk)
        link.sendall(struct.pack("!I", 0))
    said = b""
    while len(said) < LONGEST_ANSWER and b"\0" not in said and (more := link.recv(LONGEST_ANSWER)):
        said += more
    return said.partition(b"\0")[0].strip()
