"""Stage 4, beviljat projekt: reports, payments, closing."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "grants.projects"
    verbose_name = "Projekt"

    def ready(self) -> None:
        from applications import casefile, panels
        from grants.core.ui import register_menu
        from grants.projects import handover, invariants, process  # noqa: F401
        from grants.projects.panels import project_panel
        from grants.projects.selectors import INTERNAL, OURS

        panels.register(project_panel, order=30)
        for object_type in OURS:
            casefile.show_events(object_type, without=INTERNAL)
        register_menu("Projekt", "projects:list", order=40)
        register_menu("Utbetalningar", "projects:payments", order=50)
