"""Documents: the case file (ärende), its register number and its documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "grants.documents"
    verbose_name = "Handlingar"

    def ready(self) -> None:
        from grants.core.triggers import protect
        from grants.documents import jobs, orphans, scanning  # noqa: F401  (registers the jobs and the invariant of files)

        # A document's content never changes (INV-2); the rendered PDF joins once, dispatch is stamped once.
        protect(
            "documents.Document",
            (
                "id",
                "case_id",
                "kind",
                "number",
                "direction",
                "title",
                "content",
                "sha256",
                "created_at",
                "created_by_id",
            ),
        )
        protect("documents.Case", ("id", "authority_id", "year", "number", "opened_at"))
