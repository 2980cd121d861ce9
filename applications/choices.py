"""What the pages of an application offer to choose from. In a transaction each list is read once: nobody there changes it."""

from __future__ import annotations

from typing import Any

from applications.models import Application
from applications.objectives import region_ids, regions_of
from grants.accounts.models import Organisation
from grants.core.held import seen
from grants.strategy.models import CollaborationLevel, StrategicArea
from grants.strategy.selectors import RegionTree, flat, objectives_tree


def trees_of(application: Application) -> list[RegionTree]:
    """The strategies of the regions that apply, with their objectives."""
    return seen(trees_key(application), lambda: objectives_tree(regions_of(application)))


def trees_key(application: Application) -> tuple[Any, ...]:
    """What decides which strategies they are."""
    return ("strategies", *region_ids(application))


def not_choosable(application: Application, chosen: set[int]) -> set[int]:
    """Of these primary keys of objectives, those that may not be chosen now: not of the regions, and not held already."""
    if not chosen:
        return set()
    left = chosen - {node.objective.pk for tree in trees_of(application) for node in flat(tree.roots)}
    return left and left - set(application.objective_links.order_by().values_list("objective", flat=True))


def areas() -> list[StrategicArea]:
    """The strategic areas, the ended ones too: which of them a call concerns is for ``calls.concerned``."""
    return seen(AREAS, lambda: list(StrategicArea.objects.all()))


AREAS = ("strategic areas",)


def collaboration_levels() -> list[CollaborationLevel]:
    """The steps of collaboration."""
    return seen(LEVELS, lambda: list(CollaborationLevel.objects.current()))


LEVELS = ("collaboration levels",)


def partners(applicant_id: Any) -> dict[str, Organisation]:
    """Those that can be parties of an applicant's application, by their name in small letters."""
    return seen(partners_key(applicant_id), lambda: by_name(partners_of(applicant_id)))


def partners_key(applicant_id: Any) -> tuple[Any, ...]:
    """Whose partners they are."""
    return ("partners", applicant_id)


def partners_of(applicant_id: Any) -> Any:
    """The query of them."""
    return Organisation.objects.filter(ended_on__isnull=True).exclude(pk=applicant_id).order_by("name")


def by_name(found: Any) -> dict[str, Organisation]:
    """As a party's name is looked up."""
    return {one.name.casefold(): one for one in found}
