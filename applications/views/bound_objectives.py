"""The forms of objectives and areas, and of place."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from applications.choices import trees_of
from applications.drafting import save_objectives, save_place
from applications.enums import ConcernKind
from applications.forms import ObjectivesForm, PlaceForm, how_key
from applications.models import Application
from applications.objectives import regions_of
from applications.places import FIELD, KIND, QUESTION, around, stored
from applications.views.bound_base import Bound, is_valid
from calls import applying
from calls.concerned import AREA, concerned
from grants.strategy.selectors import Node, RegionTree, flat


def objectives(application: Application, post: Any = None, blank: int = 0) -> Bound:
    trees = trees_of(application)
    shown = [node.objective for tree in trees for node in flat(tree.roots)]
    held = {link.objective_id: link for link in application.objective_links.all()}
    earlier = [link.objective for pk, link in held.items() if pk not in {objective.pk for objective in shown}]
    lists = concerned(application.call)
    form = ObjectivesForm(
        post,
        objectives=[*shown, *earlier],
        areas=list(lists.get(AREA, {}).items()),
        themes=applying.theme_choices(application.call),
        concerns=concern_choices(application, lists),
        initial={
            "theme": str(application.theme_id or ""),
            "mal": [str(pk) for pk in held],
            "huvudmal": str(application.main_objective_id or ""),
            **{how_key(pk): link.contribution for pk, link in held.items()},
            "main_area": application.main_area_id,
            "further_areas": [further.area_id for further in application.further_areas.all()],
            **{kind: [one["code"] for one in held] for kind, held in application.concerns.items()},
        },
    )

    def more() -> dict[str, Any]:
        main = str(form["huvudmal"].value() or "")
        return {
            "concerns": [form[kind] for kind in form.concerns],
            "groups": [group(form, tree, main, application) for tree in trees],
            "is_alone": len(trees) == 1,
            "is_searchable": len(shown) > FEW,
            "earlier": [picked(form, objective, 0, main) for objective in earlier],
        }

    bound = Bound([form], {"form": form}, save=save_objectives, more=more, unused=form.unused())
    if post is not None and is_valid(bound.sources):
        bound.data = form.data_for_action()
    return bound


FEW = 12
"""Objectives that one sees at a glance: a search helps above that."""


def group(form: ObjectivesForm, tree: RegionTree, main: str, application: Application) -> dict[str, Any]:
    """One region's strategy with its objectives; it stands open for the applicant, and where anything is chosen."""
    items = [picked(form, objective, depth, main) for node in tree.roots for objective, depth in outline(node)]
    count = sum(item["is_ticked"] for item in items)
    is_own = tree.region.pk == application.region_id
    return {
        "rus": tree.rus,
        "region": tree.region,
        "items": items,
        "count": count,
        "is_own": is_own,
        "is_open": is_own or bool(count) or any(item["how"].errors for item in items),
    }


def concern_choices(application: Application, lists: dict[str, dict[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """By kind what the call names, and what was chosen before though the call no longer names it."""
    found = {}
    for kind in ConcernKind:
        if kind == ConcernKind.MUNICIPALITY:
            continue
        held = {one["code"]: one["label"] for one in application.concerns.get(kind.value, ())}
        if choices := {**lists.get(kind.value, {}), **held}:
            found[kind.value] = list(choices.items())
    return found


def outline(node: Node, depth: int = 0) -> Iterator[tuple[Any, int]]:
    """Objectives with their depth."""
    yield node.objective, depth
    for child in node.children:
        yield from outline(child, depth + 1)


def picked(form: ObjectivesForm, objective: Any, depth: int, main: str) -> dict[str, Any]:
    """One line of the picker."""
    return {
        "objective": objective,
        "depth": depth,
        "is_ticked": str(objective.pk) in form.ticked,
        "is_main": str(objective.pk) == main,
        "how": form[how_key(objective.pk)],
    }


def place(application: Application, post: Any = None, blank: int = 0) -> Bound:
    """The municipalities are asked by the same field, list and map as a question of that kind."""
    regions = regions_of(application)
    surroundings = around(application, lambda: regions)
    form = PlaceForm(
        post,
        municipalities=KIND.fields(QUESTION, 0, surroundings)[""],
        initial={
            FIELD: [one["code"] for one in stored(application)],
            "spatial_before": str(application.spatial_before or ""),
            "spatial_after": str(application.spatial_after or ""),
            "spatial_how": application.spatial_how,
        },
    )

    def more() -> dict[str, Any]:
        listed = KIND.context(QUESTION, {"": form[FIELD]}, surroundings)
        return {
            "asked": SimpleNamespace(question=QUESTION, name=FIELD, field=form[FIELD], is_optional=True, more=listed)
        }

    bound = Bound([form], {"form": form}, save=save_place, more=more)
    if post is not None and is_valid(bound.sources):
        bound.data = form.data_for_action()
    return bound
