"""Reports: written by the owner, sent by a signatory, checked, supplemented, approved."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from grants.core import events
from grants.core.exceptions import Blocked, Stale
from grants.core.models import OutgoingMessage
from grants.core.people import SYSTEM
from grants.documents.enums import Direction, DocumentKind
from grants.documents.models import Document
from grants.projects import actions
from grants.projects.enums import ReportKind, ReportState
from grants.projects.models import Report
from tests.builders import projects
from tests.builders.base import fresh

MAY = {
    "submit": {"signer"},
    "request_supplement": {"handler", "everything"},
    "mark_checked": {"handler", "everything"},
    "decide": {"handler", "decider", "everything"},
}


@pytest.mark.parametrize("name", sorted(MAY))
def test_who_may_take_each_step_of_a_report(world, name):
    report = projects.submitted_report(world.project, by=world.signer)
    rule = Report.steps()[name].may

    allowed = {who for who, person in vars(world).items() if who != "project" and rule(report, person)}

    assert allowed == MAY[name]
    assert rule(report, SYSTEM) is False


def test_every_step_of_a_report_stands_in_the_table():
    assert set(Report.steps()) == set(MAY)


def test_a_sent_report_is_a_received_document_with_its_receipt(world):
    report = projects.submitted_report(world.project, by=world.signer)

    document = Document.objects.get(case=world.project.application.case_id, kind=DocumentKind.REPORT)
    assert report.state == ReportState.SUBMITTED
    assert report.document == document
    assert document.direction == Direction.RECEIVED
    receipt = OutgoingMessage.objects.get(template="projects/report_received")
    assert receipt.to == world.signer.email
    assert document.sha256 in receipt.body
    assert OutgoingMessage.objects.get(template="projects/report_to_check").to == world.project.handler.email


def test_a_second_press_sends_nothing_more(world):
    report = projects.submitted_report(world.project, by=world.signer)

    again = actions.submit_report(report, by=world.signer)

    assert again == report
    assert Document.objects.filter(kind=DocumentKind.REPORT).count() == 1
    assert OutgoingMessage.objects.filter(template="projects/report_received").count() == 1


def test_an_empty_report_cannot_be_sent_and_says_what_is_missing(world):
    report = projects.draft_report(world.project, by=world.signer, done="", results=" ", objective_progress="")

    with pytest.raises(Blocked) as stop:
        actions.submit_report(report, by=world.signer)

    assert stop.value.reasons == ["Fyll i ”Vad ni har gjort”.", "Fyll i ”Resultat”.", "Fyll i ”Bidrag till RUS-målet”."]
    assert [reason.where for reason in stop.value.reasons] == ["done", "results", "objective_progress"]
    assert fresh(report).state == ReportState.DRAFT
    assert report.events.count() == 0


def test_a_draft_is_the_owners_own_and_leaves_no_trace_in_the_case(world):
    before = events.in_stream(world.project.stream).count()

    report = projects.draft_report(world.project, by=world.signer)

    assert Report.objects.visible_to(world.handler).filter(pk=report.pk).count() == 0
    assert Report.objects.visible_to(world.viewer).filter(pk=report.pk).count() == 1
    assert events.in_stream(world.project.stream).count() == before


def test_a_stale_tab_is_told_and_overwrites_nothing(world):
    report = projects.draft_report(world.project, by=world.signer)
    actions.save_report(report, {"done": "Ny text."}, by=world.editor, version=report.version)

    with pytest.raises(Stale):
        actions.save_report(report, {"done": "Gammal flik."}, by=world.signer, version=report.version)

    assert fresh(report).done == "Ny text."


def test_hostile_text_is_cleaned_and_too_long_text_is_refused(world):
    report = projects.draft_report(world.project, by=world.signer)

    saved = actions.save_report(report, {"done": "a\0b\x07c\ud800"}, by=world.signer, version=report.version)
    assert saved.done == "abc"

    with pytest.raises(Blocked) as stop:
        actions.save_report(saved, {"results": "x" * 1_000_000}, by=world.signer, version=saved.version)
    assert [reason.where for reason in stop.value.reasons] == ["results"]


def test_a_report_outside_the_project_or_into_another_is_refused(world):
    project = world.project
    projects.draft_report(project, by=world.signer)
    _, end = projects.period(project)

    def reasons(kind, first, last):
        with pytest.raises(Blocked) as stop:
            actions.create_report(project, kind=kind, period_start=first, period_end=last, by=world.signer)
        return [reason.where for reason in stop.value.reasons]

    day = dt.timedelta(days=1)
    assert reasons(ReportKind.PROGRESS, end, end) == ["period_start"]
    assert reasons(ReportKind.PROGRESS, project.start_on - day, project.start_on - day) == ["period_start"]
    assert reasons(ReportKind.PROGRESS, project.end_on, project.end_on + day) == ["period_end"]
    assert reasons(ReportKind.PROGRESS, end + 2 * day, end + day) == ["period_end"]
    assert reasons("yearly", end + day, end + day) == ["kind"]


def test_there_is_one_final_report(world):
    projects.draft_report(world.project, by=world.signer, kind=ReportKind.FINAL)

    with pytest.raises(Blocked) as stop:
        projects.draft_report(world.project, by=world.signer, kind=ReportKind.FINAL)

    assert stop.value.reasons == ["Projektet har redan en slutrapport. Öppna den i stället."]


def test_a_supplement_goes_back_with_its_reason_and_comes_in_as_a_new_document(world):
    report = projects.submitted_report(world.project, by=world.signer)
    first = report.document

    report = actions.request_report_supplement(report, by=world.handler, reason="Skriv hur många kommuner som deltog.")
    mail = OutgoingMessage.objects.filter(template="projects/report_supplement")
    assert {row.to for row in mail} >= {world.signer.email}
    assert all("Skriv hur många kommuner som deltog." in row.body for row in mail)

    report = actions.save_report(
        report, {"results": "Tolv av femton kommuner."}, by=world.signer, version=report.version
    )
    report = actions.submit_report(report, by=world.signer)

    assert report.state == ReportState.SUBMITTED
    assert report.document != first
    assert Document.objects.get(pk=first.pk).sha256 == first.sha256


def test_a_report_is_checked_before_it_is_approved(world):
    report = projects.submitted_report(world.project, by=world.signer)

    with pytest.raises(Blocked):
        actions.decide_report(report, by=world.decider)

    report = actions.check_report(report, by=world.handler, comment="Stämmer med beslutet.")
    report = actions.decide_report(report, by=world.decider)
    assert (report.state, report.checked_by, report.decided_by) == (ReportState.DECIDED, world.handler, world.decider)


def test_a_sent_report_is_no_longer_written_in_nor_thrown_away(world):
    report = projects.submitted_report(world.project, by=world.signer)

    with pytest.raises(Blocked):
        actions.save_report(report, {"done": "Nytt."}, by=world.signer, version=report.version)
    with pytest.raises(Blocked):
        actions.discard_report(report, by=world.signer)
    assert fresh(report).done == projects.REPORT["done"]


def test_a_draft_can_be_thrown_away_by_those_who_write(world):
    report = projects.draft_report(world.project, by=world.signer)

    with pytest.raises(PermissionDenied):
        actions.discard_report(report, by=world.viewer)
    actions.discard_report(report, by=world.editor)

    assert Report.objects.filter(pk=report.pk).count() == 0
