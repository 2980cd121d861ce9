"""States and choices of reviews and decisions."""

from django.db import models

from grants.core.enums import StateChoices


class ReviewState(StateChoices):
    UNASSIGNED = "unassigned", "neutral", "Saknar handläggare"
    FORMAL_CHECK = "formal_check", "info", "Formell kontroll"
    ASSESSING = "assessing", "info", "Under bedömning"
    PROPOSED = "proposed", "accent", "Förslag klart"
    DECIDED = "decided", "success", "Beslutad"


class DecisionState(StateChoices):
    PREPARING = "preparing", "neutral", "Bereds"
    PROPOSED = "proposed", "accent", "Föreslagen"
    MADE = "made", "success", "Fattat"
    DISPATCHED = "dispatched", "success", "Expedierat"
    FINAL = "final", "success", "Laga kraft"


IN_FORCE = (DecisionState.MADE, DecisionState.DISPATCHED, DecisionState.FINAL)


class DecisionKind(models.TextChoices):
    SUPPORT = "support", "Beslut om stöd"
    DISMISSAL = "dismissal", "Avvisning"
    CLOSING_WITHOUT_TRIAL = "closing_without_trial", "Avskrivning"
    CHANGE = "change", "Ändringsbeslut"
    PAYMENT = "payment", "Beslut om utbetalning"
    ADVANCE = "advance", "Beslut om förskott"
    RECOVERY = "recovery", "Beslut om återkrav"
    CORRECTION = "correction", "Rättelse"
    RECONSIDERATION = "reconsideration", "Omprövning"


class Outcome(StateChoices):
    GRANTED = "granted", "success", "Beviljad"
    PARTLY_GRANTED = "partly_granted", "success", "Delvis beviljad"
    REJECTED = "rejected", "danger", "Avslagen"
    DISMISSED = "dismissed", "danger", "Avvisad"
    CLOSED_WITHOUT_TRIAL = "closed_without_trial", "neutral", "Avskriven"
    APPROVED = "approved", "success", "Godkänd"


GRANTING = (Outcome.GRANTED, Outcome.PARTLY_GRANTED)
