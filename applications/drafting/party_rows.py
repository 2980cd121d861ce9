"""Parties are written anew each time; one that was there before keeps its row, so that its costs stay its own."""

from __future__ import annotations

from typing import Any

from applications.models import Application, CostLine, Party
from grants.core.exceptions import Reason
from grants.core.known import rows_of
from grants.core.rows import differing, hold_again


def keep_rows(row: Application, parties: list[Party], places: list[int]) -> list[Any]:
    """Give each party the key of the row that it has already: the same organisation, else the same name.

    One that has no account here and is written otherwise in its row of the page (``places``) is the same one too, unless its
    organisation number says that it is another: its costs stay, and what was confirmed of its part was confirmed of another
    name (applications.commitments).

    Returns why a party that is gone cannot go: it has costs in the budget, and nobody's budget is thrown away unasked.
    """
    held = rows_of(row, "parties")
    for party in parties:
        same = next((one for one in held if is_same(one, party)), None)
        if same is not None:
            party.pk = same.pk
            held.remove(same)
    new = [(party, place) for party, place in zip(parties, places, strict=True) if party.pk is None]
    if len(held) == len(new) == 1 and is_renamed(held[0], *new[0]):
        new[0][0].pk = held.pop().pk
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


def is_renamed(held: Party, given: Party, place: int) -> bool:
    """Whether what is written in a row of the page is the party without an account that stood there, by another name."""
    numbers = {number for number in (held.org_number, given.org_number) if number}
    return held.order == place and not held.organisation_id and len(numbers) < 2


def write_parties(row: Application, parties: list[Party]) -> None:
    """Store them after ``keep_rows``: those that are new, those that have changed; those that are gone go."""
    held = {one.pk: one for one in rows_of(row, "parties")}
    if held.keys() - {party.pk for party in parties}:
        row.parties.exclude(pk__in=[party.pk for party in parties if party.pk]).delete()
    changed = {party.pk: names for party in parties if party.pk and (names := differing(held[party.pk], party))}
    if changed:
        Party.objects.bulk_update([party for party in parties if party.pk in changed], set().union(*changed.values()))
    Party.objects.bulk_create([party for party in parties if not party.pk])
    hold_again(row, "parties", parties)
