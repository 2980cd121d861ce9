"""Whom the authority must ask before it decides: noted when the review is opened (3 § förordning 2003:596)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from applications.enums import PartyKind
from calls.enums import ConsultedBody
from calls.models import Consultation
from evaluation.models import Opinion
from grants.accounts.enums import OrganisationKind
from grants.accounts.models import Organisation
from grants.core import held
from grants.strategy.models import Region

STANDARD_QUESTION = (
    "Vi ber er att yttra er över ansökan: hur projektet förhåller sig till ert eget arbete och era planer, och om ni anser "
    "att det bör få stöd."
)
BY_CODE = {ConsultedBody.BOVERKET: "boverket", ConsultedBody.TRAFIKVERKET: "trafikverket"}
BY_COUNTY = {ConsultedBody.REGION: OrganisationKind.REGION, ConsultedBody.COUNTY_BOARD: OrganisationKind.COUNTY_BOARD}


def plan_opinions(review: Any) -> None:
    """Note whom the call says must be consulted; called when the review is opened, inside its transaction.

    Regions and county administrative boards: one for each county of the applicant and the co-applicants.
    """
    application = review.application
    call_id = application.call_id
    asked = held.read_once(Consultation, call_id, lambda: list(Consultation.objects.filter(call=call_id)))
    if not asked:
        return
    counties = counties_of(application)
    in_county = Q(ended_on__isnull=True, region__in=counties, kind__in=BY_COUNTY.values())
    bodies = Organisation.objects.filter(in_county | Q(code__in=BY_CODE.values())).order_by("-code")
    found = held.read_once(Organisation, tuple(county.pk for county in counties), lambda: list(bodies))
    by_county = {(body.kind, body.region_id): body for body in found if body.ended_on is None}
    by_code = {body.code: body for body in found}
    rows: list[Opinion] = []
    for consultation in asked:
        body = ConsultedBody(consultation.body)
        given = {
            "review": review,
            "body": body,
            "question": consultation.question.strip() or STANDARD_QUESTION,
            "answer_days": consultation.answer_days,
        }
        if body in BY_CODE:
            organisation = by_code.get(BY_CODE[body])
            rows.append(Opinion(organisation=organisation, name=str(organisation or body.label), **given))
            continue
        for county in counties:
            organisation = by_county.get((BY_COUNTY[body], county.pk))
            name = county.region_name if body == ConsultedBody.REGION else f"Länsstyrelsen i {county.county_name}"
            rows.append(Opinion(organisation=organisation, region=county, name=str(organisation or name), **given))
    Opinion.objects.bulk_create(rows)


def counties_of(application: Any) -> list[Any]:
    """The counties that the application concerns: the applicant's first, then the co-applicants', each once."""
    parties = [party for party in application.parties.all() if party.kind == PartyKind.CO_APPLICANT]
    asked = list(dict.fromkeys(party.organisation.region_id for party in parties if party.organisation_id))
    further = [pk for pk in asked if pk not in (None, application.region_id)]
    found = Region.objects.in_bulk(further) if further else {}
    own = [application.region] if application.region_id is not None else []
    return [*own, *(found[pk] for pk in further)]
