from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "grants.strategy"
    verbose_name = "Strategier och planeringsunderlag"
