"""Stage 3, beredning och beslut: formal check, assessment, ranking, decision, dispatch."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "Beredning och beslut"

    def ready(self) -> None:
        from applications import panels
        from evaluation import invariants, process, receivers  # noqa: F401  (registers them)
        from evaluation.panels import decision_panel, outcomes_of
        from grants.core.ui import register_menu

        panels.register(decision_panel, order=20)
        panels.register_outcomes(outcomes_of)
        register_menu("Ansökningar", "evaluation:list", order=30)
        register_menu("Beslut", "evaluation:decisions", order=40)
