"""Which RUS objectives an application may choose: those in use of the regions that apply, and those it holds already."""

from __future__ import annotations

from applications.enums import PartyKind
from applications.models import Application
from grants.strategy.models import Objective, Region


def regions_of(application: Application) -> list[Region]:
    """The applicant's region, then those of the co-applicants. Every region when none of them belongs to one."""
    found = list(Region.objects.filter(organisations=application.applicant_id))
    co_applicants = application.parties.filter(
        kind=PartyKind.CO_APPLICANT, organisation__region__isnull=False
    ).select_related("organisation__region")
    found += [party.organisation.region for party in co_applicants if party.organisation and party.organisation.region]
    return list(dict.fromkeys(found)) or list(Region.objects.current())


def choosable_ids(application: Application) -> set[int]:
    """Primary keys of the objectives that may be chosen now."""
    current = Objective.objects.current().for_regions(regions_of(application))
    return {
        *current.values_list("pk", flat=True),
        *application.objective_links.values_list("objective", flat=True),
    }
