"""Files of an application."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from applications.answers import form_of
from applications.drafting.opening import opened, stop_if
from applications.enums import Section
from applications.models import (
    Application,
    ApplicationAttachment,
)
from calls.enums import QuestionKind
from calls.models import RequiredAttachment
from calls.questions import questions_of
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.text import clean_name, too_long
from grants.core.time import now
from grants.documents import attachments
from grants.documents.models import Attachment

MAX_FILES = 30


def add_attachment(
    application: Application,
    upload: Any,
    *,
    by: Any,
    label: str = "",
    required: RequiredAttachment | None = None,
    question_code: str = "",
    replaces: int | None = None,
) -> Attachment:
    """Take in a file. The file is checked and stored before the row; a refused one leaves nothing behind.

    ``required``: which of the files that the call asks for it is; then it needs no label of its own. ``question_code``: the
    question that it answers; it then belongs to the section of the questions. ``replaces``: the key of the row whose next
    version it is; a file of the same name in the same place is its next version anyway.
    """
    label = clean_name(label)
    stop_if(list(too_long("Beskrivningen", label, 150, "label")))
    with transaction.atomic():
        section = Section.PROJECT if question_code else Section.ATTACHMENTS
        row = opened(application, section, by=by, version=None)
        before = version_before(row, attachments.name_of(upload), required, question_code, replaces)
        if question_code:
            label = file_answer_label(row, question_code, before)
        if before is None and row.attachments.filter(removed_at__isnull=True).count() >= MAX_FILES:
            raise Blocked(f"Ansökan har redan {MAX_FILES} bilagor. Ta bort någon innan ni lägger till en ny.")
        if required is not None and required.call_id != row.call_id:
            raise Blocked([Reason("Välj vad filen är ur utlysningens lista.", "required")])
        attachment = attachments.accept(upload, by=by)
        if before is not None:
            before.removed_at = now()
            before.save(update_fields=["removed_at"])
            required = required or before.required
            label = label or before.label
        ApplicationAttachment.objects.create(
            application=row,
            attachment=attachment,
            label=label or (required.title if required else ""),
            required=required,
            question_code=question_code,
            replaces=before,
            number=before.number + 1 if before else 1,
        )
    return attachment


def version_before(
    row: Application, name: str, required: RequiredAttachment | None, question_code: str, replaces: int | None
) -> ApplicationAttachment | None:
    """The file that this one is a new version of: the one that was pointed at, or one of the same name in the same place.

    Raises Blocked when the one that was pointed at is no longer there.
    """
    held = list(
        row.attachments.filter(removed_at__isnull=True, question_code=question_code).select_related("attachment")
    )
    if replaces is None:
        alike = [one for one in held if one.attachment.name.casefold() == name.casefold()]
        return next((one for one in alike if required is None or one.required_id == required.pk), None)
    found = next((one for one in held if one.pk == replaces), None)
    if found is None:
        raise Blocked("Filen som skulle ersättas är borttagen eller har redan en nyare version. Ladda om sidan.")
    return found


def file_answer_label(row: Application, code: str, before: ApplicationAttachment | None = None) -> str:
    """What a file is that answers a question: the question. Raises Blocked when no such file is asked for, or no more."""
    asked = next((q for q in questions_of(form_of(row)) if q.code == code and q.kind == QuestionKind.FILE), None)
    where = f"fraga_{code}"
    if asked is None:
        raise Blocked([Reason("Frågan som filen svarar på ställs inte längre. Ladda om sidan.", where)])
    most = int(asked.settings.get("most") or 1)
    if before is None and row.attachments.filter(removed_at__isnull=True, question_code=code).count() >= most:
        files = "en fil" if most == 1 else f"{most} filer"
        raise Blocked([Reason(f"”{asked.label}” tar högst {files}. Ta bort en innan ni lägger till en ny.", where)])
    return asked.label[:150]


@whole
def remove_attachment(application: Application, pk: Any, *, by: Any) -> None:
    """Take a file away from the application. Its row stays, for the versions that were sent with it."""
    held = ApplicationAttachment.objects.filter(application=application, pk=pk, removed_at__isnull=True)
    is_answer = held.exclude(question_code="").exists()
    opened(application, Section.PROJECT if is_answer else Section.ATTACHMENTS, by=by, version=None)
    held.update(removed_at=now())
