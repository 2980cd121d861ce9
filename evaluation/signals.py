"""Handover to the next stage, sent inside the transaction (ARCHITECTURE)."""

from django.dispatch import Signal

decision_dispatched = Signal()  # decision, by
