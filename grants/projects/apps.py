"""Stage 4, beviljat projekt: reports, payments, closing."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "grants.projects"
    verbose_name = "Projekt"

    def ready(self) -> None:
        from grants.projects import handover, invariants  # noqa: F401
