"""Outlets: Excel and open data, reading all stages."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "grants.exports"
    verbose_name = "Uttag"

    def ready(self) -> None:
        from grants.exports import jobs  # noqa: F401  # registers the kinds of jobs
