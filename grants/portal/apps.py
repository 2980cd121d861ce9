"""Start page, work list, case page: reading all stages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "grants.portal"
