"""Files that no row names: of a save that was refused after its first file, a try that was thrown away, a process that died.

A file is stored before its row is (grants.core.files), so a young one may still get it. What is older is taken away, so that no
bytes lie without a row for more than a day (TRUST INV-15).
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from grants.core import files
from grants.core.invariants import invariant
from grants.core.time import now
from grants.documents.models import Attachment, Document

log = logging.getLogger(__name__)

WAITS = dt.timedelta(hours=12)
"""How long a file may wait for its row; no request or job takes nearly as long."""
LONGEST = dt.timedelta(hours=24)
FOLDERS = ("attachments", "documents")
BATCH = 500


def sweep(at: dt.datetime | None = None) -> int:
    """Take away every file that has waited too long for a row, and what is left of broken uploads. Returns how many."""
    before = ((at or now()) - WAITS).timestamp()
    gone = sum(_take_away(path, before) for path in orphans(before))
    for folder in FOLDERS:
        for path in files.path_of(f"{folder}/.tmp").glob("*"):
            if _is_older(path, before):
                path.unlink(missing_ok=True)
                gone += 1
    if gone:
        log.warning("%d files without a row were taken away", gone)
    return gone


def orphans(before: float) -> Iterator[Path]:
    """The stored files, last written before that time, that neither an attachment nor a document names."""
    root = files.path_of("")
    old = (path for folder in FOLDERS for path in sorted(files.path_of(folder).glob("??/*")) if _is_older(path, before))
    for batch in _in_batches(old):
        names = {str(path.relative_to(root)): path for path in batch}
        named = {
            *Attachment.objects.filter(file__in=names).values_list("file", flat=True),
            *Document.objects.filter(pdf__in=names).values_list("pdf", flat=True),
        }
        yield from (path for name, path in names.items() if name not in named)


def _take_away(path: Path, before: float) -> int:
    """Set the file aside, and put it back if the same content was stored anew while we looked: then its row is on its way."""
    aside = files.temporary(path.relative_to(files.path_of("")).parts[0])
    try:
        os.rename(path, aside)
    except FileNotFoundError:
        return 0
    if not _is_older(aside, before):
        os.rename(aside, path)
        return 0
    aside.unlink()
    return 1


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:  # somebody else was faster
        return False


def _in_batches(paths: Iterator[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for path in paths:
        batch.append(path)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@invariant("INV-15", "No file lies without a row for more than a day")
def no_bytes_without_a_row() -> list[str]:
    return [f"{path.name} has no row" for path in orphans((now() - LONGEST).timestamp())]
