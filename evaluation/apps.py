"""Stage 3, beredning och beslut: formal check, assessment, ranking, decision, dispatch."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "Beredning och beslut"

    def ready(self) -> None:
        from evaluation import invariants, receivers  # noqa: F401  (registers them)
