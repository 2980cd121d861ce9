"""A file that the virus scanner stopped: the applicant is told what to do, and the history says so."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from applications.models import Application, ApplicationAttachment
from applications.receivers import receivers
from grants.core import events, mail
from grants.core.people import SYSTEM
from grants.documents import scanning
from grants.documents.enums import Scan
from grants.documents.models import Attachment


def tell(attachment: Attachment) -> None:
    """An event and a mail to those who write and the person who added the file. One that was taken away meanwhile tells nobody."""
    held = ApplicationAttachment.objects.filter(
        attachment=attachment, removed_at__isnull=True, application__is_test=False
    )
    row = held.select_related("application__call__authority", "application__applicant", "application__case").first()
    if row is None:
        return
    application = row.application
    with transaction.atomic():
        events.record(
            application,
            "attachment_stopped",
            by=SYSTEM,
            label="En bilaga stoppades i viruskontrollen",
            facts={"attachment": row.pk, "sha256": attachment.sha256},
        )
        mail.queue(
            "applications/attachment_stopped",
            to=receivers(application, attachment.uploaded_by),
            about=application,
            name=attachment.name,
        )


def check_waiting(application: Application) -> None:
    """Ask the scanner now about the files that still wait. Called when the press has arrived and before anything is locked:
    it takes no time from the applicant, and an infected file is found before it is sent in.
    """
    scanning.check(waiting(application))


def waiting(application: Application) -> QuerySet[Attachment]:
    """The files of the application that wait for the scanner."""
    return Attachment.objects.filter(
        scan=Scan.PENDING,
        application_attachment__application=application,
        application_attachment__removed_at__isnull=True,
    )
