"""States and choices of projects, reports and payment applications."""

from django.db import models

from grants.core.enums import StateChoices


class ProjectState(StateChoices):
    STARTING = "starting", "info", "Startar"
    RUNNING = "running", "success", "Pågår"
    PAUSED = "paused", "warning", "Pausat"
    CLOSING = "closing", "accent", "Avslutas"
    CLOSED = "closed", "success", "Avslutat"


class ReportState(StateChoices):
    DRAFT = "draft", "neutral", "Utkast"
    SUBMITTED = "submitted", "info", "Inkommen"
    CHECKED = "checked", "accent", "Granskad"
    SUPPLEMENT_REQUESTED = "supplement_requested", "warning", "Komplettering begärd"
    DECIDED = "decided", "success", "Godkänd"


class PaymentState(StateChoices):
    DRAFT = "draft", "neutral", "Utkast"
    SUBMITTED = "submitted", "info", "Inkommen"
    CHECKED = "checked", "accent", "Granskad"
    SUPPLEMENT_REQUESTED = "supplement_requested", "warning", "Komplettering begärd"
    DECIDED = "decided", "accent", "Beslutad"
    PAID = "paid", "success", "Utbetald"


ACTIVE = (ProjectState.RUNNING, ProjectState.CLOSING)
"""Money may be asked for, decided and paid; a paused project waits."""
REPORTING = (ProjectState.RUNNING, ProjectState.PAUSED, ProjectState.CLOSING)
"""Reports may be written and handled."""
WITH_OWNER = ("draft", "supplement_requested")
"""The owner's turn: reports and payment applications that may be written in."""


class ReportKind(models.TextChoices):
    PROGRESS = "progress", "Lägesrapport"
    FINAL = "final", "Slutrapport"
