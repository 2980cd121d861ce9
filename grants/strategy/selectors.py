"""What the choice of objectives in an application is built from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from grants.strategy.models import Objective, Region, Rus


@dataclass
class Node:
    objective: Objective
    children: list[Node] = field(default_factory=list)


@dataclass
class RegionTree:
    region: Region
    rus: Rus | None
    """The version in use; None when none is known."""
    roots: list[Node]


def objectives_tree(regions: Iterable[Region]) -> list[RegionTree]:
    """The current strategy and its objectives, nested, per region in the order given. Two queries, however many."""
    chosen = list(dict.fromkeys(regions))
    strategies = list(strategies_of(chosen))
    return trees(chosen, strategies, objectives_of(strategies))


def strategies_of(regions: Any) -> Any:
    """The strategies in use of the regions: a list of them, or a query."""
    return Rus.objects.current().for_regions(regions)


def objectives_of(strategies: Any) -> Any:
    """What can be chosen of the strategies, in order."""
    return Objective.objects.current().filter(rus__in=strategies).order_by("order", "pk")


def trees(regions: Iterable[Region], strategies: Iterable[Rus], objectives: Iterable[Objective]) -> list[RegionTree]:
    """The same of what has been read already."""
    rus_of = {rus.region_id: rus for rus in strategies}
    nodes: dict[int, dict[int, Node]] = {rus.pk: {} for rus in rus_of.values()}
    for objective in objectives:
        nodes[objective.rus_id][objective.pk] = Node(objective)
    return [tree(region, rus_of.get(region.pk), nodes) for region in regions]


def tree(region: Region, rus: Rus | None, nodes: dict[int, dict[int, Node]]) -> RegionTree:
    if rus is None:
        return RegionTree(region, None, [])
    of_rus = nodes[rus.pk]
    rus.region = region
    roots: list[Node] = []
    for node in of_rus.values():
        node.objective.rus = rus  # already at hand: spares a query for each
        above = of_rus.get(node.objective.parent_id) if node.objective.parent_id else None
        (above.children if above else roots).append(node)
    return RegionTree(region, rus, roots)


def flat(nodes: list[Node]) -> Iterator[Node]:
    """Nodes with everything under them, in order."""
    for node in nodes:
        yield node
        yield from flat(node.children)
