"""Costs by party, counted costs, appropriations and in kind: what is saved, what keeps an application back, what is frozen."""

from decimal import Decimal

import pytest

from applications import actions
from applications.blockers import before_submit
from applications.blockers_money import budget_faults
from applications.budget import lines_of
from applications.content import content_of
from applications.enums import FinancingKind, PartyKind
from applications.models import CostLine, Party
from calls.models import Call, CostType
from grants.core.exceptions import Blocked
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
STAFF_SEK = 200_000


@pytest.fixture
def writer():
    return base.signatory(base.region_organisation())


@pytest.fixture
def draft(writer):
    """A joint draft of two regions with the applicant's own budget."""
    made = build.complete_draft(by=writer)
    data = build.parties_data(writer, is_joint=True, parties=[build.party(base.region_organisation("23"))])
    return actions.save_parties(made, data, by=writer, version=made.version)


def party_of(draft):
    return draft.parties.get()


def with_partner(draft, **line):
    """The budget with one more line of personnel in the first year for the co-applicant."""
    data = build.budget_data(draft)
    staff = data["costs"][0]
    own = {"party": party_of(draft).pk, "cost_type": staff["cost_type"], "year": staff["year"], "amount_sek": STAFF_SEK}
    return {**data, "costs": [*data["costs"], {**own, **line}]}


def counted_in_hours(draft):
    """Personnel counted in hours; the row as a new request reads it."""
    CostType.objects.filter(call=draft.call, code="staff").update(unit="timmar")
    return type(draft).objects.get(pk=draft.pk)


def test_a_co_applicant_has_costs_of_its_own_with_their_own_flat_rate(draft, writer):
    total = draft.total_cost_sek

    saved = actions.save_budget(draft, with_partner(draft), by=writer, version=draft.version)

    partner = party_of(draft)
    own = {line.cost_type.code: line.amount_sek for line in partner.cost_lines.select_related("cost_type")}
    assert own == {"staff": STAFF_SEK, "indirect": STAFF_SEK * 15 // 100}
    assert saved.total_cost_sek == total + STAFF_SEK + STAFF_SEK * 15 // 100


def test_each_partys_table_and_the_common_one_add_up_in_the_frozen_content(draft, writer):
    saved = actions.save_budget(draft, with_partner(draft), by=writer, version=draft.version)

    content = content_of(saved)

    blocks = {block["heading"]: block for block in content["blocks"] if block["section"] == "budget"}
    sums = {
        heading: int("".join(c for c in block["table"]["rows"][-1][-1] if c.isdigit()))
        for heading, block in blocks.items()
        if heading.startswith("Kostnader")
    }
    assert list(sums) == ["Kostnader", f"Kostnader för {draft.applicant}", f"Kostnader för {party_of(draft)}"]
    assert sums["Kostnader"] == saved.total_cost_sek == sum(list(sums.values())[1:])
    assert sum(line["amount_sek"] for line in content["data"]["costs"]) == saved.total_cost_sek


def test_a_budget_without_new_facts_freezes_the_bytes_that_it_always_froze(draft):
    costs = content_of(draft)["data"]["costs"]

    assert {frozenset(line) for line in costs} == {frozenset({"cost_type", "year", "amount_sek"})}
    assert set(content_of(draft)["data"]["financing"][0]) == {"kind", "financier", "form", "amount_sek"}


@pytest.mark.parametrize("kind", [PartyKind.COOPERATING, PartyKind.CO_FINANCIER])
def test_only_co_applicants_can_be_given_costs(draft, writer, kind):
    Party.objects.update(kind=kind)

    with pytest.raises(Blocked) as stop:
        actions.save_budget(draft, with_partner(draft), by=writer, version=draft.version)

    assert "Skriv kostnader bara för utlysningens kostnadsslag, projektets år och parter." in stop.value.reasons
    assert CostLine.objects.filter(party__isnull=False).count() == 0


def test_a_party_of_another_application_is_no_party_here(draft, writer):
    other = build.draft_application(applicant=base.region_organisation("25"))
    foreign = Party.objects.create(application=other, kind=PartyKind.CO_APPLICANT, name="Främmande")
    before = lines_of(draft)

    with pytest.raises(Blocked):
        actions.save_budget(draft, with_partner(draft, party=foreign.pk), by=writer, version=draft.version)

    assert lines_of(fresh(draft)) == before


def test_parties_keep_their_costs_when_the_parties_are_saved_again(draft, writer):
    saved = actions.save_budget(draft, with_partner(draft), by=writer, version=draft.version)
    again = build.parties_data(
        writer, is_joint=True, parties=[build.party(base.region_organisation("23"), contribution="Mer")]
    )

    saved = actions.save_parties(saved, again, by=writer, version=saved.version)

    assert party_of(saved).contribution == "Mer"
    assert party_of(saved).cost_lines.count() == 2


def test_a_party_with_costs_is_not_taken_away_with_them(draft, writer):
    saved = actions.save_budget(draft, with_partner(draft), by=writer, version=draft.version)

    with pytest.raises(Blocked) as stop:
        actions.save_parties(saved, build.parties_data(writer), by=writer, version=saved.version)

    assert "Ta först bort kostnaderna för" in stop.value.reasons[0]
    assert party_of(fresh(saved)).cost_lines.count() == 2


def test_a_party_that_is_no_co_applicant_any_more_keeps_the_application_back(draft, writer):
    saved = actions.save_budget(draft, with_partner(draft), by=writer, version=draft.version)
    again = [build.party(base.region_organisation("23"), kind=PartyKind.COOPERATING)]
    saved = actions.save_parties(saved, build.parties_data(writer, parties=again), by=writer, version=saved.version)

    found = [(str(reason), reason.where) for reason in budget_faults(fresh(saved))]

    name = party_of(saved).name
    assert found == [
        (
            f"{name} har kostnader i budgeten men är samarbetspart. Ändra rollen till samverkanspart, eller ta bort "
            "kostnaderna.",
            "budget#kostnader",
        )
    ]


def test_a_counted_cost_is_quantity_times_price_rounded_once(draft, writer):
    draft = counted_in_hours(draft)
    given = with_partner(draft, amount_sek=999, quantity=Decimal("37.50"), price_sek=333)

    actions.save_budget(draft, given, by=writer, version=draft.version)

    line = CostLine.objects.get(party__isnull=False, cost_type__code="staff")
    assert (line.amount_sek, line.quantity, line.price_sek) == (12_488, Decimal("37.50"), 333)


def test_a_half_counted_cost_is_kept_as_written_and_keeps_the_application_back(draft, writer):
    draft = counted_in_hours(draft)
    given = with_partner(draft, amount_sek=0, quantity=Decimal("40"))

    saved = actions.save_budget(draft, given, by=writer, version=draft.version)

    line = CostLine.objects.get(party__isnull=False, cost_type__code="staff")
    where = f"budget#pris-p{line.party_id}-{line.cost_type_id}-{line.year}"
    assert (line.amount_sek, line.quantity, line.price_sek) == (0, Decimal("40"), None)
    told = {reason.where: str(reason) for reason in before_submit(fresh(saved))}
    assert told[where] == f"Skriv kronor per timme för personal {line.year}."


@pytest.mark.parametrize(("unit", "price"), [("timmar", "kronor per timme"), ("askar", "kronor per enhet (askar)")])
def test_the_price_is_named_by_the_unit_that_is_counted(client, draft, writer, unit, price):
    CostType.objects.filter(call=draft.call, code="staff").update(unit=unit)
    client.force_login(writer)

    page = client.get(f"{draft.get_absolute_url()}budget/").text

    assert f"Personal, {price}" in page
    assert f"Personal, antal {unit}" in page
    assert ("kronor per enhet<" in page, ", per enhet" in page) == (False, False)


@pytest.mark.parametrize(
    "given", [{"quantity": Decimal("-1"), "price_sek": 5}, {"quantity": Decimal("1E9"), "price_sek": 5}]
)
def test_counts_out_of_bounds_are_refused_and_leave_the_budget_as_it_was(draft, writer, given):
    draft = counted_in_hours(draft)
    before = lines_of(draft)

    with pytest.raises(Blocked):
        actions.save_budget(draft, with_partner(draft, **given), by=writer, version=draft.version)

    assert lines_of(fresh(draft)) == before


def allow_in_kind(draft):
    Call.objects.filter(pk=draft.call_id).update(allows_in_kind=True)
    draft.call.allows_in_kind = True


def in_kind_budget(draft, cost_sek, financed_sek):
    allow_in_kind(draft)
    kind, _ = CostType.objects.get_or_create(call=draft.call, code="in_kind", defaults={"label": "Bidrag", "order": 9})
    data = build.budget_data(draft)
    year = data["costs"][0]["year"]
    data["costs"].append({"cost_type": kind, "year": year, "amount_sek": cost_sek})
    line = {"kind": FinancingKind.PUBLIC, "financier": "Umeå kommun", "form": "in_kind", "amount_sek": financed_sek}
    data["financing"].append(line)
    return data


@pytest.mark.parametrize(
    ("cost_sek", "financed_sek", "count"), [(50_000, 50_000, 0), (50_000, 40_000, 1), (0, 40_000, 1)]
)
def test_in_kind_costs_equal_in_kind_financing(draft, writer, cost_sek, financed_sek, count):
    data = in_kind_budget(draft, cost_sek, financed_sek)
    draft = type(draft).objects.get(pk=draft.pk)

    saved = actions.save_budget(draft, data, by=writer, version=draft.version)

    found = [(str(r), r.where) for r in budget_faults(fresh(saved)) if "annat än pengar" in r]
    said = (
        f"Bidrag i annat än pengar är {cost_sek // 1000 or 0}\u00a0000\u00a0kr bland kostnaderna och "
        f"{financed_sek // 1000}\u00a0000\u00a0kr i finansieringen. Ändra så att de är lika."
    ).replace("är 0\u00a0000", "är 0")
    assert found == [(said, "budget#finansiar-1-amount_sek")][:count]


def test_public_money_says_its_appropriation_and_not_knowing_is_an_answer(draft, writer):
    data = build.budget_data(draft)
    line = {"kind": FinancingKind.PUBLIC, "financier": "Umeå kommun", "form": "cash", "amount_sek": 1_000}
    saved = actions.save_budget(draft, {**data, "financing": [line]}, by=writer, version=draft.version)

    lacking = [reason.where for reason in budget_faults(fresh(saved))]
    line["appropriation"] = "unknown"
    saved = actions.save_budget(saved, {**data, "financing": [line]}, by=writer, version=saved.version)

    assert lacking == ["budget#finansiar-0-appropriation"]
    assert budget_faults(fresh(saved)) == []
    assert content_of(saved)["data"]["financing"][0]["appropriation"] == "unknown"


@pytest.mark.parametrize(("kind", "form"), [(FinancingKind.PRIVATE, "cash"), (FinancingKind.PUBLIC, "in_kind")])
def test_only_public_money_has_an_appropriation(draft, writer, kind, form):
    allow_in_kind(draft)
    line = {"kind": kind, "financier": "AB Ett", "form": form, "amount_sek": 1, "appropriation": "regional"}

    saved = actions.save_budget(draft, {"financing": [line]}, by=writer, version=draft.version)

    assert saved.financing_lines.get().appropriation == ""


def test_an_appropriation_that_does_not_exist_is_refused_at_its_field(draft, writer):
    line = {"kind": "public", "financier": "Umeå kommun", "form": "cash", "amount_sek": 1, "appropriation": "x"}

    with pytest.raises(Blocked) as stop:
        actions.save_budget(draft, {"financing": [line]}, by=writer, version=draft.version)

    assert [reason.where for reason in stop.value.reasons] == ["finansiar-0-appropriation"]
    assert [line.kind for line in draft.financing_lines.all()] == ["own"]
