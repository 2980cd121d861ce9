"""Stage 3, beredning och beslut: formal check, assessment, ranking, decision, dispatch."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "Beredning och beslut"

    def ready(self) -> None:
        from applications import casefile, panels
        from applications.receivers import register_officers
        from evaluation import invariants, process, receivers, texts  # noqa: F401  (registers them)
        from evaluation.models import Opinion
        from evaluation.panels import decision_panel, left_out_of_case_file, officers_of, opinions_panel, outcomes_of
        from grants.core import mail
        from grants.core.ui import register_menu, register_own_page

        mail.use_own_texts(texts.own_mail)
        register_officers(officers_of)
        casefile.leave_out(left_out_of_case_file)
        casefile.show_events("evaluation.Opinion", only=("ask", "take_in", "communicate", "reply"))
        casefile.show_events("evaluation.Decision", only=("dispatch", "make_final"))
        panels.register(opinions_panel, order=15)
        panels.register(decision_panel, order=20)
        panels.register_outcomes(outcomes_of)
        register_menu("Ansökningar", "evaluation:list", order=30)
        register_menu("Beslut", "evaluation:decisions", order=40)
        register_own_page(
            "Yttranden", "evaluation:opinions", holds=lambda user: Opinion.objects.asked_of(user).exists()
        )
