"""Which RUS objectives an application may choose: those in use of the regions that apply, and those it holds already."""

from __future__ import annotations

from applications.enums import PartyKind
from applications.models import Application
from grants.core.known import rows_of
from grants.strategy.models import Objective, Region


def regions_of(application: Application) -> list[Region]:
    """The applicant's region, then those of the co-applicants. Every region when none of them belongs to one."""
    wanted = _region_ids(application)
    if application.region is not None and wanted == [application.region.pk]:
        return [application.region]  # read with the application
    found = list(Region.objects.filter(pk__in=wanted))
    found.sort(key=lambda region: wanted.index(region.pk))
    return found or list(Region.objects.current())


def _region_ids(application: Application) -> list[int]:
    """Keys of the regions that apply, the applicant's first. Parties that are read already are not read again."""
    parties = rows_of(application, "parties", "organisation")
    organisations = [party.organisation for party in parties if party.kind == PartyKind.CO_APPLICANT]
    found = [application.region_id, *(one.region_id for one in organisations if one)]
    return [pk for pk in dict.fromkeys(found) if pk]


def not_choosable(application: Application, chosen: set[int]) -> set[int]:
    """Of these primary keys of objectives, those that may not be chosen now."""
    if not chosen:
        return set()
    current = Objective.objects.current().for_regions(_region_ids(application) or Region.objects.current())
    left = chosen - set(current.order_by().values_list("pk", flat=True))
    return left and left - set(application.objective_links.order_by().values_list("objective", flat=True))
