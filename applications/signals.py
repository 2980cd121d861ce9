"""Handover to the next stage, sent inside the transaction (ARCHITECTURE)."""

from django.dispatch import Signal

application_submitted = Signal()  # application, by
