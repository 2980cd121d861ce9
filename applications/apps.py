"""Stage 2, ansökan: parties, answers, budget, financing, objectives, supplements."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "Ansökningar"

    def ready(self) -> None:
        from applications import invariants  # noqa: F401  (registers the checks)
