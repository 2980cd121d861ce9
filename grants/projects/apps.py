"""Stage 4, beviljat projekt: reports, payments, closing."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "grants.projects"
    verbose_name = "Projekt"
