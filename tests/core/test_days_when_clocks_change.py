"""INV-17 over every day on which the clocks change, 2026–2030, minute by minute; and that no code asks for a time without a zone."""

import ast
import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings

from grants.core import time
from grants.core.invariants import CHECKS

YEARS = range(2026, 2031)
ROOT = Path(__file__).resolve().parents[2]
OURS = ("grants", "calls", "applications", "evaluation")
MINUTE = dt.timedelta(minutes=1)


def last_sunday(year, month):
    day = dt.date(year, month, 31)
    return day - dt.timedelta(days=(day.weekday() + 1) % 7)


SPRING = [last_sunday(year, 3) for year in YEARS]
AUTUMN = [last_sunday(year, 10) for year in YEARS]


def minutes():
    return [dt.time(hour, minute) for hour in range(24) for minute in range(60)]


def answered(day):
    """What each minute on the wall of that day becomes: an instant, or None where it is refused."""
    found = {}
    for clock in minutes():
        try:
            found[clock] = time.local_instant(day, clock)
        except ValueError:
            found[clock] = None
    return found


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN], ids=str)
def test_only_the_hour_that_is_missing_or_double_is_refused_and_every_other_minute_comes_back_as_it_was(day):
    found = answered(day)

    refused = [clock for clock, instant in found.items() if instant is None]
    assert refused == [dt.time(2, minute) for minute in range(60)]
    assert [
        clock
        for clock, instant in found.items()
        if instant is not None
        and (
            instant.tzinfo != dt.UTC or time.stockholm(instant).replace(tzinfo=None) != dt.datetime.combine(day, clock)
        )
    ] == []


@pytest.mark.parametrize(("days", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_a_day_is_as_long_as_the_clocks_make_it_and_its_minutes_stay_in_order(days, hours):
    for day in days:
        start, end = time.day_start(day), time.day_start(day + dt.timedelta(days=1))
        instants = [instant for instant in answered(day).values() if instant is not None]

        assert end - start == dt.timedelta(hours=hours)
        assert instants == sorted(instants)
        assert (instants[0], instants[-1]) == (start, end - MINUTE)


@pytest.mark.parametrize("day", AUTUMN, ids=str)
def test_two_instants_in_the_doubled_hour_are_compared_as_they_came(day):
    """Wall clocks of the same zone are compared without their fold: 02.30 twice would be one and the same."""
    first = time.day_start(day) + dt.timedelta(hours=2, minutes=30)
    second = first + dt.timedelta(hours=1)

    assert time.stockholm(first).replace(tzinfo=None) == time.stockholm(second).replace(tzinfo=None)
    assert first < second
    assert time.stockholm(first).astimezone(dt.UTC) == first
    assert time.stockholm(second).astimezone(dt.UTC) == second


def _name(owner: ast.expr) -> str:
    return owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")


def test_no_code_of_ours_asks_for_a_time_without_a_zone():
    """``datetime.now()``, ``date.today()`` and their like give a time of the machine: grants.core.time has ours.

    ``now().date()`` is the day in UTC: for the first hour or two of a Swedish day it is yesterday.
    """
    banned = {("datetime", "utcnow"), ("date", "today"), ("datetime", "today"), ("datetime", "utcfromtimestamp")}
    found = []
    for folder in (*OURS, "tests", "benchmarks", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                owner = node.func.value
                name = _name(owner)
                is_bare_now = (name, node.func.attr) == ("datetime", "now") and not (node.args or node.keywords)
                is_day_of_utc = node.func.attr == "date" and isinstance(owner, ast.Call) and _name(owner.func) == "now"
                if (name, node.func.attr) in banned or is_bare_now or is_day_of_utc:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert found == []


@pytest.mark.django_db
def test_the_invariant_finds_a_setting_that_would_store_wall_clock_time(monkeypatch):
    check = next(run for name, (_, run) in CHECKS.items() if name.startswith("INV-17 "))
    assert check() == []

    monkeypatch.setattr(settings, "USE_TZ", False)

    assert check() != []
