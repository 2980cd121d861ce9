"""Download of a case's documents, through the case's rule."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from grants.core.http import SignedInRequest
from grants.core.policy import Audience, policy
from grants.documents.attachments import download, serve
from grants.documents.letters import ensure_pdf
from grants.documents.models import CaseMessage, CaseMessageFile, Document

_keepers: list[Callable[[Any, Any], str]] = []


def keep_from(reason: Callable[[Any, Any], str]) -> None:
    """Add a rule of a later stage: (document, user) → why this person does not get the PDF, "" when they do."""
    if reason not in _keepers:
        _keepers.append(reason)


@policy(Audience.SIGNED_IN, about="En handling i ett ärende som pdf")
def document_pdf(request: SignedInRequest, pk: str) -> FileResponse:
    """The PDF of a document; rendered now when the worker has not come to it yet."""
    document = get_object_or_404(Document.objects.visible_to(request.user).select_related("case__authority"), pk=pk)
    for reason in _keepers:
        if text := reason(document, request.user):
            raise PermissionDenied(text)
    document = ensure_pdf(document)
    return download(
        document.pdf, f"{document.case.register_number}-{document.number} {document.title}.pdf", "application/pdf"
    )


@policy(Audience.SIGNED_IN, about="En fil som kom eller gick med ett meddelande i ett ärende")
def message_file(request: SignedInRequest, number: int) -> HttpResponseBase:
    """The file, to those who may read the message; 403 until it is scanned clean."""
    rows = CaseMessageFile.objects.filter(message__in=CaseMessage.objects.visible_to(request.user))
    return serve(get_object_or_404(rows.select_related("attachment"), pk=number).attachment)
