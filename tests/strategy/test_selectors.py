"""The tree of objectives that an application chooses from."""

import pytest

from grants.strategy.loader import load
from grants.strategy.models import Region
from grants.strategy.selectors import objectives_tree
from tests.strategy.files import copy_of_data, drop, replace

pytestmark = pytest.mark.django_db


def shape(nodes) -> list:
    return [(node.objective.code, shape(node.children)) for node in nodes]


def test_tree_nests_objectives_under_their_parents_in_the_order_of_the_file():
    load()

    [tree] = objectives_tree(Region.objects.filter(county_code="10"))

    assert tree.rus.title == "Växtplats Blekinge"
    assert shape(tree.roots) == [
        ("10-V1", []),
        ("10-P1", [("10-P3", []), ("10-P4", []), ("10-M1", []), ("10-M2", [])]),
        ("10-P2", []),
    ]


def test_tree_keeps_the_order_of_the_regions_and_takes_each_once():
    load()
    by_code = {region.county_code: region for region in Region.objects.all()}

    trees = objectives_tree([by_code["24"], by_code["01"], by_code["24"]])

    assert [tree.region.county_code for tree in trees] == ["24", "01"]


@pytest.mark.parametrize("count", [1, 3, 21])
def test_tree_costs_two_queries_however_many_regions(count, django_assert_num_queries):
    load()
    regions = list(Region.objects.all()[:count])

    with django_assert_num_queries(2):
        trees = objectives_tree(regions)
        titles = [node.objective.rus.title for tree in trees for node in tree.roots]

    assert len(trees) == count
    assert len(titles) >= count


def test_whole_tree_holds_every_objective_once():
    load()

    def count(nodes) -> int:
        return sum(1 + count(node.children) for node in nodes)

    assert sum(count(tree.roots) for tree in objectives_tree(Region.objects.all())) == 128


def test_tree_shows_the_version_in_use_only(tmp_path):
    load()
    data = copy_of_data(tmp_path)
    replace(data, "rus.csv", "10,Växtplats Blekinge,", "10,Växtplats Blekinge 2040,")
    drop(data, "rus_objectives.csv", "10,10-P2,")
    load(data)

    [tree] = objectives_tree(Region.objects.filter(county_code="10"))

    assert (tree.rus.version, [code for code, _ in shape(tree.roots)]) == (2, ["10-V1", "10-P1"])


def test_region_without_a_known_strategy_has_an_empty_tree(tmp_path):
    data = copy_of_data(tmp_path)
    drop(data, "rus.csv", "24,")
    drop(data, "rus_objectives.csv", "24,24-M1,", "24,24-M2,", "24,24-P1,", "24,24-P2,", "24,24-P3,")
    load(data)

    [tree] = objectives_tree(Region.objects.filter(county_code="24"))

    assert (tree.rus, tree.roots) == (None, [])
