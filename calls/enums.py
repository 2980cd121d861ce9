"""States and choices of calls."""

from django.db import models

from grants.core.enums import StateChoices


class State(StateChoices):
    DRAFT = "draft", "neutral", "Utkast"
    PUBLISHED = "published", "info", "Kommande"
    OPEN = "open", "success", "Öppen för ansökan"
    CLOSED = "closed", "neutral", "Stängd"
    SETTLED = "settled", "accent", "Avgjord"
    ARCHIVED = "archived", "neutral", "Arkiverad"


PUBLIC_STATES = (State.PUBLISHED, State.OPEN, State.CLOSED, State.SETTLED)
"""What everyone may see."""


class CallKind(models.TextChoices):
    OPEN = "open", "Öppen utlysning"
    DIRECTED = "directed", "Riktad inbjudan"
    BASE_FUNDING = "base_funding", "Erbjudande om basfinansiering"


class CostTypeCode(models.TextChoices):
    """Cost types seen in Swedish national project funds (DOMAIN 1.6); a call says which of them it allows."""

    STAFF = "staff", "Personal"
    SERVICES = "services", "Externa tjänster"
    TRAVEL = "travel", "Resor och logi"
    EQUIPMENT = "equipment", "Investeringar, materiel och lokaler"
    INDIRECT = "indirect", "Indirekta kostnader"
    IN_KIND = "in_kind", "Bidrag i annat än pengar"
