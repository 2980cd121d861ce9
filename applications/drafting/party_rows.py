"""Parties are written anew each time; one that was there before keeps its row, so that its costs stay its own."""

from __future__ import annotations

from typing import Any

from applications.models import Application, CostLine, Party
from grants.core.exceptions import Reason
from grants.core.known import rows_of


def keep_rows(row: Application, parties: list[Party]) -> list[Any]:
    """Give each party the key of the row that it has already: the same organisation, else the same name.

    Returns why a party that is gone cannot go: it has costs in the budget, and nobody's budget is thrown away unasked.
    """
    held = rows_of(row, "parties")
    for party in parties:
        same = next((one for one in held if is_same(one, party)), None)
        if same is not None:
            party.pk = same.pk
            held.remove(same)
    if not held:
        return []
    gone = {one.pk: one.name for one in held}
    with_costs = CostLine.objects.filter(party__in=gone).order_by().values_list("party", flat=True).distinct()
    return [
        Reason(
            f"Ta först bort kostnaderna för {gone[pk][:60]} under Budget och finansiering. Först då går parten att ta bort.",
            "parter-0-name",
        )
        for pk in with_costs
    ]


def is_same(held: Party, given: Party) -> bool:
    if held.organisation_id or given.organisation_id:
        return held.organisation_id == given.organisation_id
    return held.name.casefold() == given.name.casefold()


def write_parties(row: Application, parties: list[Party]) -> None:
    """Store them after ``keep_rows``: those that are new, those that are changed; those that are gone go."""
    kept = {party.pk: party for party in parties if party.pk}
    if any(held.pk not in kept for held in rows_of(row, "parties")):
        row.parties.exclude(pk__in=kept).delete()
    fields = [
        field.name for field in Party._meta.concrete_fields if not field.primary_key and field.name != "application"
    ]
    if kept:
        Party.objects.bulk_update(kept.values(), fields)
    Party.objects.bulk_create([party for party in parties if not party.pk])
