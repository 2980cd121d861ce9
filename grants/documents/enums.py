"""Kinds and directions of documents (TF 2 kap.: received, drawn up, dispatched), scan states of files."""

from django.db import models

from grants.core.enums import StateChoices


class Direction(models.TextChoices):
    RECEIVED = "received", "Inkommen"
    DRAWN_UP = "drawn_up", "Upprättad"
    DISPATCHED = "dispatched", "Expedierad"


class DocumentKind(models.TextChoices):
    APPLICATION = "application", "Ansökan"
    RECEIPT = "receipt", "Mottagningsbevis"
    SUPPLEMENT_REQUEST = "supplement_request", "Begäran om komplettering"
    SUPPLEMENT = "supplement", "Komplettering"
    EXTENSION_REQUEST = "extension_request", "Begäran om längre svarstid"
    EXTENSION_ANSWER = "extension_answer", "Besked om svarstid"
    MESSAGE = "message", "Meddelande"
    WITHDRAWAL = "withdrawal", "Återtagande"
    OPINION_REQUEST = "opinion_request", "Begäran om yttrande"
    OPINION = "opinion", "Yttrande"
    COMMUNICATION = "communication", "Kommunicering"
    ASSESSMENT = "assessment", "Bedömning"
    DECISION = "decision", "Beslut"
    REPORT = "report", "Rapport"
    PAYMENT_APPLICATION = "payment_application", "Ansökan om utbetalning"
    PAYMENT_NOTE = "payment_note", "Utbetalning"
    CLOSING = "closing", "Avslut"


class Scan(StateChoices):
    """Files are served when clean, or where the operator has said that they are not scanned (TRUST T7)."""

    PENDING = "pending", "info", "Kontrolleras"
    CLEAN = "clean", "success", "Kontrollerad"
    INFECTED = "infected", "danger", "Stoppad"
    SKIPPED = "skipped", "warning", "Inte kontrollerad"
