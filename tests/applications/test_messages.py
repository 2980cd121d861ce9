"""Messages in a case: registered as documents, told of without their content, read by those whose case it is."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.messaging import mark_read, messages_for, send_message, unread_count
from grants.core.exceptions import Blocked
from grants.core.models import OutgoingMessage
from grants.documents.actions import declare_conflict
from grants.documents.enums import Direction, DocumentKind
from grants.documents.models import Attachment, CaseMessage, Document
from grants.portal.worklist import waiting_for
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base, evaluation

pytestmark = pytest.mark.django_db
SECRET = "Siffrorna för 2027 är fel."


@pytest.fixture
def handler():
    return base.handler()


@pytest.fixture
def application(handler):
    return evaluation.reviewed_application(handler=handler)


@pytest.fixture
def signer(application):
    return application.submitted_by


def written(application, by, **given):
    return send_message(application, by=by, as_officer=False, **{"text": SECRET, **given})


def test_what_the_applicant_writes_comes_in_as_a_document_and_the_handler_is_told_without_its_content(
    application, signer, handler
):
    files = [SimpleUploadedFile("kalkyl.txt", b"1;2;3")]

    message = written(application, signer, uploads=files)

    document = message.document
    assert (document.kind, document.direction, document.case) == (
        DocumentKind.MESSAGE,
        Direction.RECEIVED,
        application.case,
    )
    assert document.content["blocks"][0]["paragraphs"] == [SECRET]
    assert document.content["blocks"][1]["table"]["rows"] == [["kalkyl.txt", message.files.get().attachment.sha256]]
    mail = OutgoingMessage.objects.get(template="applications/message_received")
    assert (mail.to, mail.subject) == (handler.email, f"Du har ett meddelande i ärende {application.register_number}")
    assert SECRET not in mail.body and application.title not in mail.body
    assert application.events.last().name == "message"


def test_what_the_authority_writes_goes_out_and_the_applicants_people_are_told(application, signer, handler):
    message = send_message(application, by=handler, text="Tack.", as_officer=True)

    assert (message.document.direction, message.document.dispatched_at) == (
        Direction.DISPATCHED,
        message.document.created_at,
    )
    told = OutgoingMessage.objects.filter(template="applications/message_sent").values_list("to", flat=True)
    assert signer.email in told and handler.email not in told


def test_each_side_sees_what_is_new_until_the_person_has_opened_it(application, signer, handler):
    colleague = base.handler()
    written(application, signer)
    assert [unread_count(application, person) for person in (signer, handler, colleague)] == [0, 1, 1]
    queue = next(row for row in waiting_for(base.fresh(handler)) if row.queue.key == "meddelanden")
    assert queue.count == 1

    talk = messages_for(application, handler)
    mark_read(talk, by=handler)
    mark_read(talk, by=handler)

    assert [unread_count(application, person) for person in (signer, handler, colleague)] == [0, 0, 1]
    assert messages_for(application, signer)[0]["read_at"] is not None


@pytest.mark.parametrize(("text", "files"), [("  ", 0), ("x" * 10_001, 0), ("Hej", 11), ("\x00", 0)])
def test_an_empty_or_too_large_message_is_refused_and_leaves_nothing(application, signer, text, files):
    before = (Document.objects.count(), Attachment.objects.count(), application.events.count())

    with pytest.raises(Blocked) as stop:
        written(application, signer, text=text, uploads=[SimpleUploadedFile("a.txt", b"x")] * files)

    assert [reason.where for reason in stop.value.reasons] == ["uploads" if files else "text"]
    assert (Document.objects.count(), Attachment.objects.count(), application.events.count()) == before


def test_a_refused_file_stops_the_whole_message(application, signer):
    files = [SimpleUploadedFile("bra.txt", b"x"), SimpleUploadedFile("virus.exe", b"MZ")]

    with pytest.raises(Blocked) as stop:
        written(application, signer, uploads=files)

    assert [reason.where for reason in stop.value.reasons] == ["uploads"]
    assert (CaseMessage.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_second_press_sends_one_message(application, signer):
    token = uuid.uuid4()

    sent = {written(application, signer, token=token).pk for _ in range(2)}

    assert len(sent) == CaseMessage.objects.count() == 1
    other = evaluation.reviewed_application(handler=base.handler())
    with pytest.raises(Blocked):
        written(other, other.submitted_by, token=token)


def test_who_may_write_is_ruled_and_a_draft_has_no_case_to_write_in(application, signer, handler):
    draft = build.complete_draft(by=signer)
    viewer = base.member(application.applicant, "view")
    for case, person, as_officer in (
        (application, viewer, False),
        (application, base.reader(), True),
        (application, signer, True),
        (application, handler, False),
        (draft, signer, False),
    ):
        with pytest.raises(PermissionDenied):
            send_message(case, by=person, text="Hej", as_officer=as_officer)

    assert CaseMessage.objects.count() == 0
    assert signed_in(signer).get(url("messages", draft)).status_code == 404


def test_a_person_with_a_conflict_neither_reads_nor_writes_nor_fetches(application, signer, handler):
    message = written(application, signer, uploads=[SimpleUploadedFile("a.txt", b"x")])
    file_url = reverse("documents:message_file", args=[message.files.get().pk])
    browser = signed_in(handler)
    assert browser.get(file_url).status_code == 200

    declare_conflict(application.case, by=handler, reason="Släkt.")

    person = base.fresh(handler)
    browser = signed_in(person)
    assert browser.get(reverse("evaluation:case_dialogue", args=[application.pk])).status_code == 404
    assert browser.get(file_url).status_code == 404
    assert CaseMessage.objects.visible_to(person).count() == 0
    with pytest.raises(PermissionDenied):
        send_message(application, by=person, text="Hej", as_officer=True)


def test_other_organisations_reach_neither_page_nor_file(application, signer):
    message = written(application, signer, uploads=[SimpleUploadedFile("a.txt", b"x")])
    browser = signed_in(base.signatory(base.region_organisation("23")))

    assert browser.get(url("messages", application)).status_code == 404
    assert browser.post(url("messages", application), {"text": "Hej"}).status_code == 404
    assert browser.get(reverse("documents:message_file", args=[message.files.get().pk])).status_code == 404


def test_both_sides_write_on_their_pages_and_what_was_typed_is_kept(application, signer, handler):
    browser, desk = signed_in(signer), signed_in(handler)
    talk = reverse("evaluation:case_dialogue", args=[application.pk])

    empty = browser.post(url("messages", application), {"text": "", "token": str(uuid.uuid4())})
    wrong = browser.post(url("messages", application), {"text": SECRET, "uploads": SimpleUploadedFile("x.exe", b"MZ")})
    sent = browser.post(
        url("messages", application),
        {"text": SECRET, "uploads": [SimpleUploadedFile(name, b"x") for name in ("a.txt", "b.txt")]},
    )
    case = desk.get(reverse("evaluation:case", args=[application.pk])).content.decode()
    read = desk.get(talk).content.decode()
    answered = desk.post(talk, {"text": "Tack, vi rättar."})
    shown = browser.get(url("messages", application)).content.decode()

    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert SECRET in wrong.content.decode()
    assert (sent.url, answered.url) == (url("messages", application), talk)
    assert "Dialog (1 nya)" in case and SECRET in read and "a.txt" in read and "b.txt" in read
    assert "Tack, vi rättar." in shown


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_database_as_often_for_one_message_as_for_many(
    application, signer, handler, number, django_assert_max_num_queries
):
    for _ in range(number):
        written(application, signer, uploads=[SimpleUploadedFile("a.txt", b"x")])
        send_message(application, by=handler, text="Svar", as_officer=True)
    browser, desk = signed_in(signer), signed_in(handler)

    with django_assert_max_num_queries(25):
        browser.get(url("messages", application))
    with django_assert_max_num_queries(25):
        desk.get(reverse("evaluation:case_dialogue", args=[application.pk]))
