"""The command: what a first, a second and a changed load do, and say."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from grants.strategy import models
from grants.strategy.loader import load
from grants.strategy.reference import FILES
from tests.strategy.files import append, copy_of_data, drop, dump, replace

pytestmark = pytest.mark.django_db

COUNTS = {
    models.Region: 21,
    models.Municipality: 290,
    models.ContactArea: 3,
    models.ReferenceOrganisation: 46,
    models.Objective: 128,
    models.StrategicArea: 4,
    models.SocietalChallenge: 3,
    models.CrossCuttingDriver: 7,
    models.CollaborationLevel: 8,
    models.KeyQuestion: 4,
    models.DialogueTheme: 16,
    models.PlanningLevel: 7,
    models.Rus: 21,
}


def run(*arguments: object, **options: object) -> str:
    out = StringIO()
    call_command("load_reference_data", *arguments, stdout=out, **options)
    return out.getvalue()


def report(file: str, reports: list) -> object:
    return next(each for each in reports if each.file == file)


def test_first_load_stores_every_row_of_every_file():
    run()

    assert {model: model.objects.current().count() for model in COUNTS} == COUNTS


def test_first_load_says_what_was_added():
    said = run().splitlines()

    assert said[1] == "regions.csv: 21 added, 0 changed, 0 reopened, 0 ended, 0 unchanged"
    assert said[-1] == "Reference data loaded."
    assert len(said) == len(FILES) + 1


def test_second_load_changes_nothing():
    run()
    before = dump()

    reports = load()

    assert [each.file for each in reports if not each.is_silent] == []
    assert sum(each.unchanged for each in reports) == sum(COUNTS.values())
    assert dump() == before


def test_second_load_writes_nothing(django_assert_max_num_queries):
    load()

    with django_assert_max_num_queries(16) as queries:
        load()

    assert [q["sql"] for q in queries.captured_queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_unknown_stays_empty():
    load()

    spatial = models.Rus.objects.values_list("explicitly_spatial", flat=True)
    assert list(spatial).count(False) == 0
    assert list(spatial).count(None) + list(spatial).count(True) == 21
    assert models.Rus.objects.get(region__county_code="24").explicitly_spatial is None
    assert models.Rus.objects.get(region__county_code="01").explicitly_spatial is True
    assert models.Rus.objects.get(region__county_code="24").adopted_year is None
    known = models.Region.objects.exclude(org_number="").values_list("county_code", flat=True)
    assert list(known) == ["04", "19", "20", "23"]
    assert models.Rus.objects.exclude(valid_from=None).count() == 0


def test_rows_carry_their_place_and_relations():
    load()

    region = models.Region.objects.get(county_code="24")
    objective = models.Objective.objects.get(code="22-P5")
    assert (region.contact_area.name, region.contact_area.is_vacant) == ("Nord", False)
    assert models.ContactArea.objects.get(code="syd").is_vacant is True
    assert models.Municipality.objects.get(code="2480").region == region
    assert models.ReferenceOrganisation.objects.get(code="region-24").region == region
    assert models.ReferenceOrganisation.objects.get(code="boverket").region is None
    assert (objective.parent.code, objective.level, objective.level_term) == ("22-M2", "priority", "prioriterat område")
    assert list(models.StrategicArea.objects.values_list("code", "order")) == [
        ("SO1", 1),
        ("SO2", 2),
        ("SO3", 3),
        ("SO4", 4),
    ]
    assert "github.com/okfse" in models.Municipality.objects.get(code="2480").source


def test_every_row_of_the_lists_names_its_source():
    load()

    without = [model.__name__ for model in COUNTS if model not in (models.Rus, models.Objective)
               if model.objects.filter(source="").exists()]  # fmt: skip
    assert without == []
    assert not models.Rus.objects.filter(source_url="").exists()
    assert not models.Objective.objects.filter(source_url="").exists()


def test_changed_row_is_changed_in_place_and_named(tmp_path):
    load()
    data = copy_of_data(tmp_path)
    before = models.StrategicArea.objects.get(code="SO2").pk
    replace(data, "strategic_areas.csv", ",Kompetens,", ",Kompetens och utbildning,")

    said = run(data=data, verbosity=2).splitlines()

    area = models.StrategicArea.objects.get(code="SO2")
    assert (area.pk, area.short_sv) == (before, "Kompetens och utbildning")
    place = said.index("strategic_areas.csv: 0 added, 1 changed, 0 reopened, 0 ended, 3 unchanged")
    assert said[place + 1] == "  ~ SO2: short_sv"


def test_row_that_leaves_its_file_is_ended_and_reopened_when_it_returns(tmp_path):
    load()
    data = copy_of_data(tmp_path)
    drop(data, "societal_challenges.csv", "SU2,")

    ended = report("societal_challenges.csv", load(data, today=date(2026, 3, 1)))

    challenge = models.SocietalChallenge.objects.get(code="SU2")
    assert (ended.ended, ended.unchanged, ended.changed) == (["SU2"], 2, [])
    assert (challenge.ended_on, challenge.is_ended) == (date(2026, 3, 1), True)
    assert list(models.SocietalChallenge.objects.current().values_list("code", flat=True)) == ["SU1", "SU3"]

    again = report("societal_challenges.csv", load(data, today=date(2026, 3, 9)))
    assert again.is_silent
    challenge.refresh_from_db()
    assert challenge.ended_on == date(2026, 3, 1)

    back = report("societal_challenges.csv", load(today=date(2026, 4, 1)))
    returned = models.SocietalChallenge.objects.get(code="SU2")
    assert (back.reopened, back.unchanged) == (["SU2"], 2)
    assert (returned.pk, returned.ended_on) == (challenge.pk, None)


def test_row_is_ended_on_the_day_it_is_in_stockholm(tmp_path, time_machine):
    load()
    data = copy_of_data(tmp_path)
    drop(data, "key_questions.csv", "NF4,")
    time_machine.move_to("2026-06-30T22:30:00Z")

    load(data)

    assert models.KeyQuestion.objects.get(code="NF4").ended_on == date(2026, 7, 1)


def test_new_row_is_added(tmp_path):
    load()
    data = copy_of_data(tmp_path)
    append(data, "societal_challenges.csv", "SU4,Ny utmaning,,Egen källa")

    added = report("societal_challenges.csv", load(data))

    assert (added.added, added.unchanged) == (["SU4"], 3)
    assert models.SocietalChallenge.objects.get(code="SU4").order == 4


def test_dry_run_says_the_same_and_changes_nothing(tmp_path):
    load()
    before = dump()
    data = copy_of_data(tmp_path)
    drop(data, "societal_challenges.csv", "SU2,")
    replace(data, "rus.csv", "Växtplats Blekinge", "Växtplats Blekinge 2040")

    said = run(data=data, dry_run=True)

    assert "societal_challenges.csv: 0 added, 0 changed, 0 reopened, 1 ended, 2 unchanged" in said
    assert "rus.csv: 1 added, 0 changed, 0 reopened, 1 ended, 20 unchanged" in said
    assert said.splitlines()[-1] == "Dry run: nothing was changed."
    assert dump() == before


def test_spreadsheet_habits_are_read(tmp_path):
    """A byte order mark, CRLF line ends, blank last lines, spaces around values and decomposed letters say nothing."""
    load()
    data = copy_of_data(tmp_path)
    text = (data / "strategic_areas.csv").read_text(encoding="utf-8")
    text = text.replace("ö", "o\u0308").replace("SO2,", " SO2 ,").replace("\n", "\r\n") + "\r\n\r\n"
    (data / "strategic_areas.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert [each.file for each in load(data) if not each.is_silent] == []


def test_folder_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(CommandError) as refused:
        run(data=tmp_path / "nowhere")

    assert str(refused.value).endswith("nowhere is not a folder. Give the folder with the CSV files after --data.")
    assert refused.value.returncode == 1
