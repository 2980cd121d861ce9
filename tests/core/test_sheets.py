"""Workbooks that people send in: read exactly, or refused by a sentence, and the process that asked is unharmed (TRUST F-12)."""

import io
import random
import resource
import zipfile
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from grants.core.sheets import Limits, Unreadable, read_upload, read_workbook

FORMATS = "http://schemas.openxmlformats.org"
BOOK = (
    f'<workbook xmlns="{FORMATS}/spreadsheetml/2006/main" xmlns:r="{FORMATS}/officeDocument/2006/relationships">'
    '<sheets><sheet name="A" r:id="r1"/></sheets></workbook>'
)
RELS = (
    f'<Relationships xmlns="{FORMATS}/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def upload(data, name="budget.xlsx"):
    return SimpleUploadedFile(name, data)


def archive(members, **kwargs):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **kwargs) as made:
        for name, text in members.items():
            made.writestr(name, text)
    return file.getvalue()


def sheet_file(rows, *, book=BOOK, more=None):
    members = {
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": RELS,
        "xl/worksheets/sheet1.xml": SHEET.format(rows),
    }
    return archive({**members, **(more or {})})


def saved(fill):
    book = Workbook()
    fill(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_cells_are_read_exactly_as_they_stand_in_the_file():
    def fill(sheet):
        sheet.append(["Ŋåå", 45_000, 0.1, True, None, "å" * 300])
        sheet["B3"] = "=SUM(B1:B2)"
        sheet.merge_cells("A5:B6")

    [sheet] = read_upload(upload(saved(fill)))

    assert sheet.cells == {
        (1, 1): "Ŋåå",
        (1, 2): Decimal("45000"),
        (1, 3): Decimal("0.1"),
        (1, 4): True,
        (1, 6): "å" * 300,
    }
    assert (sheet.formulas, sheet.merged, sheet.last_row) == (["B3"], ["A5:B6"], 1)


def lying_archive():
    """A member whose header says that it is small."""
    data = bytearray(sheet_file("<row/>" * 3_000_000))
    start = data.rindex(b"PK\x01\x02")
    data[start + 24 : start + 28] = (100).to_bytes(4, "little")
    return bytes(data)


HOSTILE = {
    "a zip bomb by its directory": lambda: archive({"xl/workbook.xml": BOOK, "xl/bomb": "0" * 60_000_000}),
    "a ratio above 100": lambda: archive({"xl/workbook.xml": BOOK, "xl/bomb": "0" * 20_000_000}),
    "a header that lies about the size": lying_archive,
    "2,001 members": lambda: archive({"xl/workbook.xml": BOOK, **{f"xl/{n}": "" for n in range(2_001)}}),
    "entities": lambda: sheet_file("<row/>", book=BILLION + BOOK),
    "a document type in a sheet": lambda: archive(
        {
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": RELS,
            "xl/worksheets/sheet1.xml": BILLION + SHEET.format(""),
        }
    ),
    "an outer entity": lambda: sheet_file(
        "<row/>", book='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + BOOK
    ),
    "too many rows": lambda: sheet_file("".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(1, 10_001))),
    "too many empty rows": lambda: sheet_file("<row/>" * 30_000),
    "too many empty cells": lambda: sheet_file(f"<row>{'<c/>' * 2_100_000}</row>"),
    "too many columns": lambda: sheet_file(f"<row>{'<c><v>1</v></c>' * 200}</row>"),
    "a path out of the archive": lambda: archive({"xl/workbook.xml": BOOK, "../../evil": "x"}),
    "no workbook": lambda: archive({"word/document.xml": "<x/>"}),
    "a missing sheet": lambda: archive({"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": RELS}),
    "broken XML": lambda: sheet_file("<row><c></row>"),
    "a torn archive": lambda: sheet_file("<row/>")[:-40],
    "text": lambda: b"Part;Kostnadsslag\n",
    "nothing at all": lambda: b"",
    "the old format": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a PDF": lambda: b"%PDF-1.7 x",
    "6 MB": lambda: b"PK\x03\x04" + b"\0" * 6_000_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_by_a_sentence_that_says_what_to_do(what):
    data = HOSTILE[what]()

    with pytest.raises(Unreadable) as refused:
        read_upload(upload(data))

    assert str(refused.value).startswith(("Filen ", "Filen är")), what
    assert str(refused.value).endswith("."), what


def test_a_child_that_runs_out_of_memory_refuses_and_the_parent_lives(tmp_path):
    path = tmp_path / "stor.xlsx"
    # Four million digits in forty thousand cells: more than an interpreter has to spare, however its memory lies.
    digits = random.Random(1)
    cells = ["".join(f"<c><v>{digits.randrange(10**99):099d}</v></c>" for _ in range(10)) for _ in range(4_000)]
    path.write_bytes(sheet_file("".join(f'<row r="{n}">{row}</row>' for n, row in enumerate(cells, 1))))
    assert read_workbook(path, Limits())

    with pytest.raises(Unreadable):
        read_workbook(path, Limits(memory_megabytes=20))

    assert resource.getrlimit(resource.RLIMIT_AS)[0] in (
        resource.RLIM_INFINITY,
        resource.getrlimit(resource.RLIMIT_AS)[1],
    )


def test_the_directory_is_judged_before_anything_is_unpacked(monkeypatch, tmp_path):
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(HOSTILE["a zip bomb by its directory"]())
    monkeypatch.setattr("grants.core.sheets.reading.in_child", lambda *given: pytest.fail("a child was started"))

    with pytest.raises(Unreadable):
        read_workbook(path)
