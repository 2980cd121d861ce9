"""What a project concerns of the lists that its call names, where it takes place, and the picker over several regions."""

import pytest

from applications import actions
from applications.blockers import before_submit
from applications.content import content_of
from applications.enums import State
from calls.concerned import concerned
from calls.models import Call
from grants.core.exceptions import Blocked
from grants.strategy.models import DialogueTheme, KeyQuestion, Objective, PlanningLevel, SocietalChallenge
from tests.applications.web import posted, section_url, signed_in
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return base.signatory(base.region_organisation())


@pytest.fixture
def draft(writer):
    """A complete draft in a call that asks about place and names two key questions and a planning level."""
    made = build.complete_draft(by=writer)
    Call.objects.filter(pk=made.call_id).update(asks_spatial=True)
    made.call.key_questions.set(KeyQuestion.objects.all()[:2])
    made.call.planning_levels.set(PlanningLevel.objects.filter(level="eu"))
    return read_anew(made)


def read_anew(draft):
    return type(draft).objects.get(pk=draft.pk)


def place(**changes):
    codes = {"municipalities": ["2480", "2401"]}
    return {**codes, "spatial_before": 2, "spatial_after": 4, "spatial_how": "Med en strukturbild.", **changes}


def test_the_lists_are_those_that_the_call_names_in_one_query(draft, django_assert_num_queries):
    draft.call.areas.all()

    with django_assert_num_queries(2):  # the call's areas, and everything else
        found = concerned(draft.call)

    questions = [one.code for one in KeyQuestion.objects.all()[:2]]
    assert {kind: list(rows) for kind, rows in found.items() if kind != "area"} == {
        "key_question": questions,
        "planning_level": ["eu"],
    }


def test_what_is_chosen_is_kept_in_the_lists_words_and_frozen(draft, writer):
    code = draft.call.key_questions.first().code
    data = build.objectives_data(draft, concerns={"key_question": [code], "planning_level": ["eu"]})

    saved = actions.save_objectives(draft, data, by=writer, version=draft.version)

    content = content_of(saved)
    question = KeyQuestion.objects.get(code=code)
    facts = dict(next(b for b in content["blocks"] if b["heading"] == "Mål och områden")["facts"])
    assert (facts["Nyckelfrågor"], facts["Planeringsnivåer"]) == (question.question_sv, "EU")
    assert content["data"]["concerns"]["key_question"] == [{"code": code, "label": question.question_sv}]


@pytest.mark.parametrize("given", [{"key_question": ["NF99"]}, {"challenge": ["SU1"]}, {"planning_level": ["lokal"]}])
def test_what_the_call_does_not_name_is_refused_and_nothing_is_written(draft, writer, given):
    data = build.objectives_data(draft, concerns=given, links=[], main_objective=None)

    with pytest.raises(Blocked) as stop:
        actions.save_objectives(draft, data, by=writer, version=draft.version)

    assert [reason.where for reason in stop.value.reasons] == list(given)
    assert fresh(draft).concerns == {}
    assert fresh(draft).objective_links.count() == 1


def test_a_draft_without_concerns_freezes_the_keys_that_it_always_froze(writer):
    data = content_of(build.complete_draft(by=writer))["data"]

    assert {"concerns", "spatial_before", "spatial_after", "spatial_how"} & set(data) == set()


def test_place_is_saved_in_order_with_names_and_counties(draft, writer):
    saved = actions.save_place(draft, place(), by=writer, version=draft.version)

    block = next(b for b in content_of(saved)["blocks"] if b["heading"] == "Plats och rumslighet")
    assert [one["code"] for one in saved.concerns["municipality"]] == ["2401", "2480"]
    assert block["facts"] == [
        ["Västerbottens län", "Nordmaling, Umeå"],
        ["Så rumslig är strategin i dag", "Lite: platser nämns i texten"],
        [
            "Så rumslig blir strategin",
            "Till stor del: en strukturbild visar vad målen betyder för olika delar av länet",
        ],
        ["Så bidrar projektet till det", "Med en strukturbild."],
    ]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"municipalities": ["0180"]}, "kommuner"),
        ({"municipalities": ["9999"]}, "kommuner"),
        ({"municipalities": ["\x00"] * 500}, "kommuner"),
        ({"spatial_before": 6}, "spatial_before"),
        ({"spatial_after": 0}, "spatial_after"),
        ({"spatial_how": "x" * 601}, "spatial_how"),
    ],
)
def test_a_faulty_place_is_refused_at_its_field_and_nothing_is_written(draft, writer, changes, where):
    with pytest.raises(Blocked) as stop:
        actions.save_place(draft, place(**changes), by=writer, version=draft.version)

    assert [reason.where for reason in stop.value.reasons] == [where]
    assert (fresh(draft).concerns, fresh(draft).spatial_before, fresh(draft).spatial_how) == ({}, None, "")


def test_a_call_that_asks_wants_both_steps_before_an_application_is_sent(draft, writer):
    before = [reason.where for reason in before_submit(fresh(draft))]

    saved = actions.save_place(draft, place(municipalities=[]), by=writer, version=draft.version)

    assert before == ["geografi#spatial_before_0", "geografi#spatial_after_0"]
    assert before_submit(read_anew(saved)) == []
    assert actions.submit(saved, by=writer).state == State.SUBMITTED


def test_the_page_of_place_is_there_only_when_the_call_asks(draft, writer):
    client = signed_in(writer)

    asked = client.get(section_url(draft, "geografi"))
    Call.objects.update(asks_spatial=False)
    unasked = client.get(section_url(draft, "geografi"))

    assert (asked.status_code, unasked.status_code) == (200, 302)


def test_place_is_saved_from_its_page_and_a_countys_button_ticks_all_of_it(draft, writer):
    client = signed_in(writer)
    address = section_url(draft, "geografi")

    all_of_it = client.post(address, posted(draft, "geografi", gor="alla-@kommuner-24"))
    ticked = client.get(all_of_it.url).content.decode().count(" checked")
    saved = client.post(address, posted(draft, "geografi", kommuner=["2480"], spatial_before="1", spatial_after="5"))

    row = fresh(draft)
    assert (all_of_it.url, ticked) == (f"{address}#id_kommuner", 15)
    assert saved.status_code == 302
    assert ([one["name"] for one in row.concerns["municipality"]], row.spatial_before, row.spatial_after) == (
        ["Umeå"],
        1,
        5,
    )


def test_the_picker_shows_every_regions_strategy_and_marks_whose_it_is(draft, writer):
    for code in ("23", "25"):
        parties = [build.party(base.region_organisation(code)) for code in ("23", "25")]
    data = build.parties_data(writer, is_joint=True, parties=parties)
    draft = actions.save_parties(draft, data, by=writer, version=draft.version)

    groups = signed_in(writer).get(section_url(draft, "mal")).context["groups"]

    assert [(one["region"].county_code, one["is_own"], one["is_open"]) for one in groups] == [
        ("24", True, True),
        ("23", False, False),
        ("25", False, False),
    ]


def test_an_objective_of_a_co_region_is_told_as_theirs_in_the_content(draft, writer):
    data = build.parties_data(writer, is_joint=True, parties=[build.party(base.region_organisation("25"))])
    draft = actions.save_parties(draft, data, by=writer, version=draft.version)
    theirs = Objective.objects.current().filter(rus__region__county_code="25").first()
    chosen = build.objectives_data(draft)
    chosen["links"].append({"objective": theirs, "contribution": "Samma arbetssätt."})

    saved = actions.save_objectives(draft, chosen, by=writer, version=draft.version)

    block = next(b for b in content_of(saved)["blocks"] if b["heading"] == "Mål och områden")
    assert [row[1].rpartition("; ")[2] for row in block["table"]["rows"]][1:] == ["Region Norrbotten"]
    assert "; " not in block["table"]["rows"][0][1]


def test_the_page_of_objectives_costs_the_same_for_six_regions_as_for_two(draft, writer, django_assert_max_num_queries):
    draft.call.challenges.set(SocietalChallenge.objects.all())
    draft.call.dialogue_themes.set(DialogueTheme.objects.all())
    parties = [build.party(base.region_organisation(code)) for code in ("20", "21", "22", "23", "25")]
    data = build.parties_data(writer, is_joint=True, parties=parties)
    draft = actions.save_parties(draft, data, by=writer, version=draft.version)
    client = signed_in(writer)
    client.get(section_url(draft, "mal"))

    with django_assert_max_num_queries(25):
        page = client.get(section_url(draft, "mal"))

    assert len(page.context["groups"]) == 6
