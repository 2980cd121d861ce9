"""Whose RUS objectives an application may choose: of the regions that apply."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from applications.enums import PartyKind
from applications.models import Application
from grants.core.held import seen
from grants.core.known import rows_of
from grants.strategy.models import Region


def regions_of(application: Application) -> list[Region]:
    """The applicant's region, then those of the co-applicants. Every region when none of them belongs to one.

    Read once in a transaction.
    """
    return seen(regions_key(application), lambda: _read_regions(application))


def regions_key(application: Application) -> tuple[Any, ...]:
    """What decides which regions they are."""
    return ("regions", *region_ids(application))


def _read_regions(application: Application) -> list[Region]:
    wanted = region_ids(application)
    if application.region is not None and wanted == [application.region.pk]:
        return [application.region]  # read with the application
    return in_order(Region.objects.filter(pk__in=wanted), wanted) or list(Region.objects.current())


def in_order(regions: Iterable[Region], wanted: list[int]) -> list[Region]:
    """Regions in the order of these keys."""
    return sorted(regions, key=lambda region: wanted.index(region.pk))


def region_ids(application: Application) -> list[int]:
    """Keys of the regions that apply, the applicant's first. Parties that are read already are not read again."""
    parties = rows_of(application, "parties", "organisation")
    organisations = [party.organisation for party in parties if party.kind == PartyKind.CO_APPLICANT]
    found = [application.region_id, *(one.region_id for one in organisations if one)]
    return [pk for pk in dict.fromkeys(found) if pk]
