"""The applicant's own case file: everything of the case but what is secret or working material, and the whole of it as a zip."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import casefile, casefile_zip
from applications.messaging import send_message
from evaluation.actions import assign_handler
from grants.core import files, jobs
from grants.core.models import Event, WorkState
from grants.documents.models import Document
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base, evaluation

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return build.submitted_application()


@pytest.fixture
def signer(application):
    return application.submitted_by


def titles(application, person, kind=""):
    return [entry.title for entry in casefile.entries(application, base.fresh(person), kind)]


def test_a_party_sees_what_came_in_and_went_out_but_no_notes_of_those_who_prepare_the_case(application, signer):
    evaluation.proposed_decision(application=application)

    shown = titles(application, signer)
    said = casefile.left_out(application, base.fresh(signer))

    assert {"Ansökan skickades in", "Handläggningen började"} <= set(shown)
    assert any(title.startswith("1. Ansökan:") for title in shown)
    assert [title for title in shown if "bedöm" in title.lower() and title != "Handläggningen började"] == []
    assert [title for title in shown if "förslag" in title.lower() or "Beslut" in title] == []
    assert any("bedömning" in text and "arbetsmaterial" in text for text in said)
    assert any(text.endswith(casefile.NOTES) for text in said)


def test_a_decision_stands_there_once_it_has_been_sent(application, signer):
    decision = evaluation.dispatched_decision(application=application)

    shown = casefile.entries(application, base.fresh(signer), "beslut")

    assert [entry.url for entry in shown] == [reverse("documents:pdf", args=[decision.document_id])]


def test_what_is_marked_as_secret_is_neither_listed_nor_served_but_counted_with_its_reason(application, signer):
    secret = Document.objects.get(case=application.case, kind="receipt")
    Document.objects.filter(pk=secret.pk).update(secrecy="31 kap. 16 § OSL")
    browser = signed_in(signer)

    page = browser.get(url("case_file", application)).content.decode()

    assert "Mottagningsbevis:" not in page
    assert "1 handling visas inte, omfattas av sekretess: 31 kap. 16 § OSL." in page
    assert browser.get(reverse("documents:pdf", args=[secret.pk])).status_code == 404
    assert Document.objects.visible_to(base.handler()).filter(pk=secret.pk).exists()


def test_the_newest_stands_first_and_a_kind_can_be_chosen(application, signer):
    send_message(application, by=signer, text="Hej", uploads=[SimpleUploadedFile("a.txt", b"x")], as_officer=False)
    browser = signed_in(signer)

    every = casefile.entries(application, base.fresh(signer))
    chosen = browser.get(url("case_file", application), {"visa": "filer"})
    unknown = browser.get(url("case_file", application), {"visa": "x\x00"})

    assert [entry.at for entry in every] == sorted((entry.at for entry in every), reverse=True)
    assert [entry.title for _, rows in chosen.context["months"] for entry in rows] == ["a.txt"]
    assert (unknown.status_code, unknown.context["kind"]) == (200, "")


def test_others_and_drafts_have_no_file(application, signer):
    draft = build.complete_draft(by=signer)
    stranger = signed_in(base.signatory(base.region_organisation("23")))

    assert signed_in(signer).get(url("case_file", draft)).status_code == 404
    assert stranger.get(url("case_file", application)).status_code == 404
    assert stranger.post(url("case_file", application)).status_code == 404
    assert casefile_zip.own(signer).count() == 0


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_database_as_often_whatever_the_file_holds(
    application, signer, number, django_assert_max_num_queries
):
    for _ in range(number):
        send_message(application, by=signer, text="Hej", uploads=[SimpleUploadedFile("a.txt", b"x")], as_officer=False)
    browser = signed_in(signer)

    with django_assert_max_num_queries(25):
        browser.get(url("case_file", application))


def test_the_whole_file_is_made_by_a_job_and_fetched_by_the_one_who_asked(application, signer):
    hostile = SimpleUploadedFile("..\\..\\up.txt", b"siffror")
    send_message(application, by=signer, text="Hej", uploads=[hostile], as_officer=False)
    browser = signed_in(signer)

    asked = browser.post(url("case_file", application))
    twice = browser.post(url("case_file", application))
    job = casefile_zip.own(signer).get()
    waiting = browser.get(asked.url).content.decode()
    done = jobs.run(job.pk)
    page = browser.get(asked.url).content.decode()
    download = reverse("applications:file_download", args=[job.pk])
    fetched = browser.get(download)

    assert asked.url == twice.url
    assert "Väntar på att börja" in waiting and "Filen är klar" in page
    assert (done.state, done.result["files"]) == (WorkState.DONE, 1)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(fetched.streaming_content)))
    names = archive.namelist()
    assert (
        len([name for name in names if name.startswith("handlingar/") and name.endswith(".pdf")])
        == done.result["documents"]
    )
    assert [name for name in names if ".." in name or "\\" in name or name.startswith("/")] == []
    assert "Det här är inte med:" in archive.read("innehåll.txt").decode()
    colleague = signed_in(base.member(application.applicant))
    assert [colleague.get(one).status_code for one in (asked.url, download)] == [404, 404]


def test_a_zip_is_not_given_to_somebody_who_no_longer_sees_all_of_it(application, signer):
    job = casefile_zip.ask(application, by=signer)
    jobs.run(job.pk)
    download = reverse("applications:file_download", args=[job.pk])
    Document.objects.filter(case=application.case, kind="receipt").update(secrecy="31 kap. 16 § OSL")

    refused = signed_in(signer).get(download)

    assert refused.url == reverse("applications:mine")
    assert files.path_of(base.fresh(job).file).exists()


def test_a_zip_asked_for_by_somebody_who_has_left_is_never_made(application, signer):
    job = casefile_zip.ask(application, by=signer)
    signer.memberships.all().delete()
    signer.mandates.all().delete()

    for _ in range(3):
        jobs.run(job.pk)

    assert (base.fresh(job).state, base.fresh(job).file) == (WorkState.FAILED, "")


def test_what_is_left_out_is_counted_in_plain_words(application, signer):
    handler = base.handler()
    notes = {}
    for act in (lambda: None, lambda: assign_handler(application.review, handler, by=handler)):
        act()
        said = [text for text in casefile.left_out(application, base.fresh(signer)) if text.endswith(casefile.NOTES)]
        notes[sum(not casefile.is_shown(event) for event in Event.objects.filter(stream=application.pk))] = said

    assert notes[1] == [
        "1 anteckning om hur ärendet bereds visas inte, arbetsmaterial (2 kap. 12 § tryckfrihetsförordningen)."
    ]
