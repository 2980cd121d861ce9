"""Outlets: Excel and open data, reading all stages."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "grants.exports"
