"""Stage 2, ansökan: parties, answers, budget, financing, objectives, supplements."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "Ansökningar"

    def ready(self) -> None:
        from applications import invariants, panels, process, reading  # noqa: F401  (registers the checks)
        from grants.documents import views

        panels.register(process.process_panel, order=90)
        views.keep_from(reading.kept_from)
