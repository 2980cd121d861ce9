"""Choices of the reference data, with the labels that people see."""

from django.db import models


class Level(models.TextChoices):
    """Our mapping of the regions' many words for the levels of a strategy; the region's own word is `source_term`."""

    VISION = "vision", "vision"
    GOAL = "goal", "mål"
    PRIORITY = "priority", "prioritering"


class OrganisationKind(models.TextChoices):
    AGENCY = "statlig_myndighet", "Statlig myndighet"
    MINISTRY = "departement", "Departement"
    COUNTY_BOARD = "lansstyrelse", "Länsstyrelse"
    REGION = "region", "Region"
    MUNICIPALITY = "kommun", "Kommun"
    OTHER = "annan", "Annan organisation"
