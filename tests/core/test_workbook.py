"""The workbook writer: typed cells, hostile text, limits, the sheet about it, what is left after a failure."""

import datetime as dt
import subprocess
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from grants.core.text import clean_text
from grants.core.workbook import CELL_LIMIT, CUT_NOTE, About, Column, Kind, Sheet, fit, write

HOSTILE = [
    '=HYPERLINK("http://example.se","Klicka")',
    "=1+1",
    "+46 8 123",
    "-5",
    "@SUM(A1)",
    "\tindragen",
    "=cmd|'/c calc'!A0",
    "a\x00b",
    "".join(map(chr, range(32))) + "slut",
    "\x7f\x80\x9f slut",
    "före\ufffeefter\uffff",
    "\ufdd0\U0001fffe slut",
    "före\ud800efter",
    "familj 👩‍👩‍👧‍👦 och flagga 🇸🇪",
    "vänd \u202egnp.exe",
    "_x0041_ och _x000D_ och __x0041_",
    "rad 1\r\nrad 2\rrad 3",
    "  mellanslag i båda ändar  ",
    "<b>&amp; \"citat\" 'apostrof'</b> ]]>",
    "a\u030a blir å",
    "x" * 40_000,
    "😀" * 20_000,
]
TEXT = Column("text", "Text", lambda row: row, source="provet")


def written(tmp_path: Path, columns: list[Column], rows: list, **settings: object) -> Path:
    path = tmp_path / "bok.xlsx"
    write(path, [Sheet("Blad", columns, rows, len(rows))], title="Prov", **settings)
    return path


def by_openpyxl(path: Path, sheet: str = "Blad") -> list[tuple]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def by_calamine(path: Path, sheet: str = "Blad") -> list[list]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()


def test_cells_are_numbers_dates_and_text_with_their_formats(tmp_path):
    row = {
        "text": "Ord till rum",
        "number": 12,
        "sek": 1_234_567,
        "percent": Decimal("49.7"),
        "day": dt.date(2026, 11, 22),
        "instant": dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC),
        "yes_no": False,
        "empty": None,
    }
    kinds = [Kind.TEXT, Kind.NUMBER, Kind.SEK, Kind.PERCENT, Kind.DAY, Kind.INSTANT, Kind.YES_NO, Kind.SEK]
    columns = [Column(key, key, lambda r, key=key: r[key], kind) for key, kind in zip(row, kinds, strict=True)]

    path = written(tmp_path, columns, [row])

    cells = openpyxl.load_workbook(path)["Blad"][2]
    assert [cell.value for cell in cells[:7]] == [
        "Ord till rum",
        12,
        1_234_567,
        49.7,
        dt.datetime(2026, 11, 22),
        dt.datetime(2026, 7, 2, 0, 30),
        "Nej",
    ]
    assert [cell.data_type for cell in cells[:7]] == ["s", "n", "n", "n", "d", "d", "s"]
    assert [cell.number_format for cell in cells[:7]] == [kind.value for kind in kinds[:7]]
    assert by_calamine(path)[1] == [
        "Ord till rum",
        12.0,
        1_234_567.0,
        49.7,
        dt.date(2026, 11, 22),
        dt.datetime(2026, 7, 2, 0, 30),
        "Nej",
        "",
    ]


@pytest.mark.parametrize("instant", [dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)])
def test_an_instant_in_a_column_of_days_is_the_day_in_sweden(tmp_path, instant):
    path = written(tmp_path, [Column("dag", "Dag", lambda r: r, Kind.DAY)], [instant])

    assert by_openpyxl(path)[1] == (dt.datetime(2026, 7, 2),)


def test_the_head_is_frozen_filtered_and_repeated_in_print(tmp_path):
    path = written(tmp_path, [TEXT, Column("två", "Två", len, Kind.NUMBER)], ["a", "bb"])

    sheet = openpyxl.load_workbook(path)["Blad"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:B3"
    assert sheet.print_title_rows == "$1:$1"
    assert [cell.value for cell in sheet[1]] == ["Text", "Två"]
    assert sheet.column_dimensions["A"].width == 16


def test_hostile_text_is_text_and_equals_the_cleaned_input_in_two_readers(tmp_path):
    path = written(tmp_path, [TEXT, Column("mer", "Mer", lambda r: "x")], HOSTILE)

    expected = [fit(text) for text in HOSTILE]
    read = openpyxl.load_workbook(path)["Blad"]
    assert [unescape(cell.value) for cell in read["A"][1:]] == expected
    assert {cell.data_type for cell in read["A"]} == {"s"}
    assert [row[0] for row in by_calamine(path)[1:]] == expected
    with zipfile.ZipFile(path) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


def test_text_that_looks_active_is_marked_as_quoted(tmp_path):
    path = written(tmp_path, [TEXT], ["=1+1", "+1", "-1", "@a", "vanlig"])

    read = openpyxl.load_workbook(path)["Blad"]
    assert [bool(cell.quotePrefix) for cell in read["A"][1:]] == [True, True, True, True, False]


def test_text_below_the_limit_is_kept_whole_and_above_it_is_cut_with_a_note():
    assert fit("x" * CELL_LIMIT) == "x" * CELL_LIMIT
    assert fit("x" * (CELL_LIMIT + 1)) == "x" * (CELL_LIMIT - len(CUT_NOTE)) + CUT_NOTE


def test_the_limit_counts_as_excel_does_with_two_for_an_emoji():
    whole, long = fit("😀" * (CELL_LIMIT // 2)), fit("😀" * CELL_LIMIT)

    assert whole == "😀" * (CELL_LIMIT // 2)
    assert len(long.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert long.endswith("😀" + CUT_NOTE)


@pytest.mark.parametrize("text", HOSTILE)
def test_fit_cleans_like_clean_text(text):
    assert fit(text)[:100] == clean_text(text)[:100]


def test_text_that_is_empty_after_cleaning_leaves_the_cell_empty(tmp_path):
    path = written(tmp_path, [TEXT, Column("mer", "Mer", lambda r: "x")], ["\x00"])

    assert by_openpyxl(path)[1] == (None, "x")


def test_the_sheet_about_tells_facts_rows_sums_and_every_column(tmp_path):
    columns = [TEXT, Column("kr", "Belopp (kr)", lambda r: 1_500, Kind.SEK, "beslutet", summed=True)]

    path = written(tmp_path, columns, ["a", "b"], about=About([("Uttaget av", "=Handläggare Nord")]))

    assert [row[:3] for row in by_openpyxl(path, "Om uttaget") if any(row)] == [
        ("Om uttaget", None, None),
        ("Uttaget av", "=Handläggare Nord", None),
        ("Rader i bladet Blad", 2, None),
        ("Summa: Belopp (kr)", 3_000, None),
        ("Kolumn i bladet Blad", "Varifrån uppgiften kommer", "Hur den är skriven"),
        ("Text", "provet", "Text"),
        ("Belopp (kr)", "beslutet", "Hela kronor"),
    ]


def test_a_sheet_without_rows_has_its_head_and_filter(tmp_path):
    path = written(tmp_path, [TEXT], [], about=About([]))

    assert by_openpyxl(path) == [("Text",)]
    assert openpyxl.load_workbook(path)["Blad"].auto_filter.ref == "A1:A1"


def test_progress_is_told_on_the_way_and_at_the_end(tmp_path):
    told = []

    written(tmp_path, [TEXT], ["x"] * 250, progress=lambda done, total: told.append((done, total)))

    assert told == [(100, 250), (200, 250), (250, 250)]


def test_a_failure_comes_through_and_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def breaking():
        yield "a"
        raise RuntimeError("avbrott")

    with pytest.raises(RuntimeError, match="avbrott"):
        write(tmp_path / "bok.xlsx", [Sheet("Blad", [TEXT], breaking())], title="Prov")

    assert list(tmp_path.iterdir()) == []


def test_libreoffice_opens_the_hostile_workbook_and_reads_the_same_text(tmp_path):
    short = [text for text in HOSTILE if len(text) < 1_000]
    path = written(tmp_path, [TEXT], short)

    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profil", "--headless", "--convert-to", "ods", path.name],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=180,
    )

    read = CalamineWorkbook.from_path(tmp_path / "bok.ods").get_sheet_by_name("Blad").to_python()
    assert [_as_lines(row[0]) for row in read[1:]] == [_as_lines(fit(text)) for text in short]


def _as_lines(text: str) -> list[list[str]]:
    """Words by line: the format of LibreOffice keeps a run of spaces as one element, which readers count differently."""
    return [line.split() for line in str(text).split("\n")]
