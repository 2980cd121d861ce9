"""States and choices of reviews and decisions."""

from calls.enums import DecisionKind
from grants.core.enums import StateChoices

__all__ = ["GRANTING", "IN_FORCE", "DecisionKind", "DecisionState", "OpinionState", "Outcome", "ReviewState"]


class ReviewState(StateChoices):
    UNASSIGNED = "unassigned", "neutral", "Saknar handläggare"
    FORMAL_CHECK = "formal_check", "info", "Formell kontroll"
    ASSESSING = "assessing", "info", "Under bedömning"
    PROPOSED = "proposed", "accent", "Förslag klart"
    DECIDED = "decided", "success", "Beslutad"


class OpinionState(StateChoices):
    TO_ASK = "to_ask", "neutral", "Ska frågas"
    REQUESTED = "requested", "warning", "Väntar på svar"
    ANSWERED = "answered", "success", "Besvarat"
    WAIVED = "waived", "neutral", "Avstått"


class DecisionState(StateChoices):
    PREPARING = "preparing", "neutral", "Bereds"
    PROPOSED = "proposed", "accent", "Föreslagen"
    MADE = "made", "success", "Fattat"
    DISPATCHED = "dispatched", "success", "Expedierat"
    FINAL = "final", "success", "Laga kraft"


IN_FORCE = (DecisionState.MADE, DecisionState.DISPATCHED, DecisionState.FINAL)


class Outcome(StateChoices):
    GRANTED = "granted", "success", "Beviljad"
    PARTLY_GRANTED = "partly_granted", "success", "Delvis beviljad"
    REJECTED = "rejected", "danger", "Avslagen"
    DISMISSED = "dismissed", "danger", "Avvisad"
    CLOSED_WITHOUT_TRIAL = "closed_without_trial", "neutral", "Avskriven"
    APPROVED = "approved", "success", "Godkänd"


GRANTING = (Outcome.GRANTED, Outcome.PARTLY_GRANTED)
