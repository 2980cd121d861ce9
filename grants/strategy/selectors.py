"""What the choice of objectives in an application is built from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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
    rus_of = {rus.region_id: rus for rus in Rus.objects.current().for_regions(chosen)}
    nodes: dict[int, dict[int, Node]] = {rus.pk: {} for rus in rus_of.values()}
    for objective in Objective.objects.current().filter(rus__in=nodes).order_by("order", "pk"):
        nodes[objective.rus_id][objective.pk] = Node(objective)
    return [tree(region, rus_of.get(region.pk), nodes) for region in chosen]


def tree(region: Region, rus: Rus | None, nodes: dict[int, dict[int, Node]]) -> RegionTree:
    if rus is None:
        return RegionTree(region, None, [])
    of_rus = nodes[rus.pk]
    roots: list[Node] = []
    for node in of_rus.values():
        node.objective.rus = rus  # already at hand: spares a query for each
        above = of_rus.get(node.objective.parent_id) if node.objective.parent_id else None
        (above.children if above else roots).append(node)
    return RegionTree(region, rus, roots)
