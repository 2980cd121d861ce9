"""Download of a case's documents, through the case's rule."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from grants.core.http import SignedInRequest
from grants.core.policy import Audience, policy
from grants.documents.attachments import download
from grants.documents.letters import ensure_pdf
from grants.documents.models import Document


@policy(Audience.SIGNED_IN, about="En handling i ett ärende som pdf")
def document_pdf(request: SignedInRequest, pk: str) -> FileResponse:
    """The PDF of a document; rendered now when the worker has not come to it yet."""
    document = get_object_or_404(Document.objects.visible_to(request.user).select_related("case__authority"), pk=pk)
    document = ensure_pdf(document)
    return download(
        document.pdf, f"{document.case.register_number}-{document.number} {document.title}.pdf", "application/pdf"
    )
