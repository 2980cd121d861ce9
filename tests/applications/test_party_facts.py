"""The facts of the applicant and its parties: which are demanded of whom, what is malformed, and where they end up."""

import pytest

from applications import actions, party_facts
from applications.blockers import before_submit
from applications.content import content_of
from applications.enums import PartyKind
from grants.core.exceptions import Blocked
from tests.applications.web import posted, section_url, signed_in
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
BARE = {
    "workplace": "",
    "cfar_number": "",
    "vat": "",
    "procurement": "",
    "contact_name": "",
    "contact_email": "",
    "signatory_name": "",
}


def with_parties(*parties, **own):
    by = base.member()
    draft = build.complete_draft(by=by)
    data = build.parties_data(by, is_joint=True, parties=list(parties), **own)
    return actions.save_parties(draft, data, by=by, version=draft.version), by


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (
            PartyKind.CO_APPLICANT,
            {"workplace", "cfar_number", "vat", "procurement", "contact_name", "contact_email", "signatory_name"},
        ),
        (PartyKind.COOPERATING, {"contact_name", "contact_email"}),
        (PartyKind.CO_FINANCIER, {"contact_name", "contact_email", "signatory_name"}),
    ],
)
def test_what_is_demanded_of_a_party_follows_its_role_and_is_told_at_its_field(kind, asked):
    draft, _ = with_parties(build.party(), build.party(kind=kind, name="Den andra", **BARE))

    found = {reason.where: str(reason) for reason in before_submit(fresh(draft))}

    assert set(found) == {f"parter#parter-1-{name}" for name in asked}
    assert all("Den andra" in text for text in found.values())


def test_the_applicant_gives_its_own_facts_before_sending():
    draft, _ = with_parties(build.party(), **{name: "" for name in BARE if name not in party_facts.CONTACT})

    found = [reason.where for reason in before_submit(fresh(draft))]

    assert found == [
        "parter#workplace",
        "parter#cfar_number",
        "parter#vat",
        "parter#procurement",
        "parter#signatory_name",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cfar_number", "1234567"),
        ("cfar_number", "١٢٣٤٥٦٧٨"),
        ("cfar_number", "1234567\x008"),
        ("vat", "maybe"),
        ("procurement", "x" * 5_000),
        ("web_address", "javascript:alert(1)"),
        ("web_address", "inte en adress"),
        ("workplace", "å" * 151),
        ("signatory_name", "å" * 151),
        ("signatory_email", "inte en adress"),
    ],
)
def test_a_malformed_fact_is_refused_at_its_field_and_nothing_is_saved(name, value):
    by = base.member()
    draft = build.complete_draft(by=by)
    party = build.party(**{name: value})
    before = content_of(draft)
    if name == "cfar_number" and "\x00" in value:  # cleaned away: eight digits are left
        data = build.parties_data(by, **{name: value})
        assert actions.save_parties(draft, data, by=by, version=draft.version).cfar_number == "12345678"
        return

    with pytest.raises(Blocked) as stop:
        data = build.parties_data(by, is_joint=True, parties=[party], **{name: value})
        actions.save_parties(draft, data, by=by, version=draft.version)

    assert [reason.where for reason in stop.value.reasons] == [name, f"parter-0-{name}"]
    assert content_of(fresh(draft)) == before


def test_the_page_saves_the_facts_and_keeps_what_was_typed_when_it_is_wrong():
    draft, by = with_parties(build.party())
    client, url = signed_in(by), section_url(draft, "parter")

    wrong = client.post(url, posted(draft, "parter", cfar_number="12 34", **{"parter-0-web_address": "nej"}))
    assert wrong.status_code == 422
    assert 'value="12 34"' in wrong.content.decode()
    changes = {"cfar_number": "87654321", "vat": "unsure", "parter-0-web_address": "www.exempel.se"}
    right = client.post(url, posted(draft, "parter", **changes))

    assert right.status_code == 302
    assert (fresh(draft).cfar_number, fresh(draft).vat) == ("87654321", "unsure")
    assert draft.parties.get().web_address == "www.exempel.se"


def test_what_is_given_is_frozen_and_what_is_not_is_left_out():
    draft, _ = with_parties(build.party(web_address="", signatory_email=""))

    content = content_of(draft)

    [party] = content["data"]["parties"]
    assert (party["cfar_number"], party["vat"], party["contact_email"]) == ("12345678", "no", "kontakt@example.se")
    assert "web_address" not in party and "signatory_email" not in party
    assert content["data"]["facts"]["procurement"] == "lou"
    [block] = [one for one in content["blocks"] if one["heading"].startswith("Uppgifter om")]
    assert ["Följer upphandlingslag", "Ja, lagen om offentlig upphandling (LOU)"] in block["facts"]
    bare = content_of(build.draft_application())
    assert "facts" not in bare["data"] and "confirmations" not in bare["data"]
