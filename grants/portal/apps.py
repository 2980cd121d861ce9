"""Start page, work list, public results: reading all stages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "grants.portal"
    verbose_name = "Portalen"

    def ready(self) -> None:
        from grants.accounts.enums import Role
        from grants.core.ui import register_menu

        register_menu("Arbetslista", "portal:worklist", order=10)
        register_menu(
            "Meddelanden", "portal:messages", order=90, roles=(Role.REGISTRAR, Role.ADMINISTRATOR, Role.HANDLER)
        )
