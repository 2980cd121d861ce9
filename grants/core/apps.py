"""Core: stateful models, events, jobs, mail, numbers, money and time. Everything else stands on it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CoreConfig(AppConfig):
    name = "grants.core"
    verbose_name = "Grunden"

    def ready(self) -> None:
        from grants.core import checks, triggers  # noqa: F401  (registers the system checks)

        pre_migrate.connect(triggers.drop_before_migrate, dispatch_uid="core.triggers")
        # Without a sender: after the migration of every app, since SQLite loses triggers when a table is rebuilt.
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="core.triggers")
