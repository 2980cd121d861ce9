"""Stage 1, utlysning: the call's text, dates, budget, rules, questions and criteria."""

from django.apps import AppConfig

from grants.core.ui import register_menu


class CallsConfig(AppConfig):
    name = "calls"
    verbose_name = "Utlysningar"

    def ready(self) -> None:
        from calls import invariants, process  # noqa: F401  (registers the invariants, and its part of the process)
        from grants.core.triggers import freeze

        # What an applicant was asked stands fast: the version once it is in use, and everything in it.
        freeze("calls.FormVersion", "frozen_at")
        freeze("calls.QuestionSection", "frozen_at", parent="calls.FormVersion", key="form_id")
        freeze("calls.Question", "frozen_at", parent="calls.FormVersion", key="form_id")
        register_menu("Utlysningar", "calls:manage", order=20, under="calls:list")
