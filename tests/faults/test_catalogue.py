"""make fault: known ids run, unknown ones are told the list; the harness itself is sound."""

import importlib
import inspect

import pytest

from tests.faults import __main__ as entry
from tests.faults.catalogue import FAULTS
from tests.faults.figures import Figures, percentile
from tests.faults.inside import numbers


@pytest.mark.parametrize("arguments", [[], ["F-99"], ["nonsense"]])
def test_an_unknown_id_is_told_the_known_ones(capsys, arguments):
    status = entry.main(arguments)

    said = capsys.readouterr().out
    assert status == 2
    assert [name for name in FAULTS if name not in said] == []


@pytest.mark.parametrize("name", FAULTS)
def test_every_id_has_its_module_with_numbers_as_options(name):
    run = importlib.import_module(f"tests.faults.{FAULTS[name].module}").run

    assert [p.name for p in inspect.signature(run).parameters.values() if not isinstance(p.default, int)] == []


def test_figures_are_reached_only_when_something_was_measured_and_nothing_missed():
    empty, whole, short = Figures(), Figures(), Figures()
    whole.must_equal("lost", 0, 0)
    short.must_equal("lost", 1, 0)
    short.must_not_exceed("p99 s", 11, 10)

    assert (empty.is_reached, whole.is_reached, short.is_reached) == (False, True, False)
    assert short.missed == ["lost is 1, must be 0", "p99 s is 11.00, must be at most 10"]
    assert whole.line() == "lost 0"


def test_a_percentile_is_one_of_the_values():
    assert (percentile([3, 1, 2], 0.5), percentile([3, 1, 2], 1.0), percentile([], 0.99)) == (2, 3, 0.0)


def test_options_are_numbers_by_name():
    assert numbers(["--pressers", "500", "--window-ms", "60000"]) == {"pressers": 500, "window_ms": 60000}
