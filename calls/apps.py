"""Stage 1, utlysning: the call's text, dates, budget, rules, questions and criteria."""

from django.apps import AppConfig

from grants.core.ui import register_menu


class CallsConfig(AppConfig):
    name = "calls"
    verbose_name = "Utlysningar"

    def ready(self) -> None:
        from calls import invariants, process  # noqa: F401  (registers the invariants, and its part of the process)

        register_menu("Utlysningar", "calls:manage", order=20, under="calls:list")
