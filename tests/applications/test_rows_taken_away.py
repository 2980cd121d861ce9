"""A party or a financier is taken away by its own button, also without script; what else was typed is saved with it."""

import pytest

from applications import actions
from applications.views.bound import BOUND
from applications.views.fieldforms import words_of
from applications.writing.values import digest
from tests.applications.web import posted, section_url, send, signed_in
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(writer):
    made = build.complete_draft(by=writer, applicant=base.region_organisation())
    parties = [
        build.party(base.region_organisation(code), kind=kind)
        for code, kind in (("23", "cooperating"), ("25", "co_applicant"))
    ]
    return actions.save_parties(made, build.parties_data(writer, parties=parties), by=writer, version=made.version)


def names(draft):
    return [party.name for party in fresh(draft).parties.all()]


def test_a_party_goes_by_its_button_and_the_rest_of_the_page_is_saved(writer, draft):
    first, second = names(draft)
    client, address = signed_in(writer), section_url(draft, "parter")
    page = client.get(address).text
    assert f'value="bort-parter-0">Ta bort part 1<span class="vh">: {first}</span>' in page

    answer = client.post(address, posted(draft, "parter", contact_name="Bo Ek", gor="bort-parter-0"))

    assert (answer.status_code, answer.url) == (302, f"{address}#rader")
    assert (names(draft), fresh(draft).contact_name) == ([second], "Bo Ek")


def test_a_party_with_costs_stays_and_says_why(writer, draft):
    party = fresh(draft).parties.get(kind="co_applicant")
    data = build.budget_data(draft)
    cost = data["costs"][0]
    data["costs"].append({**cost, "party": party.pk, "amount_sek": 1_000})
    draft = actions.save_budget(fresh(draft), data, by=writer, version=fresh(draft).version)

    answer = signed_in(writer).post(section_url(draft, "parter"), posted(draft, "parter", gor="bort-parter-1"))

    assert answer.status_code == 422
    assert f"ta först bort kostnaderna för {names(draft)[1]} under Budget och finansiering." in answer.text
    assert len(names(draft)) == 2


def test_a_financier_goes_by_its_button(writer, draft):
    data = build.budget_data(draft)
    line = {"kind": "public", "financier": "Umeå kommun", "form": "cash", "appropriation": "other", "amount_sek": 1_000}
    data["financing"] = [*data["financing"], line]
    draft = actions.save_budget(fresh(draft), data, by=writer, version=fresh(draft).version)

    answer = signed_in(writer).post(section_url(draft, "budget"), posted(draft, "budget", gor="bort-finansiar-1"))

    assert answer.status_code == 302
    assert [one.financier for one in fresh(draft).financing_lines.all()] == ["Region Västerbotten"]


@pytest.mark.parametrize(
    "press", ["bort-parter-99", "bort-parter-x", "bort-mal-0", "bort-parter--1", "bort-parter-0\x00"]
)
def test_a_press_of_no_row_takes_nothing_away(writer, draft, press):
    before = names(draft)

    assert signed_in(writer).post(section_url(draft, "parter"), posted(draft, "parter", gor=press)).status_code == 302
    assert names(draft) == before


def test_what_waited_in_a_row_is_told_to_be_saved_when_the_row_is(writer, draft):
    client = signed_in(writer)
    held = send(client, draft, "parter", "parter-2-name", "Umeå kommun", bas=digest(())).json()
    assert (held["fel"] != [], held["klara"]) == (True, [])

    saved = send(client, draft, "parter", "parter-2-kind", "co_financier", bas=digest(())).json()

    assert (saved["fel"], saved["klara"]) == ([], ["parter-2-name"])
    assert names(draft)[2] == "Umeå kommun"


def test_a_choice_in_groups_is_read_by_its_names(writer, draft):
    bound = BOUND["geografi"](fresh(draft))

    assert (
        words_of(next(one for one in bound.fields() if one.name == "kommuner"), ("2480", "2482")) == "Umeå, Skellefteå"
    )
