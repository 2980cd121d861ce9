"""Stage 1, utlysning: the call's text, dates, budget, rules, questions and criteria."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"
    verbose_name = "Utlysningar"
