"""A party whose name is written otherwise is the same party; another organisation in its place is another one."""

import pytest

from applications import actions, commitments, confirming
from applications.content import loaded
from grants.core.exceptions import Blocked
from tests.applications.test_confirmations import certificate
from tests.applications.web import posted, section_url, send, signed_in
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
NAME = "Kommunernas samverkan"


def draft_with(writer, *parties):
    """A draft whose first party has a cost of its own."""
    draft = build.complete_draft(by=writer, applicant=base.region_organisation())
    data = build.parties_data(writer, is_joint=True, parties=list(parties))
    draft = actions.save_parties(draft, data, by=writer, version=draft.version)
    budget = build.budget_data(draft)
    first = draft.parties.order_by("order")[0].pk
    budget["costs"].append({**budget["costs"][0], "party": first, "amount_sek": 1_000})
    return actions.save_budget(fresh(draft), budget, by=writer, version=fresh(draft).version)


def parties(draft):
    return [
        (one.name, one.organisation and one.organisation.code, one.cost_lines.exists())
        for one in fresh(draft).parties.order_by("order")
    ]


def test_who_has_no_account_is_written_otherwise_and_keeps_its_costs(writer):
    draft = draft_with(writer, build.party())
    party = draft.parties.get()

    answer = send(writer, draft, "parter", "parter-0-name", "Kommunernas samverkan AB", was=[NAME])

    assert answer.json()["fel"] == []
    assert parties(draft) == [("Kommunernas samverkan AB", None, True)]
    assert fresh(draft).parties.get().pk == party.pk


def test_who_turns_out_to_have_an_account_is_the_same_party(writer):
    draft = draft_with(writer, build.party())
    region = base.region_organisation("25")

    send(writer, draft, "parter", "parter-0-name", region.name, was=[NAME])

    assert parties(draft) == [(region.name, region.code, True)]


def test_what_was_confirmed_under_another_name_is_not_confirmed(writer):
    draft = draft_with(writer, build.party())
    certificate(draft, draft.parties.get(), writer)
    assert [one.is_current for one in commitments.standings(loaded(draft))] == [True]

    send(writer, draft, "parter", "parter-0-name", "Ett annat namn", was=[NAME])

    assert [(one.party.name, one.is_current) for one in commitments.standings(loaded(draft))] == [
        ("Ett annat namn", False)
    ]


def test_another_organisation_in_the_place_of_one_with_costs_is_refused_and_what_was_typed_is_kept(writer):
    region = base.region_organisation("25")
    draft = draft_with(writer, build.party(region))

    answer = send(writer, draft, "parter", "parter-0-name", "Region Annan", was=[region.name])

    assert answer.json()["fel"] == [
        f"Ta först bort kostnaderna för {region.name} under Budget och finansiering. Först då går parten att ta bort."
    ]
    assert parties(draft) == [(region.name, region.code, True)]
    assert fresh(draft).typed["parter"]["parter-0-name"]["values"] == ["Region Annan"]


def test_a_name_that_is_refused_holds_nothing_else_on_the_page_back(writer):
    region = base.region_organisation("25")
    draft = draft_with(writer, build.party(region))
    send(writer, draft, "parter", "parter-0-name", "Region Annan", was=[region.name])

    text = send(writer, draft, "parter", "parter-0-contribution", "Leder arbetet.", was=["Deltar i planeringen."])
    joint = send(writer, draft, "parter", "is_joint", "nej", was=["ja"])

    assert (text.json()["fel"], joint.json()["fel"]) == ([], [])
    assert fresh(draft).parties.get().contribution == "Leder arbetet."
    assert (fresh(draft).is_joint, parties(draft)) == (False, [(region.name, region.code, True)])
    assert [*fresh(draft).typed["parter"]] == ["parter-0-name"]


@pytest.mark.parametrize(("field", "typed"), [("web_address", "inte en adress"), ("cfar_number", "1234")])
def test_a_fact_that_is_malformed_holds_nothing_else_on_the_page_back(writer, field, typed):
    draft = draft_with(writer, build.party())
    for where in ("", "parter-0-"):
        held = getattr(fresh(draft.parties.get()) if where else draft, field)
        answer = send(writer, draft, "parter", f"{where}{field}", typed, was=[held] if held else [])
        assert len(answer.json()["fel"]) == 1

    text = send(writer, draft, "parter", "parter-0-contribution", "Leder arbetet.", was=["Deltar i planeringen."])

    assert text.json()["fel"] == []
    assert [*fresh(draft).typed["parter"]] == [field, f"parter-0-{field}"]


def test_one_that_goes_and_one_that_is_renamed_at_once_are_not_taken_for_each_other(writer):
    draft = draft_with(writer, build.party(), build.party(name="Den andra"))
    data = build.parties_data(writer, is_joint=True, parties=[build.party(name="Den andra, med nytt namn")])

    with pytest.raises(Blocked, match="Ta först bort kostnaderna för Kommunernas samverkan"):
        actions.save_parties(fresh(draft), data, by=writer, version=None)

    assert parties(draft) == [(NAME, None, True), ("Den andra", None, False)]


def test_two_that_change_places_keep_what_is_theirs(writer):
    draft = draft_with(writer, build.party(), build.party(name="Den andra"))
    data = build.parties_data(writer, is_joint=True, parties=[build.party(name="Den andra"), build.party()])

    actions.save_parties(fresh(draft), data, by=writer, version=None)

    assert parties(draft) == [("Den andra", None, False), (NAME, None, True)]


def test_the_page_renames_too(writer):
    draft = draft_with(writer, build.party())

    answer = signed_in(writer).post(
        section_url(draft, "parter"), posted(draft, "parter", **{"parter-0-name": "Samverkan Norr"})
    )

    assert answer.status_code == 302
    assert parties(draft) == [("Samverkan Norr", None, True)]


def test_a_confirmation_by_mandate_is_of_its_organisation(writer):
    region = base.region_organisation("25")
    draft = build.complete_draft(by=writer, applicant=base.region_organisation())
    data = build.parties_data(writer, is_joint=True, parties=[build.party(region)])
    draft = actions.save_parties(draft, data, by=writer, version=draft.version)
    confirming.confirm(draft, draft.parties.get().pk, by=base.signatory(region))

    send(writer, draft, "parter", "parter-0-name", "Någon annan", was=[region.name])

    assert [(one.party.name, one.confirmation) for one in commitments.standings(loaded(draft))] == [
        ("Någon annan", None)
    ]


def test_one_that_is_emptied_and_another_in_the_next_row_are_two(writer):
    """Rows are known by their place on the page: the costs of the one that goes are not the other's."""
    draft = draft_with(writer, build.party())
    data = posted(draft, "parter")
    row = {name: value for name, value in data.items() if name.startswith("parter-0-")}
    data |= dict.fromkeys(row, "") | {name.replace("parter-0-", "parter-1-"): value for name, value in row.items()}
    data |= {"parter-1-name": "En annan", "parter-TOTAL_FORMS": 2}

    answer = signed_in(writer).post(section_url(draft, "parter"), data)

    assert answer.status_code == 422
    assert "ta först bort kostnaderna för Kommunernas samverkan" in answer.text
    assert parties(draft) == [(NAME, None, True)]


def test_another_organisation_number_is_another_organisation(writer):
    draft = draft_with(writer, build.party(org_number="802000-2222"))
    data = build.parties_data(writer, is_joint=True, parties=[build.party(name="Annan", org_number="802000-1111")])

    with pytest.raises(Blocked, match="Ta först bort kostnaderna"):
        actions.save_parties(fresh(draft), data, by=writer, version=None)

    assert parties(draft) == [(NAME, None, True)]


def test_a_certificate_is_told_of_nobody_but_whom_it_is_from(writer):
    draft = draft_with(writer, build.party())
    certificate(draft, draft.parties.get(), writer)

    send(writer, draft, "parter", "parter-0-name", "Helt annan", was=[NAME])

    assert commitments.table_of(loaded(draft)) == []
    assert commitments.asked(commitments.standings(loaded(draft))[0]) == (
        "Helt annan har inte bekräftat sin del. Påminn dem, eller lägg in deras intyg."
    )


def test_spaces_that_are_cleaned_away_move_nothing(writer):
    draft = draft_with(writer, build.party())

    name = send(writer, draft, "parter", "parter-1-name", "Norra  kommunerna")
    kind = send(writer, draft, "parter", "parter-1-kind", "co_applicant")
    text = send(writer, draft, "parter", "parter-0-contribution", "Leder arbetet.", was=["Deltar i planeringen."])

    assert (len(name.json()["fel"]), kind.json()["fel"], text.json()["fel"]) == (1, [], [])
    assert parties(draft) == [(NAME, None, True), ("Norra kommunerna", None, False)]
    assert fresh(draft).typed == {}
