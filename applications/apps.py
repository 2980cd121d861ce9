"""Stage 2, ansökan: parties, answers, budget, financing, objectives, supplements."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "Ansökningar"

    def ready(self) -> None:
        from applications import invariants, panels, process, reading, stopped, texts  # noqa: F401  (registers the checks)
        from calls.texts import Source, applications
        from grants.core import mail
        from grants.documents import scanning, views

        panels.register(process.process_panel, order=90)
        views.keep_from(reading.kept_from)
        scanning.tell_when_stopped(stopped.tell)
        mail.use_own_texts(texts.own_mail)
        applications.register(Source(texts.choices, texts.preview_values))
