"""Taking in files: type by content, hash while receiving, nothing served before it is scanned clean (TRUST T7, INV-15)."""

from __future__ import annotations

import zipfile
from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse

from grants.core import files
from grants.core.exceptions import Blocked
from grants.core.text import clean_name
from grants.documents import scanning
from grants.documents.enums import Scan
from grants.documents.models import Attachment

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
}
ZIPPED = {"docx": "word/", "xlsx": "xl/", "odt": "content.xml", "ods": "content.xml"}
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_MEMBERS = 2000
TYPE_LIST = "pdf, docx, xlsx, odt, ods, png, jpg, txt eller csv"


def accept(upload: UploadedFile, *, by: Any) -> Attachment:
    """Store an uploaded file. Raises Blocked with the sentence to show; then nothing is stored."""
    name = name_of(upload)
    size = upload.size or 0
    if size == 0:
        raise Blocked(f"Filen ”{name}” är tom. Välj en fil med innehåll.")
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise Blocked(
            f"Filen ”{name}” är för stor. Den får vara högst {settings.ATTACHMENT_MAX_BYTES // 1024 // 1024} MB."
        )
    suffix = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    if suffix not in TYPES or not _content_is(upload, suffix):
        raise Blocked(f"Filen ”{name}” är inte en {TYPE_LIST}. Spara den i något av formaten och försök igen.")
    upload.seek(0)
    stored, digest, received = files.store(upload.chunks(), "attachments")
    attachment = Attachment.objects.create(
        name=name,
        content_type=TYPES[suffix],
        size=received,
        sha256=digest,
        file=stored,
        scan=scanning.state_at_receipt(),
        uploaded_by=by,
    )
    scanning.enqueue(attachment)
    return attachment


def name_of(upload: Any) -> str:
    """The name that an uploaded file gets: one line, without characters that turn the reading direction, its end kept."""
    return clean_name(upload.name or "")[-200:].strip() or "fil"


def _content_is(upload: UploadedFile, suffix: str) -> bool:
    """Whether the content is what the name says: by its first bytes, and for zipped formats by what is in the zip."""
    upload.seek(0)
    head = upload.read(8192)
    if suffix in ("txt", "csv"):
        return b"\0" not in head
    if suffix in ZIPPED:
        return _zip_is(upload, ZIPPED[suffix])
    kind = filetype.guess(head)
    return kind is not None and kind.extension == suffix


def _zip_is(upload: UploadedFile, member: str) -> bool:
    """A zip with the expected member, within the limits of its directory: no bombs, no macros (TRUST F-12)."""
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    unpacked = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members) or 1
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked / packed > MAX_RATIO:
        raise Blocked("Filen packas upp till för mycket innehåll. Spara den på nytt eller som pdf.")
    names = [info.filename for info in members]
    return any(name.startswith(member) for name in names) and not any("vbaProject" in name for name in names)


def serve(attachment: Attachment) -> FileResponse:
    """The file as a download that cannot run anything. The caller has asked the rule of its case. 403 until it may be opened."""
    if attachment.scan == Scan.INFECTED:
        raise PermissionDenied("Filen stoppades i viruskontrollen och går inte att öppna.")
    if not attachment.is_open:
        raise PermissionDenied("Filen kontrolleras och går inte att öppna än. Försök igen om en stund.")
    return download(attachment.file, attachment.name, attachment.content_type)


def download(stored: str, name: str, content_type: str) -> FileResponse:
    """A stored file as a download with a locked-down policy."""
    response = FileResponse(
        files.path_of(stored).open("rb"), as_attachment=True, filename=name, content_type=content_type
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
