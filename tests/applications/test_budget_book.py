"""The budget as a workbook: what is downloaded comes back the same; a fault anywhere leaves the budget as it was."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from applications import actions
from applications.budget import lines_of
from applications.models import FinancingLine
from calls.models import CostType
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return base.signatory(base.region_organisation())


@pytest.fixture
def client(writer):
    return signed_in(writer)


@pytest.fixture
def draft(writer):
    """A joint draft whose personnel is counted in hours, with costs of both parties."""
    made = build.complete_draft(by=writer)
    data = build.parties_data(writer, is_joint=True, parties=[build.party(base.region_organisation("23"))])
    made = actions.save_parties(made, data, by=writer, version=made.version)
    CostType.objects.filter(call=made.call, code="staff").update(unit="timmar")
    made = type(made).objects.get(pk=made.pk)
    data = build.budget_data(made)
    for line in data["costs"][:-1]:
        line |= {"quantity": Decimal("37.50"), "price_sek": 400}
    own = {"party": made.parties.get().pk, "year": made.call.years[0]}
    data["costs"].append({**data["costs"][-1], **own, "amount_sek": 75_000})
    return actions.save_budget(made, data, by=writer, version=made.version)


def downloaded(client, draft):
    answer = client.get(url("budget_download", draft))
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.content))


def sent(client, draft, book, **more):
    file = io.BytesIO()
    book.save(file)
    budget = SimpleUploadedFile("budget.xlsx", file.getvalue())
    version = fresh(draft).version
    return client.post(url("budget_upload", draft), {"version": version, "budget": budget, **more})


def test_a_budget_that_goes_out_and_comes_back_is_the_same_to_the_krona(client, draft):
    before, financing = (
        lines_of(draft),
        list(FinancingLine.objects.values_list("financier", "kind", "form", "amount_sek")),
    )

    answer = sent(client, draft, downloaded(client, draft))

    row = fresh(draft)
    assert answer.status_code == 302
    assert lines_of(row) == before
    assert list(FinancingLine.objects.values_list("financier", "kind", "form", "amount_sek")) == financing
    assert (row.total_cost_sek, row.applied_sek) == (draft.total_cost_sek, draft.applied_sek)


def test_headings_and_names_are_locked_and_figures_are_not(client, draft):
    sheet = downloaded(client, draft)["Kostnader"]

    assert sheet.protection.sheet
    assert [sheet.cell(row, column).protection.locked for row, column in ((1, 4), (2, 1), (2, 4))] == [
        True,
        True,
        False,
    ]


def test_what_is_filled_in_becomes_the_budget_with_its_flat_rates(client, draft):
    book = downloaded(client, draft)
    sheet = book["Kostnader"]
    for row in range(2, sheet.max_row + 1):
        for column in range(4, sheet.max_column + 1):
            sheet.cell(row, column).value = None
    rows = {(sheet.cell(n, 1).value, sheet.cell(n, 3).value): n for n in range(2, sheet.max_row + 1)}
    partner = draft.parties.get()
    sheet.cell(rows[partner.name, "Antal timmar"], 4).value = 100
    sheet.cell(rows[partner.name, "Kronor per enhet"], 4).value = "1 000"

    answer = sent(client, draft, book)

    row = fresh(draft)
    held = {
        (line.party_id, line.cost_type.code): line.amount_sek for line in row.cost_lines.select_related("cost_type")
    }
    assert answer.status_code == 302
    assert held == {(partner.pk, "staff"): 100_000, (partner.pk, "indirect"): 15_000}
    assert row.total_cost_sek == 115_000


def change(sheet, place, value):
    def made(book):
        book[sheet][place] = value

    return made


def remove_row(book):
    book["Kostnader"].delete_rows(3)


def twice(book):
    for column in (1, 2, 3):
        book["Kostnader"].cell(30, column).value = book["Kostnader"].cell(2, column).value


def merge(book):
    book["Kostnader"].merge_cells("D2:D3")


def no_sheet(book):
    del book["Finansiering"]


FAULTS = [
    (change("Kostnader", "D2", "=1+1"), ("Kostnader", "2", "D", "Rutan har en formel. Klistra in värdet i stället.")),
    (merge, ("Kostnader", "", "D2:D3", "Rutorna är sammanfogade. Dela upp dem igen.")),
    (
        change("Kostnader", "A2", "Region Ingenstans"),
        ("Kostnader", "2", "", "Raden ”Region Ingenstans, Personal, Antal timmar”"),
    ),
    (change("Kostnader", "D1", "1999"), ("Kostnader", "1", "2026", "Här ska det stå 2026. Ändra inte rubrikerna.")),
    (
        change("Kostnader", "H4", "anteckning"),
        ("Kostnader", "4", "", "Det står något till höger om tabellen. Ta bort det."),
    ),
    (change("Kostnader", "D3", -1), ("Kostnader", "3", "2026", "Skriv hela kronor, inte under noll")),
    (change("Kostnader", "D3", 1.5), ("Kostnader", "3", "2026", "Skriv hela kronor, inte under noll")),
    (change("Kostnader", "D3", 10**13), ("Kostnader", "3", "2026", "Skriv hela kronor, inte under noll")),
    (change("Kostnader", "D3", "mycket"), ("Kostnader", "3", "2026", "Skriv beloppet i hela kronor med siffror")),
    (change("Kostnader", "D3", True), ("Kostnader", "3", "2026", "Rutan ska ha ett tal.")),
    (change("Kostnader", "D2", 1.234), ("Kostnader", "2", "2026", "Skriv ett antal som inte är under noll")),
    (remove_row, ("Kostnader", "", "", "Raden ”Region Västerbotten, Personal, Kronor per enhet” saknas.")),
    (twice, ("Kostnader", "30", "", "Raden ”Region Västerbotten, Personal, Antal timmar” finns inte")),
    (change("Finansiering", "B2", "Gåva"), ("Finansiering", "2", "Slag", "Välj något av detta: Egen finansiering")),
    (change("Finansiering", "A2", None), ("Finansiering", "2", "Finansiär", "Skriv vem finansiären är.")),
    (
        change("Finansiering", "E2", "x"),
        ("Finansiering", "2", "Belopp (kr)", "Skriv beloppet i hela kronor med siffror"),
    ),
    (change("Finansiering", "B3", "Privat finansiering"), ("Finansiering", "3", "Form", "Välj något av detta: Pengar")),
    (no_sheet, ("Finansiering", "", "", "Bladet Finansiering saknas.")),
]


@pytest.mark.parametrize(("spoil", "wanted"), FAULTS)
def test_a_fault_is_told_by_sheet_row_and_column_and_nothing_is_written(client, draft, spoil, wanted):
    before = (lines_of(draft), fresh(draft).version, list(FinancingLine.objects.values()))
    book = downloaded(client, draft)
    spoil(book)

    answer = sent(client, draft, book)

    faults = answer.context["faults"]
    assert answer.status_code == 422
    assert [one[:3] for one in faults if one[3].startswith(wanted[3])] == [wanted[:3]]
    assert (lines_of(fresh(draft)), fresh(draft).version, list(FinancingLine.objects.values())) == before


def test_all_faults_are_told_at_once(client, draft):
    book = downloaded(client, draft)
    change("Kostnader", "D3", -1)(book)
    change("Kostnader", "D2", "x")(book)
    change("Finansiering", "B2", "Gåva")(book)

    answer = sent(client, draft, book)

    assert "Rätta tre saker i filen och ladda upp den igen" in answer.text
    assert [one[:3] for one in answer.context["faults"]] == [
        ("Kostnader", "2", "2026"),
        ("Kostnader", "3", "2026"),
        ("Finansiering", "2", "Slag"),
    ]


@pytest.mark.parametrize("data", [b"", b"\x00", b"Part;Belopp", b"PK\x03\x04" + b"\0" * 100])
def test_a_file_that_is_no_workbook_is_refused_at_its_field(client, draft, data):
    file = SimpleUploadedFile("budget.xlsx", data)

    answer = client.post(url("budget_upload", draft), {"version": draft.version, "budget": file})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["budget"]
    assert fresh(draft).version == draft.version


def test_an_upload_from_a_stale_page_changes_nothing(client, draft, writer):
    book = downloaded(client, draft)
    change("Kostnader", "D3", 999)(book)
    before = lines_of(draft)
    actions.save_project(draft, build.project_data(draft), by=writer, version=draft.version)

    answer = sent(client, draft, book, version=draft.version)

    assert answer.status_code == 409
    assert lines_of(fresh(draft)) == before


def test_strangers_meet_no_budget_and_readers_change_none(draft):
    stranger = signed_in(base.signatory(base.region_organisation("25")))
    reader = signed_in(base.member(draft.applicant, level="view"))

    statuses = [stranger.get(url(name, draft)).status_code for name in ("budget_download", "budget_upload")]

    assert statuses == [404, 404]
    assert reader.get(url("budget_download", draft)).status_code == 200
    assert reader.post(url("budget_upload", draft)).status_code == 403
