"""Stage 2, ansökan: parties, answers, budget, financing, objectives, supplements."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "Ansökningar"

    def ready(self) -> None:
        from applications import (  # noqa: F401  (registers the checks)
            casefile_zip,
            invariants,
            panels,
            process,
            reading,
            rules,
            stopped,
            texts,
        )
        from calls.texts import Source, applications
        from grants.core import mail
        from grants.core.ui import register_own_page
        from grants.documents import scanning, views
        from grants.documents.models import let_in

        panels.register(process.process_panel, order=90)
        let_in(rules.let_into_case)
        views.keep_from(reading.kept_from)
        scanning.tell_when_stopped(stopped.tell)
        mail.use_own_texts(texts.own_mail)
        register_own_page("Våra ansökningar", "applications:mine", holds=rules.is_guest)
        applications.register(Source(texts.choices, texts.preview_values))
