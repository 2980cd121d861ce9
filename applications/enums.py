"""States and choices of applications."""

from django.db import models

from grants.core.enums import StateChoices


class State(StateChoices):
    DRAFT = "draft", "neutral", "Utkast"
    SUBMITTED = "submitted", "info", "Inkommen"
    IN_REVIEW = "in_review", "info", "Under bedömning"
    SUPPLEMENT_REQUESTED = "supplement_requested", "warning", "Komplettering begärd"
    DECIDED = "decided", "accent", "Beslutad"
    WITHDRAWN = "withdrawn", "neutral", "Återtagen"
    DISMISSED = "dismissed", "danger", "Avvisad"
    CLOSED_WITHOUT_TRIAL = "closed_without_trial", "neutral", "Avskriven"


SENT_STATES = tuple(state for state in State if state != State.DRAFT)
"""Everything that has reached the authority."""
OPEN_STATES = (State.SUBMITTED, State.IN_REVIEW, State.SUPPLEMENT_REQUESTED)
"""What the authority still has to decide."""
CLOSED_STATES = tuple(state for state in SENT_STATES if state not in OPEN_STATES)
"""Ended, by a decision or by the applicant."""


class Section(models.TextChoices):
    """The sections of the form, in order; addresses and links use the value."""

    PARTIES = "parter", "Sökande och parter"
    PROJECT = "projekt", "Projektet"
    OBJECTIVES = "mal", "Mål och områden"
    BUDGET = "budget", "Budget och finansiering"
    ATTACHMENTS = "bilagor", "Bilagor"


class PartyKind(models.TextChoices):
    """Four party types (DOMAIN 1.7). The beneficiary is the application's applicant and always there."""

    BENEFICIARY = "beneficiary", "Stödmottagare"
    CO_APPLICANT = "co_applicant", "Samverkanspart"
    COOPERATING = "cooperating", "Samarbetspart"
    CO_FINANCIER = "co_financier", "Medfinansiär"


class FinancingForm(models.TextChoices):
    """In what form a financier gives (DOMAIN 1.7). Directly financed: a third party pays costs of the project itself."""

    CASH = "cash", "Pengar"
    IN_KIND = "in_kind", "Bidrag i annat än pengar"
    DIRECT = "direct", "Direktfinansierat"


class FinancingKind(models.TextChoices):
    OWN = "own", "Egen finansiering"
    PUBLIC = "public", "Annan offentlig finansiering"
    PRIVATE = "private", "Privat finansiering"
