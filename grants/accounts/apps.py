"""Accounts: people, organisations, memberships, mandates and roles at the granting authority."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "grants.accounts"
    verbose_name = "Konton"
