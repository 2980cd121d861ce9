"""What has come in, as it was frozen, and whether what was read is still what would be sent."""

from __future__ import annotations

from typing import Any

from applications.models import Application
from grants.core import seen
from grants.core.exceptions import Reason, Stale
from grants.documents.actions import checksum, frozen
from grants.documents.enums import DocumentKind
from grants.documents.models import Document


def sent_content(application: Application) -> dict[str, Any]:
    """The latest version that has come in, as it was frozen. While the applicant writes a supplement this is what counts.

    Raises Document.DoesNotExist for a draft: nothing has come in.
    """
    return latest_version(application).content


def latest_version(application: Application) -> Document:
    """The document with the newest content that has come in."""
    return versions_of(application).latest("number")


def versions_of(application: Application) -> Any:
    """The documents that hold the application's content, oldest first: the application, then each supplement."""
    return Document.objects.filter(
        case=application.case_id, kind__in=(DocumentKind.APPLICATION, DocumentKind.SUPPLEMENT)
    ).order_by("number")


def fingerprint(content: dict[str, Any]) -> str:
    """The sha256 of the content as it would be frozen: the review page carries it, and the receipt if nothing changes meanwhile."""
    return checksum(frozen(content))


def same_content(content: dict[str, Any], read_sha256: str | None) -> None:
    """Raise Stale when the signatory read another content than this; None: nobody read it on a page."""
    if read_sha256 is not None and read_sha256 != fingerprint(content):
        raise Stale(
            Reason(
                "Ansökan har ändrats sedan du läste den. Läs igenom den igen, och skicka in om allt stämmer.",
                seen.WHERE,
            )
        )
