"""Files below MEDIA_ROOT: hashed while received, read back before they count, renamed into place whole (TRUST INV-15)."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


class FileMismatch(OSError):
    """What lies on the disk is not what was received."""


def path_of(name: str) -> Path:
    """The place of a stored name. Names are ours (hashes, ids), never a user's."""
    root = Path(settings.MEDIA_ROOT).resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise ValueError("The name leads outside the file store.")
    return path


def digest_of(path: Path) -> str:
    """sha256 of what lies on the disk."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def temporary(folder: str) -> Path:
    """A fresh path to write to before ``keep``; in the same file system as its place."""
    place = path_of(f"{folder}/.tmp")
    place.mkdir(parents=True, exist_ok=True)
    return place / uuid.uuid4().hex


def keep(temp: Path, name: str) -> None:
    """Flush the temporary file to the disk and rename it to its stored name, whole or not at all."""
    with temp.open("rb+") as file:
        os.fsync(file.fileno())
    place = path_of(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(temp, place)


def store(chunks: Iterable[bytes], folder: str, suffix: str = "") -> tuple[str, str, int]:
    """Store a stream by its content's hash; returns (name, sha256, size in bytes). Raises OSError and leaves nothing behind."""
    temp = temporary(folder)
    digest, size = hashlib.sha256(), 0
    try:
        with temp.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
        received = digest.hexdigest()
        if digest_of(temp) != received:
            raise FileMismatch("The stored copy differs from what was received.")
        name = f"{folder}/{received[:2]}/{received}{suffix}"
        keep(temp, name)
    finally:
        temp.unlink(missing_ok=True)
    return name, received, size
