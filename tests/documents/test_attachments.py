"""Files from people: type by content, limits, nothing served before it is clean (TRUST T6, T7, INV-15)."""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from grants.core import files
from grants.core.exceptions import Blocked
from grants.documents.attachments import accept
from grants.documents.models import Attachment
from tests.builders.base import person

pytestmark = pytest.mark.django_db


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def workbook() -> bytes:
    file = io.BytesIO()
    Workbook().save(file)
    return file.getvalue()


def zipped(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack("!IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", b"%PDF-1.7\n..."),
        ("budget.xlsx", workbook()),
        ("karta.png", png()),
        ("text.txt", "åäö".encode()),
        ("PLAN.PDF", b"%PDF-1.4\n"),
    ],
)
def test_a_file_of_an_accepted_type_is_stored_by_its_content(name, content):
    kept = accept(upload(name, content), by=person())

    assert files.path_of(kept.file).read_bytes() == content
    assert files.digest_of(files.path_of(kept.file)) == kept.sha256
    assert kept.size == len(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bild.svg", b"<svg onload='x'/>"),
        ("sida.html", b"<script>"),
        ("program.exe", b"MZ"),
        ("plan.pdf", b"MZ inte en pdf"),
        ("plan.xlsx", zipped(("word/document.xml", b"x"))),
        ("makro.xlsx", zipped(("xl/workbook.xml", b"x"), ("xl/vbaProject.bin", b"x"))),
        ("bomb.xlsx", zipped(("xl/workbook.xml", b"0" * 60_000_000))),
        ("trasig.docx", b"PK\x03\x04 trasig"),
        ("tom.pdf", b""),
        ("binär.txt", b"\0\1\2"),
        ("utan ändelse", b"%PDF-1.7"),
        ("", b"%PDF-1.7"),
    ],
)
def test_other_files_are_refused_with_a_sentence_and_nothing_is_stored(name, content):
    file = upload("x", content)
    file._name = name

    with pytest.raises(Blocked, match=r"^Filen.*\.$"):
        accept(file, by=person())

    assert Attachment.objects.count() == 0


def test_a_file_above_the_limit_is_refused(settings):
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024

    with pytest.raises(Blocked, match="högst 1 MB"):
        accept(upload("plan.pdf", b"%PDF-1.7" + b"0" * 1024 * 1024), by=person())


def test_a_name_never_becomes_a_path():
    kept = accept(upload("../../etc/passwd\u202efdp.pdf", b"%PDF-1.7"), by=person())

    assert kept.file.startswith("attachments/")
    assert "\u202e" not in kept.name
    with pytest.raises(ValueError, match="outside"):
        files.path_of("../utanför")


def test_a_cut_file_on_the_disk_is_found_before_it_counts(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(files, "digest_of", lambda path: "0" * 64)

    with pytest.raises(files.FileMismatch):
        files.store([b"abc"], "attachments")

    assert [path for path in files.path_of("attachments").rglob("*") if path.is_file()] == []
