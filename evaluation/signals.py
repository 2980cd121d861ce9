"""Handovers to the next stage, sent inside the transaction (ARCHITECTURE)."""

from django.dispatch import Signal

decision_dispatched = Signal()  # decision, by
decision_sent_back = Signal()  # decision, by, reason: what later stages built on the proposal is open again
