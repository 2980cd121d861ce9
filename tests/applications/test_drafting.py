"""Writing a draft: incomplete is saved, malformed is refused whole, nothing foreign gets in, sums are the server's."""

import datetime as dt
from decimal import Decimal

import pytest

from applications import actions
from applications.budget import budget_years, with_flat_rates
from applications.enums import State
from applications.models import Application, CostLine, FinancingLine
from calls.enums import CostTypeCode
from calls.models import CostType
from calls.rates import Rate
from grants.core.exceptions import Blocked, Stale
from grants.core.invariants import CHECKS
from grants.core.time import now
from grants.strategy.models import Objective
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
YEAR = now().year


@pytest.fixture
def draft(writer):
    return build.draft_application(by=writer)


def sums_hold() -> bool:
    return not [text for name, (_, run) in CHECKS.items() if name.startswith("INV-16 ") for text in run()]


def test_an_empty_section_is_saved_as_it_is(draft, writer):
    for save in (actions.save_parties, actions.save_project, actions.save_objectives, actions.save_budget):
        draft = save(draft, {}, by=writer, version=draft.version)

    assert (draft.state, draft.title, draft.total_cost_sek, draft.version) == (State.DRAFT, "", 0, 4)


def test_a_stale_tab_is_told_and_overwrites_nothing(draft, writer):
    saved = actions.save_project(draft, {"title": "Den första texten"}, by=writer, version=draft.version)

    with pytest.raises(Stale):
        actions.save_project(draft, {"title": "Den andra texten"}, by=writer, version=draft.version)

    assert (fresh(draft).title, fresh(draft).version) == ("Den första texten", saved.version)


def test_flat_rates_and_sums_are_computed_and_equal_their_lines(draft, writer):
    data = build.budget_data(draft)

    saved = actions.save_budget(draft, data, by=writer, version=draft.version)

    flat = CostLine.objects.filter(application=saved, cost_type__code=CostTypeCode.INDIRECT)
    assert [(line.year, line.amount_sek) for line in flat] == [(YEAR, 105_000), (YEAR + 1, 105_000)]
    assert (saved.total_cost_sek, saved.financed_sek, saved.applied_sek) == (2_000_000, 1_100_000, 900_000)
    assert sums_hold()


def test_a_typed_flat_rate_is_ignored(draft, writer):
    data = build.budget_data(draft)
    flat = CostType.objects.get(call=draft.call, code=CostTypeCode.INDIRECT)
    data["costs"].append({"cost_type": flat, "year": YEAR, "amount_sek": 999_999})

    saved = actions.save_budget(draft, data, by=writer, version=draft.version)

    assert saved.total_cost_sek == 2_000_000


@pytest.mark.parametrize(
    ("staff", "rate", "flat"), [(1, "15", 0), (10, "15", 2), (3, "50", 2), (333_333, "7.35", 24_500)]
)
def test_a_flat_rate_is_rounded_half_up_once_per_year(staff, rate, flat):
    rates = {2: [Rate(Decimal(rate), frozenset({1}), dt.date(2027, 1, 1), None)]}

    assert with_flat_rates({(1, 2027): staff}, rates).get((2, 2027), 0) == flat


def test_sums_that_were_tampered_with_are_found_and_recalculated(draft, writer):
    saved = actions.save_budget(draft, build.budget_data(draft), by=writer, version=draft.version)
    FinancingLine.objects.filter(application=saved).update(amount_sek=7)
    assert not sums_hold()

    assert actions.recalculate(saved).financed_sek == 7

    assert sums_hold()


def test_the_years_are_the_projects_own_within_the_calls_budget(draft, writer):
    assert budget_years(draft) == [YEAR, YEAR + 1]
    one_year = build.project_data(draft, end_on=build.project_data(draft)["start_on"])

    saved = actions.save_project(draft, one_year, by=writer, version=draft.version)

    assert budget_years(saved) == [YEAR]


def test_the_region_and_its_contact_area_come_from_the_applicant(draft):
    region = draft.applicant.region

    assert (draft.region, draft.contact_area) == (region, region.contact_area)


def test_an_objective_of_another_region_is_refused_until_that_region_takes_part(draft, writer):
    partner = base.region_organisation("25")
    foreign = Objective.objects.current().for_regions([partner.region]).first()
    data = {"main_objective": foreign, "links": [{"objective": foreign, "contribution": "Vi bidrar."}]}

    with pytest.raises(Blocked) as stop:
        actions.save_objectives(draft, data, by=writer, version=draft.version)
    assert stop.value.reasons == ["Välj mål ur listan över de sökande regionernas strategier."]
    assert fresh(draft).objective_links.count() == 0

    parties = build.parties_data(writer, is_joint=True, parties=[build.party(partner)])
    joint = actions.save_parties(draft, parties, by=writer, version=draft.version)
    saved = actions.save_objectives(joint, data, by=writer, version=joint.version)
    assert (saved.main_objective, saved.objective_links.get().objective) == (foreign, foreign)


def test_a_cost_type_of_another_call_or_a_foreign_year_is_refused_whole(draft, writer):
    other = calls.open_call().cost_types.first()
    own = draft.call.cost_types.first()

    for line in (
        {"cost_type": other, "year": YEAR, "amount_sek": 5},
        {"cost_type": own, "year": 1999, "amount_sek": 5},
    ):
        with pytest.raises(Blocked) as stop:
            actions.save_budget(draft, {"costs": [line], "applied_sek": 9}, by=writer, version=draft.version)
        assert [reason.where for reason in stop.value.reasons] == ["kostnader"]

    assert (fresh(draft).applied_sek, CostLine.objects.count()) == (0, 0)


@pytest.mark.parametrize("amount", [-1, 10**12, 10**30])
def test_amounts_outside_the_scale_are_refused(draft, writer, amount):
    with pytest.raises(Blocked):
        actions.save_budget(draft, {"applied_sek": amount}, by=writer, version=draft.version)

    assert fresh(draft).applied_sek == 0


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "beneficiary"},
        {"kind": "vem som helst"},
        {"kind": None},
        {"name": ""},
        {"name": "x" * 201},
        {"org_number": "12"},
        {"contribution": "x" * 601},
    ],
)
def test_a_malformed_party_is_refused_and_the_others_are_not_half_written(draft, writer, change):
    data = build.parties_data(writer, contact_name="Ny kontakt", parties=[build.party(), build.party(**change)])

    with pytest.raises(Blocked):
        actions.save_parties(draft, data, by=writer, version=draft.version)

    assert fresh(draft).parties.count() == 0
    assert fresh(draft).contact_name == writer.name


def test_the_applicant_is_not_its_own_party(draft, writer):
    data = build.parties_data(writer, parties=[build.party(draft.applicant)])

    with pytest.raises(Blocked) as stop:
        actions.save_parties(draft, data, by=writer, version=draft.version)

    assert stop.value.reasons == [f"Ta bort {draft.applicant}, som är sökande och inte läggs till som part."]


def test_text_is_cleaned_of_what_the_databases_treat_differently(draft, writer):
    data = build.project_data(draft, title="Na\x00mn\u202e\nmed\ud800 rad", summary="Ett\x00\r\ntvå\x07\ufffe")

    saved = actions.save_project(draft, data, by=writer, version=draft.version)

    assert fresh(saved).title == "Namn med rad"
    assert fresh(saved).summary == "Ett\ntvå"


def test_answers_to_questions_that_are_not_asked_are_not_kept(draft, writer):
    data = build.project_data(draft, answers={"purpose": "Syftet", "admin": "x", "__proto__": "y"})

    assert actions.save_project(draft, data, by=writer, version=draft.version).answers == {"purpose": "Syftet"}


def test_a_too_long_text_is_refused_with_its_length(draft, writer):
    with pytest.raises(Blocked) as stop:
        actions.save_project(draft, {"summary": "x" * 2_001}, by=writer, version=draft.version)

    assert stop.value.reasons == ["Sammanfattningen har 2\u00a0001 tecken. Korta texten till högst 2\u00a0000 tecken."]


def test_a_draft_starts_in_an_open_call_only(writer):
    organisation = writer.organisations_now[0]
    published, closed = calls.published_call(), calls.closed_call()

    for call in (published, closed, calls.draft_call()):
        with pytest.raises(Blocked):
            actions.start(call, applicant=organisation, by=writer, title="Titel")

    assert Application.objects.count() == 0


def test_at_the_closing_instant_no_draft_starts(writer):
    call = calls.open_call()
    organisation = writer.organisations_now[0]

    with pytest.raises(Blocked) as stop:
        actions.start(call, applicant=organisation, by=writer, title="Titel", at=call.closes_at)

    assert stop.value.reasons[0].startswith("Utlysningen stängde")
