"""The process drawn from the machines: what is drawn is what is declared, and nobody is shown more than they may see."""

import itertools
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.actions import withdraw
from applications.models import Application
from calls import diagram
from calls.diagram import process, way_of
from calls.models import Call
from evaluation.models import Decision, Review
from grants.projects.models import PaymentApplication, Project
from tests.builders.applications import draft_application, submitted_application
from tests.builders.base import call_manager, handler, member, signatory
from tests.builders.calls import draft_call, open_call
from tests.builders.evaluation import dispatched_decision, proposed_decision
from tests.calls.rich import rich_call

MODELS = (Call, Application, Review, Decision, Project, PaymentApplication)


def states(nodes):
    return [node.state for node in nodes]


def marked(lanes, mark="here"):
    return [
        (lane.title, node.state)
        for lane in lanes
        for one in (*lane.nodes, *lane.endings)
        for node in (one, *one.beside)
        if node.mark == mark
    ]


# What is drawn -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "way", "asides", "endings"),
    [
        (Call, ["draft", "published", "open", "closed", "settled", "archived"], [], ["cancelled"]),
        (
            Application,
            ["draft", "submitted", "in_review", "decided"],
            ["supplement_requested"],
            ["withdrawn", "dismissed", "closed_without_trial"],
        ),
        (Review, ["unassigned", "formal_check", "assessing", "proposed", "decided"], [], []),
        (Decision, ["preparing", "proposed", "made", "dispatched", "final"], [], []),
        (Project, ["starting", "running", "closing", "closed"], ["paused"], []),
        (PaymentApplication, ["draft", "submitted", "checked", "decided", "paid"], ["supplement_requested"], []),
    ],
)
def test_the_way_forward_the_detours_and_the_other_endings_are_read_from_the_machine(model, way, asides, endings):
    nodes, ends = way_of(model)

    assert states(nodes) == way
    assert [beside.state for node in nodes for beside in node.beside] == asides
    assert states(ends) == endings


@pytest.mark.parametrize("model", MODELS)
def test_every_state_that_a_person_can_reach_is_drawn_once_and_every_drawn_step_is_declared(model):
    nodes, ends = way_of(model)
    drawn = [one for node in nodes for one in (node, *node.beside)] + ends
    labels = {step.label for step in model.steps().values()}

    assert sorted(states(drawn)) == sorted({model.initial_state()} | {s.target for s in model.steps().values()})
    assert {node.by for node in drawn} - {""} <= labels


def test_every_line_of_text_fits_its_box_and_boxes_do_not_overlap():
    for model in MODELS:
        drawing = diagram.draw(*way_of(model))
        for box in drawing.boxes:
            assert box.x + box.width <= drawing.width
            assert box.y + box.height <= drawing.height
            assert all(box.y < text.y < box.y + box.height for text in box.texts)
            assert all(len(text.words) * 7.2 <= box.width for text in box.texts)
        ends = [(box.y, box.y + box.height) for box in drawing.boxes]
        assert ends == sorted(ends)
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(ends))


# Settings and places -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_calls_settings_stand_in_the_states_that_they_change():
    call = rich_call(3)
    Call.objects.filter(pk=call.pk).update(assessors_needed=2, is_blind=True, needs_second_check=True)
    call = Call.objects.get(pk=call.pk)

    said = {node.state: node.notes for lane in process(call) for node in lane.nodes if node.notes}

    assert len(said["open"]) == 3
    assert said["formal_check"] == ["Tre punkter kontrolleras", "Två personer kontrollerar"]
    assert said["assessing"][:2] == ["Två bedömare per ansökan", "Var och en bedömer för sig"]
    assert "Vi frågar berörd region (samråd)" in said["assessing"]
    assert said["running"] == ["Rapport efter 6 månader", "Sedan minst var 6:e månad"]


@pytest.mark.django_db
def test_the_call_is_marked_on_its_own_page_and_the_application_at_its_latest_stage():
    call = open_call()
    draft = draft_application(call=call)
    proposed = proposed_decision().application

    assert marked(process(call)) == [("Utlysningen", "open")]
    assert marked(process(call, subject=draft, user=member(draft.applicant))) == [("Ansökan", "draft")]
    here = marked(process(proposed.call, subject=proposed, user=handler()))
    assert here == [("Beslut", "proposed")]


@pytest.mark.django_db
def test_an_ending_and_a_detour_are_marked_where_they_stand():
    owner = signatory()
    application = submitted_application(signer=owner)
    application = withdraw(application, by=owner, reason="Vi söker inte.")

    lanes = process(application.call, subject=application, user=owner)

    assert marked(lanes) == [("Ansökan", "withdrawn")]


@pytest.mark.django_db
def test_the_applicant_is_never_shown_where_the_review_or_an_undispatched_decision_is():
    proposed = proposed_decision().application
    owner = member(proposed.applicant)

    shown = {
        title
        for mark in ("here", "done")
        for title, _ in marked(process(proposed.call, subject=proposed, user=owner), mark)
    }

    assert shown == {"Utlysningen", "Ansökan"}


@pytest.mark.django_db
def test_after_dispatch_the_applicant_sees_the_decision_or_the_project():
    sent = dispatched_decision().application
    owner = member(sent.applicant)

    [(title, _)] = marked(process(sent.call, subject=sent, user=owner))

    assert title in ("Beslut", "Projekt")


# Pages ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_three_pages_show_it_with_the_list_as_text_and_without_styles(client):
    application = submitted_application()
    desk, owner = handler(), member(application.applicant)
    pages = (
        (desk, f"/utlysningar/hantera/{application.call.code}/", "Vi är här"),
        (desk, f"/arenden/{application.pk}/handelser/", "Ärendet är här"),
        (owner, f"/ansokningar/{application.pk}/vagen/", "Ni är här"),
    )
    for user, url, here in pages:
        client.force_login(user)
        page = client.get(url).content.decode()
        drawn = re.search(r'<div class="process">.*?</ol></div>', page, re.DOTALL)[0]

        assert drawn.count('aria-current="step"') == 1
        assert f"({here})" in drawn
        assert "style=" not in drawn
        assert drawn.count("<svg") == 6
        assert 'aria-hidden="true"' in drawn


@pytest.mark.django_db
def test_the_drawing_costs_the_same_for_one_three_and_two_hundred_cut_offs():
    counts = []
    for many in (1, 3, 200):
        call = Call.objects.get(pk=rich_call(many).pk)
        with CaptureQueriesContext(connection) as caught:
            process(call)
        counts.append(len(caught))

    assert counts == [counts[0]] * 3
    assert counts[0] <= 6


@pytest.mark.django_db
def test_a_call_without_anything_set_is_drawn_too():
    call = draft_call(manager=call_manager(), opens_at=None, closes_at=None)

    assert marked(process(call)) == [("Utlysningen", "draft")]
