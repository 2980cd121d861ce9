"""Files without a row: taken away when they have waited long enough, and nothing else is."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from applications import actions
from applications.models import ApplicationAttachment
from grants.core import files
from grants.core.exceptions import Blocked
from grants.core.time import now
from grants.documents import orphans
from grants.documents.attachments import accept
from grants.documents.models import Attachment, Document
from grants.documents.tasks import sweep_orphans
from tests.applications.test_answers import call_with, draft_in
from tests.builders.base import person

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(name="plan.pdf", content=b"%PDF-1.4 plan"):
    return SimpleUploadedFile(name, content)


def aged(path, hours):
    moment = (now() - hours * HOUR).timestamp()
    os.utime(path, (moment, moment))
    return path


def stored():
    return sorted(
        str(path.relative_to(settings.MEDIA_ROOT)) for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()
    )


def test_a_save_refused_at_its_second_file_leaves_no_row_and_its_first_file_goes_with_the_sweep():
    draft = draft_in(call_with("file", "file"))
    uploads = {"f1": upload(), "f2": upload("plan.exe", b"MZ")}

    with pytest.raises(Blocked):
        actions.save_files(draft, uploads, [], by=draft.created_by)

    assert (ApplicationAttachment.objects.count(), Attachment.objects.count()) == (0, 0)
    (left,) = stored()
    assert orphans.sweep() == 0
    aged(files.path_of(left), 11)
    assert (orphans.sweep(), stored()) == (0, [left])
    aged(files.path_of(left), 13)
    assert (orphans.sweep(), stored()) == (1, [])


def test_a_file_that_a_row_names_stays_however_old_and_whoever_else_stored_it():
    kept = accept(upload(), by=person())
    other = accept(upload(), by=person())
    Attachment.objects.filter(pk=other.pk).delete()
    aged(files.path_of(kept.file), 10_000)

    assert orphans.sweep() == 0
    assert stored() == [kept.file]


def test_the_pdf_of_a_document_stays_and_one_without_a_document_goes():
    names = [files.store([text], "documents", ".pdf")[0] for text in (b"brev", b"ingens")]
    for name in names:
        aged(files.path_of(name), 100)
    document = draft_document(names[0])

    assert orphans.sweep() == 1
    assert stored() == [document.pdf]


def draft_document(pdf):
    from tests.builders.applications import submitted_application

    document = Document.objects.filter(case=submitted_application().case).first()
    Document.objects.filter(pk=document.pk).update(pdf=pdf)
    return Document.objects.get(pk=document.pk)


def test_what_a_broken_upload_left_goes_too_and_a_young_one_is_let_be():
    old, young = files.temporary("attachments"), files.temporary("attachments")
    for path in (old, young):
        path.write_bytes(b"halv")
    aged(old, 13)

    assert orphans.sweep() == 1
    assert [path.exists() for path in (old, young)] == [False, True]


def test_a_file_stored_anew_while_the_sweep_looks_is_put_back(monkeypatch):
    """Two people, one content: the second one's row is not there yet when the sweep has asked for rows."""
    name, _, _ = files.store([b"%PDF-1.4 plan"], "attachments")
    path = aged(files.path_of(name), 13)
    rename = os.rename

    def stored_in_between(source, target):
        if source == path and not stored_again:
            stored_again.append(True)
            files.store([b"%PDF-1.4 plan"], "attachments")
        rename(source, target)

    stored_again = []
    monkeypatch.setattr(orphans.os, "rename", stored_in_between)

    assert orphans.sweep() == 0
    assert path.read_bytes() == b"%PDF-1.4 plan"


def test_the_check_finds_what_the_sweep_has_missed_for_a_day():
    name, _, _ = files.store([b"x"], "attachments")
    aged(files.path_of(name), 23)
    assert orphans.no_bytes_without_a_row() == []

    aged(files.path_of(name), 25)

    assert orphans.no_bytes_without_a_row() == [f"{Path(name).name} has no row"]


def test_the_scheduler_sweeps_every_hour():
    entry = settings.CELERY_BEAT_SCHEDULE["sweep-orphans"]

    assert (entry["task"], entry["schedule"]) == (sweep_orphans.name, 3600.0)
