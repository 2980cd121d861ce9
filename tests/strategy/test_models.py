"""What the models say of themselves and what the database refuses."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from grants.strategy import models
from grants.strategy.loader import load

SHORT_COUNTIES = {
    "Stockholms län": "Stockholm",
    "Uppsala län": "Uppsala",
    "Södermanlands län": "Södermanland",
    "Östergötlands län": "Östergötland",
    "Jönköpings län": "Jönköping",
    "Kronobergs län": "Kronoberg",
    "Kalmar län": "Kalmar",
    "Gotlands län": "Gotland",
    "Blekinge län": "Blekinge",
    "Skåne län": "Skåne",
    "Hallands län": "Halland",
    "Västra Götalands län": "Västra Götaland",
    "Värmlands län": "Värmland",
    "Örebro län": "Örebro",
    "Västmanlands län": "Västmanland",
    "Dalarnas län": "Dalarna",
    "Gävleborgs län": "Gävleborg",
    "Västernorrlands län": "Västernorrland",
    "Jämtlands län": "Jämtland",
    "Västerbottens län": "Västerbotten",
    "Norrbottens län": "Norrbotten",
}


@pytest.mark.django_db
def test_short_county_drops_the_genitive_of_all_21():
    load()

    assert {region.county_name: region.short_county for region in models.Region.objects.all()} == SHORT_COUNTIES


@pytest.mark.parametrize(("term", "shown"), [("kraftsamling", "kraftsamling"), ("", "prioritering")])
def test_level_term_is_the_regions_own_word_else_ours(term, shown):
    assert models.Objective(level="priority", source_term=term).level_term == shown


@pytest.mark.django_db
def test_reference_data_are_the_same_to_everyone():
    load()

    assert models.Objective.objects.visible_to(AnonymousUser()).current().count() == 128
    assert models.Rus.objects.visible_to(AnonymousUser()).current().count() == 21
    assert models.Municipality.objects.visible_to(None).count() == 290


@pytest.mark.django_db
def test_objectives_are_found_by_region():
    load()
    regions = models.Region.objects.filter(county_code__in=["14", "24"])

    found = models.Objective.objects.current().for_regions(regions)

    assert {objective.rus.region.county_code for objective in found.for_display()} == {"14", "24"}
    assert found.count() == 9


@pytest.mark.django_db
def test_region_cannot_have_two_current_strategies():
    load()
    rus = models.Rus.objects.get(region__county_code="24")

    with pytest.raises(IntegrityError), transaction.atomic():
        models.Rus.objects.create(region=rus.region, version=2, title="En till")


@pytest.mark.django_db
def test_strategy_that_is_no_longer_current_has_an_end():
    load()

    with pytest.raises(IntegrityError), transaction.atomic():
        models.Rus.objects.filter(region__county_code="24").update(is_current=False)


@pytest.mark.django_db
def test_objective_cannot_be_its_own_parent():
    load()
    objective = models.Objective.objects.get(code="24-M1")

    with pytest.raises(IntegrityError), transaction.atomic():
        models.Objective.objects.filter(pk=objective.pk).update(parent=objective.pk)
