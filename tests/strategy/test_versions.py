"""A RUS that becomes another one gets a version; what was linked to keeps its own."""

from datetime import date

import pytest

from grants.strategy.loader import load
from grants.strategy.models import Objective, Rus
from tests.strategy.files import append, copy_of_data, drop, replace

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 4)


def versions(county: str) -> list[tuple]:
    rows = Rus.objects.filter(region__county_code=county)
    return list(rows.values_list("version", "is_current", "valid_from", "valid_to"))


def reload(data, today=DAY):
    reports = {report.file: report for report in load(data, today=today)}
    return reports["rus.csv"], reports["rus_objectives.csv"]


NEW_VERSION = [(1, False, None, DAY), (2, True, DAY, None)]


def test_changed_title_makes_a_new_version_that_keeps_the_old_objectives(tmp_path):
    load()
    old = Objective.objects.get(code="10-P3")
    data = copy_of_data(tmp_path)
    replace(data, "rus.csv", "10,Växtplats Blekinge,", "10,Växtplats Blekinge 2040,")

    strategies, objectives = reload(data)

    kept = Objective.objects.get(pk=old.pk)
    new = Objective.objects.current().get(code="10-P3")
    assert versions("10") == NEW_VERSION
    assert (strategies.added, strategies.ended, strategies.unchanged) == (["10 version 2"], ["10 version 1"], 20)
    assert (len(objectives.added), len(objectives.ended), objectives.unchanged) == (7, 7, 121)
    assert (kept.label, kept.rus_id, kept.parent_id, kept.ended_on) == (old.label, old.rus_id, old.parent_id, DAY)
    assert (kept.rus.version, kept.rus.title) == (1, "Växtplats Blekinge")
    assert (new.rus.version, new.rus.title, new.parent.rus_id) == (2, "Växtplats Blekinge 2040", new.rus_id)
    assert Objective.objects.current().count() == 128
    assert Rus.objects.current().count() == 21


def test_load_after_a_new_version_changes_nothing(tmp_path):
    load()
    data = copy_of_data(tmp_path)
    replace(data, "rus.csv", "10,Växtplats Blekinge,", "10,Växtplats Blekinge 2040,")
    reload(data)

    reports = load(data)

    assert [report.file for report in reports if not report.is_silent] == []


def test_title_that_changes_back_makes_a_third_version(tmp_path):
    load()
    data = copy_of_data(tmp_path)
    replace(data, "rus.csv", "10,Växtplats Blekinge,", "10,Växtplats Blekinge 2040,")
    reload(data)

    load(today=date(2026, 6, 1))

    assert [row[:2] for row in versions("10")] == [(1, False), (2, False), (3, True)]


@pytest.mark.parametrize(
    ("file", "old", "new", "county"),
    [
        ("rus.csv", ",2021,2021-06-02,", ",2025,2025-06-02,", "17"),
        ("rus.csv", ",2021,2021-06-02,", ",2021,2021-06-03,", "17"),
        ("rus.csv", ",2021,2021-06-02,", ",2021,,", "17"),
        ("rus_objectives.csv", "17-P2,Höja kompetensen", "17-P2,Höja kompetensen i hela länet", "17"),
        ("rus_objectives.csv", "En levande plats,mål,", "En levande plats,prioritering,", "24"),
        ("rus_objectives.csv",
         "P1,Sammanhållen region,prioritering,inriktning", "P1,Sammanhållen region,prioritering,spår", "24"),
        ("rus_objectives.csv",
         "Sammanhållen region,prioritering,inriktning,", "Sammanhållen region,prioritering,inriktning,24-M1", "24"),
    ],
    ids=["adopted again", "another day", "day withdrawn", "label", "level", "the region's word", "parent"],
)  # fmt: skip
def test_other_content_makes_a_new_version(file, old, new, county, tmp_path):
    load()
    data = copy_of_data(tmp_path)
    replace(data, file, old, new)

    reload(data)

    assert versions(county) == NEW_VERSION


@pytest.mark.parametrize(
    ("file", "old", "new", "county"),
    [
        ("rus.csv", "Reviewed every four years.", "Reviewed now and then.", "14"),
        (
            "rus.csv",
            "Växtplats Blekinge,till 2030,2022,2022-02,",
            "Växtplats Blekinge,till 2030,2022,2022-02-14,",
            "10",
        ),
        ("rus.csv", "(RUS 2020–2030),2020–2030,,,", "(RUS 2020–2030),2020–2030,2020,2020-03,", "24"),
        ("rus.csv", "Värmlandsstrategin 2040,till 2040,", "Värmlandsstrategin 2040,2021–2040,", "17"),
    ],
    ids=["note", "day of a known month", "unknown adoption found", "period"],
)
def test_completed_strategy_stays_the_same_version(file, old, new, county, tmp_path):
    load()
    data = copy_of_data(tmp_path)
    replace(data, file, old, new)

    strategies, objectives = reload(data)

    assert versions(county) == [(1, True, None, None)]
    assert (len(strategies.changed), strategies.unchanged) == (1, 20)
    assert objectives.is_silent


def test_address_and_status_of_an_objective_are_changed_in_place(tmp_path):
    load()
    before = Objective.objects.get(code="14-P1").pk
    data = copy_of_data(tmp_path)
    text = (data / "rus_objectives.csv").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("14,14-P1,"))
    replace(data, "rus_objectives.csv", row, row.rsplit(",", 2)[0] + ",superseded,https://example.se/ny")

    _, objectives = reload(data)

    objective = Objective.objects.get(code="14-P1")
    assert objectives.changed == ["14-P1: strategy_status, source_url"]
    assert (objective.pk, objective.rus.version, objective.strategy_status) == (before, 1, "superseded")


def test_objective_that_comes_or_goes_does_so_within_the_version(tmp_path):
    load()
    data = copy_of_data(tmp_path)
    drop(data, "rus_objectives.csv", "22,22-P16,", "22,22-P3,")
    append(
        data,
        "rus_objectives.csv",
        "22,22-P17,Nytt,prioritering,prioriterat område,22-M3,Ett Västernorrland 2020–2030,current,",
    )

    strategies, objectives = reload(data)

    assert strategies.is_silent
    assert (objectives.added, objectives.ended, objectives.changed) == (["22-P17"], ["22-P16", "22-P3"], [])
    assert Objective.objects.get(code="22-P17").parent.code == "22-M3"
    assert Objective.objects.get(code="22-P3").ended_on == DAY

    reports = {report.file: report for report in load()}
    assert reports["rus_objectives.csv"].reopened == ["22-P3", "22-P16"]
    assert reports["rus_objectives.csv"].ended == ["22-P17"]
    assert versions("22") == [(1, True, None, None)]


def test_objective_that_returns_with_other_words_makes_a_new_version(tmp_path):
    """A row that was linked to never says something else, even if it was ended in between."""
    load()
    data = copy_of_data(tmp_path)
    drop(data, "rus_objectives.csv", "24,24-P3,")
    reload(data, today=date(2026, 2, 1))
    append(
        data, "rus_objectives.csv", "24,24-P3,Något annat,prioritering,inriktning,,RUS Västerbotten 2020–2030,current,"
    )

    reload(data)

    labels = Objective.objects.filter(code="24-P3").order_by("rus__version").values_list("label", "ended_on")
    assert versions("24") == NEW_VERSION
    assert list(labels) == [("Föregångare i omställning", date(2026, 2, 1)), ("Något annat", None)]


def test_strategy_that_leaves_the_file_is_ended_and_reopened(tmp_path):
    load()
    data = copy_of_data(tmp_path)
    drop(data, "rus.csv", "24,")
    drop(data, "rus_objectives.csv", "24,24-M1,", "24,24-M2,", "24,24-P1,", "24,24-P2,", "24,24-P3,")

    strategies, objectives = reload(data)

    assert versions("24") == [(1, False, None, DAY)]
    assert (strategies.ended, objectives.ended) == (["24"], ["24-M1", "24-M2", "24-P1", "24-P2", "24-P3"])
    assert [report.file for report in load(data) if not report.is_silent] == []

    reports = {report.file: report for report in load()}
    assert versions("24") == [(1, True, None, None)]
    assert (reports["rus.csv"].reopened, len(reports["rus_objectives.csv"].reopened)) == (["24"], 5)
    assert Objective.objects.current().count() == 128
