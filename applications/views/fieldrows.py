"""What the forms of a page read when one of its fields is saved: its rows, and what can be chosen there, in one statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from applications import choices
from applications.content.loading import MANY
from applications.enums import PartyKind, Section
from applications.models import Application, Party
from applications.objectives import in_order, region_ids, regions_key
from applications.pages import PLACE
from calls.concerned import AREA, hold_concerned, lists_of
from calls.questions.base import listed_municipalities, municipalities_key
from calls.whole import use_kept_call
from grants.core.held import is_held, seen
from grants.core.locks import lock
from grants.core.rows import lend_rows
from grants.core.together import Together, hold, hold_rows, pointing
from grants.strategy.models import CollaborationLevel, Region
from grants.strategy.selectors import objectives_of, strategies_of, trees


def with_rows_of(row: Application, page: str) -> Application:
    """The application that the transaction has locked, as it stands now, with its call and the rows of a page.

    What was read is lent to ``row`` too, from which the section's action takes it, and which it comes back on.
    """
    found = lock(Application(pk=row.pk))
    found.call = use_kept_call(row.call)
    found.form = row.form
    if "applicant" in row._state.fields_cache:
        found.applicant = row.applicant
    if is_held(row):
        lend_rows(row, found)
    if page in READ:
        READ[page](found)
    lend_rows(found, row)
    return found


def hold_budget(row: Application) -> None:
    """The budget's rows, with the parties whose costs they are."""
    hold_rows(row, {name: MANY[name] for name in ("parties", "cost_lines", "financing_lines")})


OBJECTIVES = ("parties", "objective_links", "further_areas")


def _regions(key: Any) -> Any:
    own = Application.objects.filter(pk=key).order_by().values("region")
    others = Party.objects.filter(application=key, kind=PartyKind.CO_APPLICANT.value).order_by()
    return Region.objects.filter(pk__in=own.union(others.values("organisation__region")))


def _objectives(key: Any, call: Any) -> dict[str, Any]:
    regions = _regions(key)
    return {
        **pointing(Application, {name: MANY[name] for name in OBJECTIVES}, key),
        "regions": regions,
        "strategies": strategies_of(regions),
        "objectives": objectives_of(strategies_of(regions)),
        **lists_of(call),
    }


def hold_objectives(row: Application) -> None:
    """What the application has chosen, and what it can choose."""
    found = _hold(row, OBJECTIVES, WITH_OBJECTIVES, row.pk, row.call_id)
    if found:
        seen(choices.AREAS, lambda: found[AREA])
        hold_concerned(row.call, found)
        if regions := _see_regions(row, found):
            seen(choices.trees_key(row), lambda: trees(regions, found["strategies"], found["objectives"]))


def _see_regions(row: Application, found: dict[str, list[Any]]) -> list[Region]:
    """The regions that apply, kept for the transaction; empty where none does: then all are asked."""
    wanted = region_ids(row)
    return seen(regions_key(row), lambda: in_order(found["regions"], wanted)) if wanted else []


def _place(key: Any) -> dict[str, Any]:
    regions = _regions(key)
    return {
        **pointing(Application, {"parties": MANY["parties"]}, key),
        "regions": regions,
        "municipalities": listed_municipalities().filter(region__in=regions),
    }


def hold_place(row: Application) -> None:
    """The parties, and the municipalities that can be chosen for where they are."""
    found = _hold(row, ("parties",), WITH_PLACE, row.pk)
    if found and (regions := _see_regions(row, found)):
        seen(municipalities_key(regions), lambda: found["municipalities"])


def _parties(key: Any, applicant: Any) -> dict[str, Any]:
    return {
        **pointing(Application, {"parties": MANY["parties"]}, key),
        "levels": CollaborationLevel.objects.current(),
        "partners": choices.partners_of(applicant),
    }


def hold_parties(row: Application) -> None:
    """The parties, and who and what can be chosen for them."""
    found = _hold(row, ("parties",), WITH_PARTIES, row.pk, row.applicant_id)
    if found:
        seen(choices.LEVELS, lambda: found["levels"])
        seen(choices.partners_key(row.applicant_id), lambda: choices.by_name(found["partners"]))


def _hold(row: Application, names: tuple[str, ...], asked: Together, *values: Any) -> dict[str, list[Any]]:
    """Read the rows onto the application with all that is asked for; empty when it holds any of them already: then only the rest."""
    held = getattr(row, "_prefetched_objects_cache", {})
    if any(name in held for name in names):
        hold_rows(row, {name: MANY[name] for name in names})
        return {}
    found = asked.rows(*values)
    for name in names:
        hold(row, name, found[name], *MANY[name])
    return found


WITH_OBJECTIVES = Together(_objectives)
WITH_PLACE = Together(_place)
WITH_PARTIES = Together(_parties)
READ: dict[Any, Callable[[Application], None]] = {
    Section.PARTIES: hold_parties,
    Section.OBJECTIVES: hold_objectives,
    PLACE: hold_place,
    Section.BUDGET: hold_budget,
}
"""The rows that a page's forms read over and over. What they ask for beside them is read when they ask."""
