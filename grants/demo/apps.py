"""Demo data, made through the real actions only."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "grants.demo"
