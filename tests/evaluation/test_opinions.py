"""Samråd and opinions: who is to be asked, asking, answering, waiving, telling the applicant, reminding, informing."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from calls.models import Consultation
from evaluation import actions
from evaluation.enums import OpinionState
from evaluation.models import Opinion
from grants.accounts.enums import Level, OrganisationKind
from grants.accounts.models import Organisation
from grants.core.exceptions import Blocked
from grants.core.models import OutgoingMessage
from grants.core.time import today
from grants.documents.models import Attachment, Document
from tests.builders import base
from tests.builders import evaluation as build
from tests.builders.sessions import browser
from tests.evaluation.traces import everything

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]
PDF = b"%PDF-1.7 " + b"x" * 300


# Who is to be asked --------------------------------------------------------------------------------------------------


def test_the_regions_of_the_applicant_and_the_co_applicants_are_to_be_asked_each_once():
    opinion = build.region_asked()

    rows = opinion.review.opinions.values_list("name", "state", "organisation__code")

    assert sorted(rows) == sorted(
        [
            ("Region Västerbotten", OpinionState.TO_ASK, "region-24"),
            (str(opinion.organisation), OpinionState.TO_ASK, "region-23"),
        ]
    )


def test_agencies_are_found_by_their_code_and_county_boards_by_the_county():
    call = build.consulting_call("region", "county_board", "boverket", "trafikverket")
    base.reference_data()
    boverket = Organisation.objects.create(code="boverket", name="Boverket", kind=OrganisationKind.AGENCY)
    review = build.review_of(build.received_application(call=call))

    rows = dict(review.opinions.values_list("body", "name"))

    assert rows["boverket"] == "Boverket"
    assert rows["trafikverket"] == "Trafikverket"
    assert rows["county_board"].startswith("Länsstyrelsen")
    assert review.opinions.get(body="boverket").organisation == boverket
    assert review.opinions.get(body="trafikverket").organisation is None


def test_a_call_that_asks_for_nobody_plans_no_opinions():
    call = build.consulting_call()
    Consultation.objects.filter(call=call).delete()

    assert build.review_of(build.received_application(call=call)).opinions.count() == 0


# Asking --------------------------------------------------------------------------------------------------------------


def test_asking_sends_a_document_and_a_mail_with_the_question_and_the_last_day():
    opinion = build.requested_opinion(build.region_asked())

    mail = OutgoingMessage.objects.get(template="evaluation/opinion_requested")
    document = base.fresh(opinion).request
    assert (opinion.state, opinion.due_on) == (OpinionState.REQUESTED, today() + dt.timedelta(days=21))
    assert mail.to == "registrator@example.se"
    assert "Vad anser ni om projektet?" in mail.body
    assert f"/yttranden/{opinion.pk}/" in mail.body
    assert (document.kind, document.direction) == ("opinion_request", "dispatched")
    assert document.content["blocks"][0]["paragraphs"] == ["Vad anser ni om projektet?"]
    assert opinion.events.last().label == "Yttrande begärdes"


def test_an_organisation_without_address_is_asked_by_the_document_alone():
    call = build.consulting_call("trafikverket")
    application = build.reviewed_application(call=call)
    build.requested_opinion(build.planned_opinion(application, body="trafikverket"))

    assert OutgoingMessage.objects.filter(template="evaluation/opinion_requested").count() == 0


@pytest.mark.parametrize(
    ("question", "days", "where"),
    [("", 5, ["question"]), ("Vad?", 0, ["due_on"]), ("x" * 4001, -1, ["question", "due_on"])],
)
def test_a_request_without_question_or_future_day_is_refused_and_leaves_nothing(question, days, where):
    opinion = build.planned_opinion()
    before = everything()

    with pytest.raises(Blocked) as stop:
        actions.ask_opinion(
            opinion, by=build.handler_of(opinion), question=question, due_on=today() + dt.timedelta(days=days)
        )

    assert [reason.where for reason in stop.value.reasons] == where
    assert everything() == before
    assert base.fresh(opinion).state == OpinionState.TO_ASK


@pytest.mark.parametrize("person", [base.assessor, base.decider, base.reader, base.call_manager, base.member])
def test_only_those_who_handle_ask_waive_and_communicate(person):
    opinion, by = build.planned_opinion(), person()
    day = today() + dt.timedelta(days=9)

    with pytest.raises(PermissionDenied):
        actions.ask_opinion(opinion, by=by, question="Vad?", due_on=day)
    with pytest.raises(PermissionDenied):
        actions.waive_opinion(opinion, by=by, reason="Nej.")
    answered = build.answered_opinion(opinion)
    with pytest.raises(PermissionDenied):
        actions.communicate_opinion(answered, by=by, due_on=day)
    with pytest.raises(PermissionDenied):
        actions.leave_uncommunicated(answered, by=by, reason="Nej.")


def test_a_handler_with_a_conflict_does_nothing():
    opinion = build.planned_opinion()
    by = base.handler()
    actions.declare_conflict(build.review_of(opinion.review.application), by=by, reason="Släkt.")

    with pytest.raises(PermissionDenied):
        actions.waive_opinion(opinion, by=by, reason="Nej.")
    assert not Opinion.objects.visible_to(by).exists()


# Answering -----------------------------------------------------------------------------------------------------------


def test_the_consulted_organisations_own_people_read_the_frozen_application_and_answer_with_a_file():
    opinion = build.requested_opinion(build.region_asked())
    client = browser(base.member(opinion.organisation))
    url = reverse("evaluation:opinion", args=[opinion.pk])

    page = client.get(url).content.decode()
    upload = SimpleUploadedFile("yttrande.pdf", PDF, content_type="application/pdf")
    sent = client.post(url, {"version": opinion.version, "answer": "Vi tillstyrker.", "upload": upload})

    row = base.fresh(opinion)
    assert "Så här svarar vi på frågan" in page
    assert sent.status_code == 302
    assert (row.state, row.answer, row.answered_on, row.file.name) == (
        OpinionState.ANSWERED,
        "Vi tillstyrker.",
        today(),
        "yttrande.pdf",
    )
    document = Document.objects.filter(kind="opinion").get()
    assert document.direction == "received"
    assert ["Filens kontrollsumma", row.file.sha256] in document.content["facts"]
    assert client.get(reverse("evaluation:opinion_file", args=[opinion.pk])).status_code == 200
    assert (
        opinion.name
        in browser(build.handler_of(opinion))
        .get(reverse("evaluation:case_opinions", args=[opinion.review.application_id]))
        .content.decode()
    )


def test_a_reader_of_the_organisation_reads_but_does_not_answer():
    opinion = build.requested_opinion(build.region_asked())
    client = browser(base.member(opinion.organisation, Level.VIEW))
    url = reverse("evaluation:opinion", args=[opinion.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"version": opinion.version, "answer": "Nej."}).status_code == 403
    assert base.fresh(opinion).state == OpinionState.REQUESTED


def test_the_consulted_people_find_what_they_are_asked_in_their_menu_once_they_are():
    planned = build.region_asked()
    member = browser(base.member(planned.organisation))
    link = f'href="{reverse("evaluation:opinions")}"'

    assert link not in member.get("/").content.decode()
    build.requested_opinion(planned)
    assert link in member.get("/").content.decode()
    assert link not in browser(base.member(base.region_organisation("22"))).get("/").content.decode()
    assert link not in Client().get("/").content.decode()


def test_others_do_not_see_it_and_nobody_outside_before_it_is_asked():
    planned = build.region_asked()
    url = reverse("evaluation:opinion", args=[planned.pk])
    member = base.member(planned.organisation)

    assert browser(member).get(url).status_code == 404
    build.requested_opinion(planned)
    assert browser(member).get(url).status_code == 200
    assert browser(base.member(base.region_organisation("22"))).get(url).status_code == 404
    assert browser(base.handler()).get(url).status_code == 404


def test_a_stale_page_does_not_answer_and_what_was_typed_is_kept():
    opinion = build.requested_opinion(build.region_asked())
    client = browser(base.member(opinion.organisation))

    answer = client.post(
        reverse("evaluation:opinion", args=[opinion.pk]), {"version": opinion.version - 1, "answer": "Vi undrar."}
    )

    assert answer.status_code == 409
    assert "Vi undrar." in answer.content.decode()
    assert base.fresh(opinion).answer == ""


@pytest.mark.parametrize(
    "typed",
    [
        {"answer": ""},
        {"answer": "\0"},
        {"answer": "x" * 20_001},
        {"answer": "Ja.", "version": "\0"},
        {"answer": "Ja.", "version": "9" * 40},
        {"answer": "Ja.", "upload": "text"},
    ],
)
def test_hostile_answers_are_refused_in_words_or_stored_as_they_are(typed):
    opinion = build.requested_opinion(build.region_asked())
    client = browser(base.member(opinion.organisation))

    answer = client.post(reverse("evaluation:opinion", args=[opinion.pk]), {"version": opinion.version, **typed})

    assert answer.status_code in (409, 422) or base.fresh(opinion).answer == "Ja."


def test_a_file_of_a_kind_that_is_not_taken_in_leaves_nothing():
    opinion = build.requested_opinion(build.region_asked())
    client = browser(base.member(opinion.organisation))
    upload = SimpleUploadedFile("yttrande.pdf", b"MZ\x90", content_type="application/pdf")

    answer = client.post(
        reverse("evaluation:opinion", args=[opinion.pk]),
        {"version": opinion.version, "answer": "Vi tillstyrker.", "upload": upload},
    )

    assert answer.status_code == 422
    assert base.fresh(opinion).state == OpinionState.REQUESTED
    assert Attachment.objects.count() == 0


def test_an_answer_from_the_future_is_refused():
    opinion = build.requested_opinion()

    with pytest.raises(Blocked) as stop:
        actions.take_in_opinion(
            opinion, by=build.handler_of(opinion), answer="Ja.", answered_on=today() + dt.timedelta(days=1)
        )

    assert [reason.where for reason in stop.value.reasons] == ["answered_on"]


# Pages ---------------------------------------------------------------------------------------------------------------


def test_the_handler_goes_the_whole_way_through_the_pages():
    opinion = build.planned_opinion()
    client = browser(build.handler_of(opinion))

    def post(name, **typed):
        version = base.fresh(opinion).version
        return client.post(reverse(f"evaluation:{name}", args=[opinion.pk]), {"version": version, **typed}).status_code

    day = (today() + dt.timedelta(days=20)).isoformat()
    assert post("opinion_ask", question="", due_on=day) == 422
    assert post("opinion_ask", question="Vad anser ni?", due_on=day) == 302
    assert post("opinion_record", answer="Bra.", answered_on="igår") == 422
    assert post("opinion_record", answer="Bra.", answered_on=today().isoformat()) == 302
    assert post("opinion_communicate", how="ja", due_on="") == 422
    assert post("opinion_communicate", how="nej", reason="") == 422
    assert post("opinion_communicate", how="ja", due_on=day) == 302
    page = client.get(reverse("evaluation:case_opinions", args=[opinion.review.application_id])).content.decode()
    assert "Kommunicerat till sökanden" in page
    assert post("opinion_waive", reason="Nej.") == 422


def test_the_tab_and_the_list_cost_the_same_for_one_opinion_and_for_many(django_assert_max_num_queries):
    opinion = build.requested_opinion(build.region_asked())
    handler, member = browser(build.handler_of(opinion)), browser(base.member(opinion.organisation))
    urls = [
        (handler, reverse("evaluation:case_opinions", args=[opinion.review.application_id])),
        (member, reverse("evaluation:opinions")),
        (member, reverse("evaluation:opinion", args=[opinion.pk])),
    ]

    def costs():
        found = []
        for client, url in urls:
            client.get(url)
            with django_assert_max_num_queries(25) as caught:
                assert client.get(url).status_code == 200
            found.append(len(caught))
        return found

    before = costs()
    for number in range(40):
        row = Opinion.objects.create(
            review=opinion.review, body="boverket", name=f"Organ {number}", organisation=opinion.organisation
        )
        actions.ask_opinion(row, by=build.handler_of(opinion), question="Vad?", due_on=today() + dt.timedelta(days=9))

    assert costs() == before
