"""A broken file is refused with file, line and reason, all faults at once, and nothing is changed."""

import pytest
from django.core.management import CommandError, call_command

from grants.strategy import reading
from grants.strategy.loader import load
from grants.strategy.reading import BrokenFiles
from tests.strategy.files import append, copy_of_data, drop, dump, replace, replace_line

pytestmark = pytest.mark.django_db


def refusal(data) -> list[str]:
    """What a load of the folder is refused with, after a check that it changed nothing."""
    load()
    before = dump()
    with pytest.raises(BrokenFiles) as refused:
        load(data)
    assert dump() == before
    return [str(fault) for fault in refused.value.faults]


REPLACED = {
    "missing column": (
        "strategic_areas.csv", "label_en,short_sv,source", "label_en,short,source",
        ["strategic_areas.csv, line 1: missing column 'short_sv'",
         "strategic_areas.csv, line 1: unknown column 'short'"],
    ),
    "repeated column": (
        "societal_challenges.csv", "code,label_sv,label_en,source", "code,label_sv,label_sv,label_en,source",
        ["societal_challenges.csv, line 1: repeated column 'label_sv'"],
    ),
    "too few fields": (
        "societal_challenges.csv", "SU2,Demografiska förändringar,", "SU2,",
        ["societal_challenges.csv, line 3: has 3 fields, the header has 4"],
    ),
    "repeated key": (
        "municipalities.csv", "\n0115,", "\n0114,",
        ["municipalities.csv, line 3: municipality_code '0114' is already on line 2"],
    ),
    "empty required value": (
        "societal_challenges.csv", "SU2,Demografiska förändringar,", "SU2,,",
        ["societal_challenges.csv, line 3: label_sv is empty"],
    ),
    "county code of one digit": (
        "municipalities.csv", "0114,Upplands Väsby,01,", "0114,Upplands Väsby,1,",
        ["municipalities.csv, line 2: county_code: '1' is not a county code: write two digits, 01 to 25"],
    ),
    "county that does not exist": (
        "municipalities.csv", "0114,Upplands Väsby,01,", "0214,Upplands Väsby,02,",
        ["municipalities.csv, line 2: county_code '02' is not in regions.csv"],
    ),
    "municipality in the wrong county": (
        "municipalities.csv", "0114,Upplands Väsby,01,Stockholms län", "0114,Upplands Väsby,03,Uppsala län",
        ["municipalities.csv, line 2: municipality_code '0114' does not begin with county_code '03'"],
    ),
    "county by another name": (
        "municipalities.csv", "0114,Upplands Väsby,01,Stockholms län", "0114,Upplands Väsby,01,Storstockholms län",
        ["municipalities.csv, line 2: county_name 'Storstockholms län' differs from 'Stockholms län' in regions.csv"],
    ),
    "contact area that does not exist": (
        "regions.csv", ",Uppsala,,,mitt,", ",Uppsala,,,öst,",
        ["contact_areas.csv, line 3: county_codes: '03' has another contact_area in regions.csv",
         "regions.csv, line 3: contact_area 'öst' is not in contact_areas.csv"],
    ),
    "areas that do not agree": (
        "contact_areas.csv", "01;03;04", "01;04",
        ["regions.csv, line 3: contact_area 'mitt' does not list '03' in contact_areas.csv"],
    ),
    "wrong number": (
        "regions.csv", ",mitt,26,", ",mitt,tjugosex,",
        ["regions.csv, line 2: municipality_count: 'tjugosex' is not a whole number from 1 to 100"],
    ),
    "number that is too large for any column": (
        "rus.csv", "2018,2018-06-12", "99999999999999999999,2018-06-12",
        ["rus.csv, line 2: adopted_year: '99999999999999999999' is not a whole number from 1990 to 2100"],
    ),
    "digits that are not ASCII": (
        "regions.csv", ",mitt,26,", ",mitt,٢٦,",
        ["regions.csv, line 2: municipality_count: '٢٦' is not a whole number from 1 to 100"],
    ),
    "coordinate that is not a number": (
        "regions.csv", ",59.3528,", ",nan,",
        ["regions.csv, line 2: label_lat: 'nan' is not a latitude in Sweden (54 to 70, with a decimal point)"],
    ),
    "coordinates in the wrong order": (
        "municipalities.csv", "59.52132,17.90517", "17.90517,59.52132",
        ["municipalities.csv, line 2: lat: '17.90517' is not a latitude in Sweden (54 to 70, with a decimal point)",
         "municipalities.csv, line 2: lon: '59.52132' is not a longitude in Sweden (9 to 26, with a decimal point)"],
    ),
    "day that does not exist": (
        "rus.csv", "2018,2018-06-12", "2018,2018-06-31",
        ["rus.csv, line 2: adopted_date: '2018-06-31' is not a date: write YYYY-MM-DD or YYYY-MM"],
    ),
    "date in another form": (
        "rus.csv", "2018,2018-06-12", "2018,12/6 2018",
        ["rus.csv, line 2: adopted_date: '12/6 2018' is not a date: write YYYY-MM-DD or YYYY-MM"],
    ),
    "date of another year": (
        "rus.csv", "2018,2018-06-12", "2019,2018-06-12",
        ["rus.csv, line 2: adopted_date '2018-06-12' is not in adopted_year 2019"],
    ),
    "neither yes, no nor unknown": (
        "rus.csv", "2018-06-12,yes,", "2018-06-12,kanske,",
        ["rus.csv, line 2: explicitly_spatial: 'kanske' must be yes, no or empty (unknown)"],
    ),
    "address that is a script": (
        "rus.csv", "https://varmlandsstrategin.se/varmlandsstrategin/", "javascript:alert(1)",
        ["rus.csv, line 14: source_url: 'javascript:alert(1)' is not a web address: begin with http:// or https://"],
    ),
    "wrong check digit": (
        "regions.csv", "232100-0032", "232100-0033",
        ["regions.csv, line 4: org_number: '232100-0033' is not an organisation number: its check digit is wrong"],
    ),
    "wrong level": (
        "rus_objectives.csv", "01-V1,Europas mest attraktiva storstadsregion,vision,vision",
        "01-V1,Europas mest attraktiva storstadsregion,dröm,vision",
        ["rus_objectives.csv, line 2: level: 'dröm' is not a level: write vision, mål, prioritering"],
    ),
    "unknown type of organisation": (
        "organisations.csv", "boverket,statlig_myndighet,", "boverket,verk,",
        ["organisations.csv, line 3: type: 'verk' is not a type of organisation: write statlig_myndighet, departement, "
         "lansstyrelse, region, kommun, annan"],
    ),
    "value that does not fit": (
        "societal_challenges.csv", "Demografiska förändringar", "x" * 301,
        ["societal_challenges.csv, line 3: label_sv has 301 characters, at most 300 fit"],
    ),
    "open quote": (
        "societal_challenges.csv", "SU2,Demografiska", 'SU2,"Demografiska',
        ["societal_challenges.csv, line 3: the row cannot be read: unexpected end of data"],
    ),
    "null character": (
        "societal_challenges.csv", "Demografiska", "Demo\0grafiska",
        ["societal_challenges.csv, line 3: holds the control or invisible character U+0000 at position 9"],
    ),
    "control character": (
        "societal_challenges.csv", "Demografiska", "Demo\x1bgrafiska",
        ["societal_challenges.csv, line 3: holds the control or invisible character U+001B at position 9"],
    ),
    "non-character that Excel cannot open": (
        "societal_challenges.csv", "Demografiska", "Demo\uffffgrafiska",
        ["societal_challenges.csv, line 3: holds the control or invisible character U+FFFF at position 9"],
    ),
    "text turned around": (
        "societal_challenges.csv", "Demografiska", "Demo\u202egrafiska",
        ["societal_challenges.csv, line 3: holds the control or invisible character U+202E at position 9"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REPLACED)
def test_fault_is_named_with_file_line_and_reason(case, tmp_path):
    file, old, new, expected = REPLACED[case]
    data = copy_of_data(tmp_path)
    replace(data, file, old, new)

    assert refusal(data) == expected


def test_missing_file_is_one_fault_not_one_per_row_that_refers_to_it(tmp_path):
    data = copy_of_data(tmp_path)
    (data / "regions.csv").unlink()

    assert refusal(data) == ["regions.csv, line 1: the file is missing"]


def test_folder_in_the_place_of_a_file_is_refused(tmp_path):
    data = copy_of_data(tmp_path)
    (data / "rus.csv").unlink()
    (data / "rus.csv").mkdir()

    assert refusal(data) == ["rus.csv, line 1: the file cannot be read: Is a directory"]


def test_empty_file_is_refused(tmp_path):
    data = copy_of_data(tmp_path)
    (data / "planning_levels.csv").write_bytes(b"")

    assert refusal(data) == ["planning_levels.csv, line 1: the file is empty: the header is missing"]


def test_file_with_nothing_but_a_header_does_not_end_every_row(tmp_path):
    data = copy_of_data(tmp_path)
    header = (data / "strategic_areas.csv").read_text(encoding="utf-8").splitlines()[0]
    (data / "strategic_areas.csv").write_text(header + "\n", encoding="utf-8")

    assert refusal(data) == ["strategic_areas.csv, line 1: has no rows: an empty file does not end every row"]


def test_file_in_another_encoding_is_refused_line_by_line(tmp_path):
    data = copy_of_data(tmp_path)
    text = (data / "societal_challenges.csv").read_text(encoding="utf-8")
    (data / "societal_challenges.csv").write_bytes(text.encode("latin-1"))

    assert refusal(data) == [
        "societal_challenges.csv, line 2: is not UTF-8: byte 0xF6 at position 9",
        "societal_challenges.csv, line 3: is not UTF-8: byte 0xF6 at position 19",
        "societal_challenges.csv, line 4: is not UTF-8: byte 0xD6 at position 5",
    ]


def test_file_of_another_size_than_ours_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 1024 * 1024)
    data = copy_of_data(tmp_path)
    append(data, "rus.csv", "x" * 1024 * 1024)

    assert refusal(data) == ["rus.csv, line 1: is larger than 1 MB"]


def test_unknown_parent_is_refused(tmp_path):
    data = copy_of_data(tmp_path)
    drop(data, "rus_objectives.csv", "10,10-P1,")

    faults = refusal(data)

    assert [fault.split(": ")[1] for fault in faults] == ["parent_code '10-P1' is not in rus_objectives.csv"] * 4


def test_parent_in_another_county_is_refused(tmp_path):
    data = copy_of_data(tmp_path)
    append(data, "rus_objectives.csv", "10,10-P9,Något,prioritering,,22-M1,Växtplats Blekinge,current,")

    assert refusal(data) == ["rus_objectives.csv, line 130: parent_code '22-M1' belongs to another county"]


def test_objective_that_is_above_itself_is_refused(tmp_path):
    data = copy_of_data(tmp_path)
    append(data, "rus_objectives.csv", "10,10-P7,Ett,prioritering,,10-P8,Växtplats Blekinge,current,")
    append(data, "rus_objectives.csv", "10,10-P8,Två,prioritering,,10-P7,Växtplats Blekinge,current,")
    append(data, "rus_objectives.csv", "10,10-P9,Tre,prioritering,,10-P9,Växtplats Blekinge,current,")

    assert refusal(data) == [
        "rus_objectives.csv, line 130: parent_code makes a circle back to '10-P7'",
        "rus_objectives.csv, line 131: parent_code makes a circle back to '10-P8'",
        "rus_objectives.csv, line 132: parent_code makes a circle back to '10-P9'",
    ]


def test_objectives_without_a_strategy_are_refused(tmp_path):
    data = copy_of_data(tmp_path)
    drop(data, "rus.csv", "24,")

    faults = refusal(data)

    assert [fault.split(": ")[1] for fault in faults] == ["county_code '24' is not in rus.csv"] * 5


def test_line_is_that_of_the_file_after_a_field_over_several_lines(tmp_path):
    data = copy_of_data(tmp_path)
    replace_line(data, "societal_challenges.csv", 2, b'SU1,"Milj\xc3\xb6\nproblem",,k')
    replace(data, "societal_challenges.csv", "SU2,Demografiska förändringar,", "SU2,,")

    assert refusal(data) == [
        "societal_challenges.csv, line 2: a field goes on over a line break; check the quotes",
        "societal_challenges.csv, line 4: label_sv is empty",
    ]


def test_command_names_all_faults_of_all_files_and_fails(tmp_path):
    data = copy_of_data(tmp_path)
    replace(data, "regions.csv", ",mitt,26,", ",mitt,-26,")
    replace(data, "societal_challenges.csv", "SU2,Demografiska förändringar,", "SU2,,")
    drop(data, "collaboration_levels.csv", "3,")
    append(data, "collaboration_levels.csv", "tre,Lyssna,,,k")
    before = dump()

    with pytest.raises(CommandError) as refused:
        call_command("load_reference_data", data=data)

    assert str(refused.value).splitlines() == [
        "Nothing was changed. Faults: 3",
        "regions.csv, line 2: municipality_count: '-26' is not a whole number from 1 to 100",
        "societal_challenges.csv, line 3: label_sv is empty",
        "collaboration_levels.csv, line 9: step: 'tre' is not a whole number from 1 to 99",
    ]
    assert refused.value.returncode == 1
    assert dump() == before == "[]"


def test_load_that_fails_half_way_leaves_nothing_behind(monkeypatch):
    from grants.strategy import loader

    def fail(*arguments):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(loader, "set_parents", fail)
    with pytest.raises(RuntimeError):
        load()

    assert dump() == "[]"
