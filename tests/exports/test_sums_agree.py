"""One application with every kind of money: its page, its PDF, its workbook, the decision's PDF and the decision export say the same."""

import datetime as dt
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from applications import actions
from applications.budget_book import write_budget
from applications.commitments import facts_of, standings
from applications.content import loaded
from calls.enums import CostTypeCode
from evaluation.models import Decision
from grants.core import files
from grants.core.money import NBSP, format_sek, group
from grants.core.time import now
from grants.documents.letters import ensure_pdf
from grants.documents.models import Document
from grants.exports import decisions
from tests.applications.web import signed_in
from tests.builders import applications as build
from tests.builders import base, calls, evaluation
from tests.builders.base import fresh
from tests.documents.reading import text_of
from tests.exports import worlds

pytestmark = pytest.mark.django_db
STAFF_SEK, PARTNER_STAFF_SEK, IN_KIND_SEK, CASH_SEK, APPLIED_SEK = 1_000_001, 333_333, 150_000, 200_000, 700_000
FLAT_SEK = 150_000 + 50_000  # 15 % of 1 000 001 and of 333 333, each rounded for itself
TOTAL_SEK = STAFF_SEK + PARTNER_STAFF_SEK + IN_KIND_SEK + FLAT_SEK
OWN_SEK = TOTAL_SEK - IN_KIND_SEK - CASH_SEK - APPLIED_SEK
PARTNER, MUNICIPALITY = "23", "Umeå kommun"


@pytest.fixture
def sent():
    """A joint application: costs of two regions, flat rates, work and money of a municipality, own money."""
    types = [
        {"code": CostTypeCode.STAFF, "label": "Personal"},
        {"code": CostTypeCode.INDIRECT, "label": "Indirekta kostnader"},
        {"code": CostTypeCode.IN_KIND, "label": "Bidrag i annat än pengar"},
    ]
    rate = {
        "cost_type": CostTypeCode.INDIRECT,
        "percent": Decimal(15),
        "basis": [CostTypeCode.STAFF],
        "valid_from": dt.date(now().year, 1, 1),
    }
    call = calls.open_call(cost_types=types, flat_rates=[rate], allows_in_kind=True)
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    giver = {
        "kind": "co_financier",
        "organisation": None,
        "name": MUNICIPALITY,
        "contribution": "Arbetar i projektet och betalar en del.",
        "contact_name": "Kontaktperson",
        "contact_email": "kommun@example.se",
        "signatory_name": "Firmatecknare",
    }
    parties = [build.party(base.region_organisation(PARTNER), kind="co_applicant"), giver]
    draft = actions.save_parties(
        draft, build.parties_data(signer, is_joint=True, parties=parties), by=signer, version=draft.version
    )
    kinds, year = {one.code: one for one in call.cost_types.all()}, call.years[0]
    other = draft.parties.get(kind="co_applicant").pk
    costs = [
        {"cost_type": kinds["staff"], "year": year, "amount_sek": STAFF_SEK},
        {"cost_type": kinds["staff"], "year": year, "amount_sek": PARTNER_STAFF_SEK, "party": other},
        {"cost_type": kinds["in_kind"], "year": year, "amount_sek": IN_KIND_SEK},
    ]
    financing = [
        {"kind": "own", "financier": draft.applicant.name, "form": "cash", "amount_sek": OWN_SEK},
        {"kind": "public", "financier": MUNICIPALITY, "form": "cash", "appropriation": "other", "amount_sek": CASH_SEK},
        {"kind": "public", "financier": MUNICIPALITY, "form": "in_kind", "amount_sek": IN_KIND_SEK},
    ]
    data = {"costs": costs, "financing": financing, "applied_sek": APPLIED_SEK}
    draft = actions.save_budget(fresh(draft), data, by=signer, version=fresh(draft).version)
    return actions.submit(fresh(draft), by=signer)


def plain(text):
    return " ".join(text.replace(NBSP, " ").split())


def spoken(amount):
    return plain(group(amount))


def test_the_stored_sums_are_those_of_the_lines(sent):
    assert (sent.total_cost_sek, sent.applied_sek) == (TOTAL_SEK, APPLIED_SEK)
    assert sent.financed_sek + sent.applied_sek == sent.total_cost_sek
    assert sum(line.amount_sek for line in sent.cost_lines.all()) == TOTAL_SEK


def test_page_and_pdf_say_the_same_sums(sent):
    page = plain(signed_in(sent.created_by).get(reverse("applications:review", args=[sent.pk])).text)
    document = ensure_pdf(Document.objects.get(case=sent.case, kind="application"))
    pdf = plain(text_of(files.path_of(document.pdf).read_bytes()))

    for amount in (TOTAL_SEK, APPLIED_SEK, OWN_SEK, CASH_SEK, IN_KIND_SEK, STAFF_SEK, PARTNER_STAFF_SEK):
        assert (spoken(amount) in page, spoken(amount) in pdf) == (True, True), amount


def test_the_workbook_of_the_budget_holds_the_same_lines(sent, tmp_path):
    path = tmp_path / "budget.xlsx"
    write_budget(loaded(sent), path)
    book = openpyxl.load_workbook(path)
    numbers = [
        cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, int)
    ]

    for amount in (STAFF_SEK, PARTNER_STAFF_SEK, OWN_SEK, CASH_SEK, APPLIED_SEK):
        assert numbers.count(amount) == 1, amount
    assert numbers.count(IN_KIND_SEK) == 2  # as a cost and as financing


def test_the_municipality_reads_in_which_form_it_gives(sent):
    standing = next(one for one in standings(loaded(sent)) if one.party.name == MUNICIPALITY)

    given = [row for row in facts_of(standing) if row[0].startswith("Medfinansiering")]
    assert given == [
        ["Medfinansiering, pengar", format_sek(CASH_SEK)],
        ["Medfinansiering, bidrag i annat än pengar", format_sek(IN_KIND_SEK)],
    ]


def test_the_decision_its_letter_and_the_export_say_the_same(sent, tmp_path):
    decision = evaluation.dispatched_decision(application=sent)
    letter = ensure_pdf(Document.objects.filter(case=sent.case, kind="decision").latest("number"))
    pdf = plain(text_of(files.path_of(letter.pdf).read_bytes()))
    path = tmp_path / "beslut.xlsx"
    decisions.write(path, Decision.objects.all(), call=None, who="Prov", at=now())
    [row] = worlds.rows(path)

    assert (decision.amount_sek, decision.basis_cost_sek) == (APPLIED_SEK, TOTAL_SEK)
    assert (row["Belopp (kr)"], row["Sökt stöd (kr)"], row["Total kostnad (kr)"]) == (
        APPLIED_SEK,
        APPLIED_SEK,
        TOTAL_SEK,
    )
    assert (spoken(APPLIED_SEK) in pdf, spoken(TOTAL_SEK) in pdf) == (True, True)
