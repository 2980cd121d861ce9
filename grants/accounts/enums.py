"""Kinds of organisations, levels of membership, roles at the granting authority, scopes of mandates."""

from django.db import models


class OrganisationKind(models.TextChoices):
    REGION = "region", "Region"
    COUNTY_BOARD = "county_board", "Länsstyrelse"
    MUNICIPALITY = "municipality", "Kommun"
    AGENCY = "agency", "Statlig myndighet"
    OTHER = "other", "Annan organisation"


class Level(models.TextChoices):
    """What a member may do with the organisation's applications and projects."""

    VIEW = "view", "Läsa"
    EDIT = "edit", "Läsa och skriva"
    MANAGE = "manage", "Läsa, skriva och styra behörigheter"


class Role(models.TextChoices):
    """Roles at a granting authority. The assessor of a case is never its decider (INV-7)."""

    HANDLER = "handler", "Handläggare"
    ASSESSOR = "assessor", "Bedömare"
    RAPPORTEUR = "rapporteur", "Föredragande"
    DECIDER = "decider", "Beslutsfattare"
    PAYMENT_OFFICER = "payment_officer", "Utbetalare"
    REGISTRAR = "registrar", "Registrator"
    CALL_MANAGER = "call_manager", "Utlysningsansvarig"
    READER = "reader", "Läsare"
    ADMINISTRATOR = "administrator", "Administratör"


class MandateScope(models.TextChoices):
    """What an authorised signatory may sign for the organisation (FL 14–15 §§)."""

    ALL = "all", "Ansökningar, rapporter och utbetalningar"
    APPLICATIONS = "applications", "Ansökningar"
    PAYMENTS = "payments", "Rapporter och utbetalningar"
