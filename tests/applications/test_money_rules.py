"""The call's money rules at work: dated flat rates with their basis, and the forms of co-financing that count."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import actions
from applications.blockers import before_submit
from applications.budget import with_flat_rates
from applications.content import loaded
from applications.models import Application, FinancingLine
from applications.views.review import warnings
from calls.enums import ConfirmationRule
from calls.models import Call, FlatRate
from calls.rates import Rate, rate_for, rates_of
from grants.core.exceptions import Blocked
from grants.documents.models import Document
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

STAFF, TRAVEL, INDIRECT = 1, 2, 3


def rate(percent, start, end=None, *basis):
    return Rate(Decimal(percent), frozenset(basis or [STAFF]), start, end)


def test_each_budget_year_has_the_rate_in_force_on_its_first_day():
    rates = {INDIRECT: [rate(15, dt.date(2026, 1, 1), dt.date(2026, 12, 31)), rate(20, dt.date(2027, 1, 1))]}
    typed = {(STAFF, 2026): 100_000, (STAFF, 2027): 100_000, (STAFF, 2028): 50_001}

    amounts = with_flat_rates(typed, rates)

    assert {year: amounts[INDIRECT, year] for year in (2026, 2027, 2028)} == {2026: 15_000, 2027: 20_000, 2028: 10_000}


def test_the_basis_says_of_which_costs():
    rates = {INDIRECT: [rate(10, dt.date(2027, 1, 1), None, STAFF, TRAVEL)]}

    amounts = with_flat_rates({(STAFF, 2027): 1_000, (TRAVEL, 2027): 505}, rates)

    assert amounts[INDIRECT, 2027] == 151


@pytest.mark.parametrize(
    ("start_on", "percent"),
    [
        (dt.date(2027, 3, 1), 15),
        (dt.date(2027, 2, 28), None),
        (dt.date(2026, 5, 1), None),
        (None, 15),
    ],
)
def test_a_rate_that_begins_within_the_year_holds_from_the_first_day_of_the_project(start_on, percent):
    found = rate_for([rate(15, dt.date(2027, 3, 1))], 2027, start_on)

    assert (found and found.percent) == percent


def test_a_year_without_a_rate_has_no_flat_rate_cost():
    rates = {INDIRECT: [rate(15, dt.date(2026, 1, 1), dt.date(2026, 12, 31))]}

    assert (INDIRECT, 2027) not in with_flat_rates({(STAFF, 2027): 100_000}, rates, dt.date(2026, 6, 1))


def test_what_is_typed_in_a_flat_rate_line_is_ignored():
    rates = {INDIRECT: [rate(15, dt.date(2027, 1, 1))]}

    assert with_flat_rates({(STAFF, 2027): 100, (INDIRECT, 2027): 9_999}, rates)[INDIRECT, 2027] == 15


@pytest.mark.django_db
def test_a_saved_budget_is_computed_by_the_calls_own_rates(django_assert_num_queries):
    signer = base.signatory()
    draft = build.complete_draft(by=signer)
    indirect = draft.call.cost_types.get(code="indirect")
    year = draft.call.years[0]
    FlatRate.objects.filter(cost_type=indirect).update(percent=40, valid_from=dt.date(year, 1, 1))
    call = fresh(draft.call)
    with django_assert_num_queries(1):
        assert rates_of(call)[indirect.pk][0].percent == 40

    draft = actions.recalculate(draft)

    staff_sek = draft.cost_lines.get(cost_type__code="staff", year=year).amount_sek
    assert draft.cost_lines.get(cost_type=indirect, year=year).amount_sek == staff_sek * 40 // 100


@pytest.mark.django_db
def test_the_page_says_which_rate_holds_for_which_year(client):
    signer = base.signatory()
    draft = build.complete_draft(by=signer)
    indirect, first = draft.call.cost_types.get(code="indirect"), draft.call.years[0]
    FlatRate.objects.filter(cost_type=indirect).delete()
    for year, percent in ((first, 15), (first + 1, 20)):
        made = FlatRate.objects.create(
            cost_type=indirect, percent=percent, valid_from=dt.date(year, 1, 1), valid_until=dt.date(year, 12, 31)
        )
        made.basis.add(draft.call.cost_types.get(code="staff"))
    client.force_login(signer)

    page = client.get(reverse("applications:section", args=[draft.pk, "budget"])).text

    assert f"15\u00a0% av personal {first} och 20\u00a0% av personal {first + 1}" in page
    assert "data-flat=" not in page


# Co-financing --------------------------------------------------------------------------------------------------------


def budget_with(draft, form):
    data = build.budget_data(draft)
    data["financing"][0]["form"] = form
    return data


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("allowed", "form", "sentence"),
    [
        ({"allows_in_kind": False}, "in_kind", "Utlysningen räknar bara pengar som medfinansiering."),
        (
            {"allows_in_kind": True},
            "direct",
            "Utlysningen räknar bara pengar och bidrag i annat än pengar som medfinansiering.",
        ),
        (
            {"allows_cash": False, "allows_in_kind": True, "allows_direct": True},
            "cash",
            "Utlysningen räknar bara bidrag i annat än pengar och direktfinansierat som medfinansiering.",
        ),
    ],
)
def test_a_form_that_the_call_does_not_count_is_refused_at_its_row(allowed, form, sentence):
    call = calls.open_call()
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    Call.objects.filter(pk=call.pk).update(**allowed)
    before = list(FinancingLine.objects.values())

    with pytest.raises(Blocked) as stop:
        actions.save_budget(draft, budget_with(draft, form), by=signer, version=draft.version)

    assert [(str(reason), reason.where) for reason in stop.value.reasons] == [
        (f"{sentence} Ändra raden för Region Västerbotten.", "finansiar-0-form")
    ]
    assert list(FinancingLine.objects.values()) == before


@pytest.mark.django_db
def test_what_the_call_no_longer_counts_stops_the_sending():
    signer = base.signatory()
    draft = build.complete_draft(by=signer)
    Call.objects.filter(pk=draft.call_id).update(allows_cash=False)

    found = before_submit(Application.objects.get(pk=draft.pk))

    assert [reason.where for reason in found] == ["budget#finansiar-0-form"]


@pytest.mark.django_db
def test_the_content_says_in_which_form():
    signer = base.signatory()
    draft = build.complete_draft(by=signer)
    Call.objects.filter(pk=draft.call_id).update(allows_in_kind=True)
    actions.save_budget(draft, budget_with(draft, "in_kind"), by=signer, version=draft.version)
    sent = actions.submit(fresh(draft), by=signer)

    content = Document.objects.get(case=sent.case, kind="application").content
    table = next(block["table"] for block in content["blocks"] if block["heading"] == "Finansiering")
    assert table["rows"][0][1] == "Egen finansiering, bidrag i annat än pengar"
    assert content["data"]["financing"][0]["form"] == "in_kind"


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["", "guld", "\x00", "x" * 1_000])
def test_the_page_offers_what_the_call_counts_and_refuses_the_rest(client, form):
    signer = base.signatory()
    draft = build.complete_draft(by=signer)
    Call.objects.filter(pk=draft.call_id).update(allows_in_kind=True)
    client.force_login(signer)
    url = reverse("applications:section", args=[draft.pk, "budget"])
    page = client.get(url).text
    assert ('value="in_kind"' in page, 'value="direct"' in page) == (True, False)
    posted = {
        "version": draft.version,
        "finansiar-TOTAL_FORMS": 1,
        "finansiar-INITIAL_FORMS": 0,
        "finansiar-0-financier": "Kommunen",
        "finansiar-0-kind": "public",
        "finansiar-0-form": form,
        "finansiar-0-amount_sek": "1 000",
    }

    answer = client.post(url, posted)

    assert answer.status_code == (302 if form == "" else 422)


MUNICIPALITY = "Umeå kommun"


def co_financed(*, rule=ConfirmationRule.WANTED, party="", kind="co_financier", giver=MUNICIPALITY, **line):
    """A complete draft that somebody else co-finances; ``party``: a party's name, if there is one."""
    signer = base.signatory()
    draft = build.complete_draft(by=signer)
    Call.objects.filter(pk=draft.call_id).update(confirmation_rule=rule)
    data = build.budget_data(draft)
    own = data["financing"][0]
    part = {"kind": "public", "financier": giver, "form": "cash", "appropriation": "other", "amount_sek": 50_000}
    data["financing"] = [{**own, "amount_sek": own["amount_sek"] - 50_000}, {**part, **line}]
    draft = actions.save_budget(draft, data, by=signer, version=draft.version)
    if party:
        facts = {"contact_name": "Bo Ek", "contact_email": "bo@example.se", "signatory_name": "Åsa Ö"}
        row = {"kind": kind, "organisation": None, "name": party, "contribution": "Bidrar.", **facts}
        parties = build.parties_data(signer, parties=[row])
        draft = actions.save_parties(fresh(draft), parties, by=signer, version=fresh(draft).version)
    return loaded(draft)


NOBODY = (
    "Umeå kommun ger 50\u00a0000\u00a0kr men är inte part och kan inte bekräfta det. Lägg till den under Sökande och parter, "
    "eller skriv namnet som det står där."
)


@pytest.mark.django_db
def test_money_from_somebody_who_is_no_party_is_warned_of_and_stops_where_confirmation_is_demanded():
    wished, required = co_financed(), co_financed(rule=ConfirmationRule.REQUIRED)

    assert before_submit(wished) == []
    assert warnings(wished).count(NOBODY) == 1
    assert [(str(one), one.where) for one in before_submit(required)] == [(NOBODY, "budget#finansiar-1-financier")]
    assert NOBODY not in warnings(required)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"party": MUNICIPALITY.upper()}, False),
        ({"party": "Vännäs kommun"}, True),
        ({"kind": "own", "appropriation": ""}, False),
        ({"giver": "Region Västerbotten"}, False),
        ({"giver": "region västerbotten"}, False),
    ],
)
def test_a_party_is_known_in_the_financing_by_its_name_and_own_money_is_nobody_elses(given, expected):
    line = {key: value for key, value in given.items() if key in ("kind", "appropriation")}
    others = {key: value for key, value in given.items() if key not in line}

    draft = co_financed(**others)
    if line:
        FinancingLine.objects.filter(application=draft, order=1).update(**line)

    assert any("inte part" in text for text in warnings(loaded(draft))) is expected


@pytest.mark.django_db
def test_a_co_financier_without_money_is_warned_of():
    draft = co_financed(party="Vännäs kommun")

    assert (
        "Vännäs kommun är medfinansiär men har inget belopp i finansieringen. Lägg till det, eller ändra rollen."
        in warnings(draft)
    )
    assert not any("inget belopp" in text for text in warnings(co_financed(party=MUNICIPALITY)))


@pytest.mark.django_db
def test_the_names_of_the_parties_are_offered_to_the_financing(client):
    draft = co_financed(party=MUNICIPALITY)
    client.force_login(draft.created_by)

    page = client.get(reverse("applications:section", args=[draft.pk, "budget"])).text

    assert (
        f'<datalist id="finansiarer"><option value="Region Västerbotten"></option><option value="{MUNICIPALITY}">'
        in page
    )
    assert page.count('list="finansiarer"') == 2


@pytest.mark.django_db
def test_a_row_that_is_not_filled_in_offers_only_forms_that_the_call_counts(client):
    draft = build.draft_application()
    Call.objects.filter(pk=draft.call_id).update(allows_cash=False, allows_in_kind=True)
    client.force_login(draft.created_by)

    rows = client.get(reverse("applications:section", args=[draft.pk, "budget"])).context["rows"]

    assert [list(row.fields["form"].choices) for row in rows] == [[("in_kind", "Bidrag i annat än pengar")]] * len(rows)
    assert [row["form"].value() for row in rows] == ["in_kind"] * len(rows)
