"""The rendering of documents as jobs."""

from grants.core.jobs import Progress, job_kind
from grants.core.models import Job


@job_kind("render_document", "Skapa pdf")
def render_document(job: Job, progress: Progress) -> None:
    """Render the PDF of the document that the job names."""
    from grants.documents.letters import ensure_pdf
    from grants.documents.models import Document

    ensure_pdf(Document.objects.select_related("case__authority").get(pk=job.params["document"]))
    progress(1, 1)
