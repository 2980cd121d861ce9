"""Samråd and opinions: who is to be asked, asking, answering, waiving, telling the applicant, reminding, informing."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from applications import actions as application_actions
from calls.models import Consultation
from evaluation import actions
from evaluation.enums import OpinionState, Outcome, ReviewState
from evaluation.models import Opinion
from grants.accounts.enums import Level, OrganisationKind
from grants.accounts.models import Organisation
from grants.core.exceptions import Blocked, Stale
from grants.core.invariants import violations
from grants.core.models import OutgoingMessage
from grants.core.time import pretend, today
from grants.documents.models import Attachment, Document
from tests.builders import applications, base
from tests.builders import evaluation as build
from tests.evaluation.traces import everything

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]
PDF = b"%PDF-1.7 " + b"x" * 300


def browser(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def handler_of(opinion):
    return build.review_of(opinion.review.application).handler


def region_asked(county="23"):
    """An opinion asked of another region than the applicant's, which has an address and people."""
    call = build.consulting_call()
    other = base.region_organisation(county, email="registrator@example.se")
    Organisation.objects.filter(pk=other.pk).update(email="registrator@example.se")
    owner = base.region_organisation("24")
    by = base.signatory(owner)
    draft = applications.complete_draft(call=call, applicant=owner, by=by)
    parties = applications.parties_data(by, is_joint=True, parties=[applications.party(other)])
    application_actions.save_parties(draft, parties, by=by, version=draft.version)
    sent = application_actions.submit(base.fresh(draft), by=by)
    application = build.reviewed_application(application=sent)
    return build.review_of(application).opinions.select_related("review__application").get(organisation=other)


# Who is to be asked --------------------------------------------------------------------------------------------------


def test_the_regions_of_the_applicant_and_the_co_applicants_are_to_be_asked_each_once():
    opinion = region_asked()

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
    opinion = build.requested_opinion(region_asked())

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
            opinion, by=handler_of(opinion), question=question, due_on=today() + dt.timedelta(days=days)
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
    opinion = build.requested_opinion(region_asked())
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
        in browser(handler_of(opinion))
        .get(reverse("evaluation:case_opinions", args=[opinion.review.application_id]))
        .content.decode()
    )


def test_a_reader_of_the_organisation_reads_but_does_not_answer():
    opinion = build.requested_opinion(region_asked())
    client = browser(base.member(opinion.organisation, Level.VIEW))
    url = reverse("evaluation:opinion", args=[opinion.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"version": opinion.version, "answer": "Nej."}).status_code == 403
    assert base.fresh(opinion).state == OpinionState.REQUESTED


def test_the_consulted_people_find_what_they_are_asked_in_their_menu_once_they_are():
    planned = region_asked()
    member = browser(base.member(planned.organisation))
    link = f'href="{reverse("evaluation:opinions")}"'

    assert link not in member.get("/").content.decode()
    build.requested_opinion(planned)
    assert link in member.get("/").content.decode()
    assert link not in browser(base.member(base.region_organisation("22"))).get("/").content.decode()
    assert link not in Client().get("/").content.decode()


def test_others_do_not_see_it_and_nobody_outside_before_it_is_asked():
    planned = region_asked()
    url = reverse("evaluation:opinion", args=[planned.pk])
    member = base.member(planned.organisation)

    assert browser(member).get(url).status_code == 404
    build.requested_opinion(planned)
    assert browser(member).get(url).status_code == 200
    assert browser(base.member(base.region_organisation("22"))).get(url).status_code == 404
    assert browser(base.handler()).get(url).status_code == 404


def test_a_stale_page_does_not_answer_and_what_was_typed_is_kept():
    opinion = build.requested_opinion(region_asked())
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
    opinion = build.requested_opinion(region_asked())
    client = browser(base.member(opinion.organisation))

    answer = client.post(reverse("evaluation:opinion", args=[opinion.pk]), {"version": opinion.version, **typed})

    assert answer.status_code in (409, 422) or base.fresh(opinion).answer == "Ja."


def test_a_file_of_a_kind_that_is_not_taken_in_leaves_nothing():
    opinion = build.requested_opinion(region_asked())
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
            opinion, by=handler_of(opinion), answer="Ja.", answered_on=today() + dt.timedelta(days=1)
        )

    assert [reason.where for reason in stop.value.reasons] == ["answered_on"]


# What stands in the way of a proposal --------------------------------------------------------------------------------


def ready(call):
    """Everything but the opinions is done."""
    application = build.assessing_application(call=call, consulted=False)
    person = base.assessor()
    actions.complete_assessment(build.appointed(application, person), by=person, scores=build.points_for(application))
    return application, build.planned_opinion(application)


def reasons_of(application):
    review = build.review_of(application)
    with pytest.raises(Blocked) as stop:
        actions.propose(review, by=review.handler, **build.proposal(application))
    assert build.review_of(application).state == ReviewState.ASSESSING
    return stop.value.reasons


def test_support_waits_for_the_samrad_its_answer_and_the_applicants_time_to_comment():
    application, opinion = ready(build.consulting_call())

    assert reasons_of(application) == [f"{opinion} ska få yttra sig. Begär yttrandet, eller skriv varför ni avstår."]
    opinion = build.requested_opinion(opinion)
    assert reasons_of(application)[0].startswith(f"Yttrandet från {opinion} har inte kommit in.")
    opinion = build.answered_opinion_of(opinion)
    assert reasons_of(application) == [
        f"Kommunicera yttrandet från {opinion} till sökanden, eller skriv varför det inte behövs."
    ]
    last = today() + dt.timedelta(days=14)
    actions.communicate_opinion(opinion, by=handler_of(opinion), due_on=last)
    assert reasons_of(application)[0].startswith("Sökanden har till och med ")
    actions.reply_to_opinion(opinion, by=base.signatory(), text="Vi håller med.")
    review = build.review_of(application)
    actions.propose(review, by=review.handler, **build.proposal(application))

    assert build.review_of(application).state == ReviewState.PROPOSED
    assert violations() == {}


def test_when_the_time_to_comment_is_over_support_can_be_proposed():
    application, opinion = ready(build.consulting_call())
    build.communicated_opinion(opinion)

    with pretend(build.noon(today() + dt.timedelta(days=15))):
        review = build.review_of(application)
        actions.propose(review, by=review.handler, **build.proposal(application))

    assert build.review_of(application).state == ReviewState.PROPOSED


def test_a_samrad_is_not_waived_without_a_reason():
    opinion = build.planned_opinion()
    before = everything()

    with pytest.raises(Blocked) as stop:
        actions.waive_opinion(opinion, by=handler_of(opinion), reason=" ")

    assert stop.value.reasons == ["Skriv en motivering."]
    assert everything() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=opinion.pk).update(
            waived_by=handler_of(opinion), waived_at=opinion.created_at, answered_at=opinion.created_at
        )


def test_waived_with_a_reason_it_no_longer_stands_in_the_way_and_the_history_says_why():
    application, opinion = ready(build.consulting_call())

    waived = actions.waive_opinion(opinion, by=handler_of(opinion), reason="Regionen är själv sökande.")

    review = build.review_of(application)
    actions.propose(review, by=review.handler, **build.proposal(application))
    assert (waived.state, waived.waived_reason) == (OpinionState.WAIVED, "Regionen är själv sökande.")
    assert waived.events.last().reason == "Regionen är själv sökande."


def test_a_dismissal_waits_for_nobody():
    application = build.reviewed_application(call=build.consulting_call())
    review = build.review_of(application)

    decision = actions.propose(
        review,
        by=review.handler,
        kind="dismissal",
        outcome=Outcome.DISMISSED,
        reasons="För sent.",
        short_reasons="För sent.",
    )

    assert decision.state == "proposed"


def test_a_decision_made_without_consulting_is_found_in_the_database():
    decision = build.made_decision(call=build.consulting_call())
    assert violations() == {}

    opinion = Opinion.objects.get(review__application=decision.application)
    Opinion.objects.create(review=opinion.review, body="boverket", name="Boverket")

    assert list(violations().values()) == [[f"decision {decision.pk} was made before everybody had been consulted"]]


# Telling the applicant -----------------------------------------------------------------------------------------------


def test_the_applicant_reads_what_was_communicated_and_answers_once():
    opinion = build.communicated_opinion()
    applicant = opinion.review.application.applicant
    client = browser(base.signatory(applicant))
    url = reverse("evaluation:opinion_reply", args=[opinion.pk])

    own = client.get(opinion.review.application.get_absolute_url()).content.decode()
    page = client.get(url).content.decode()
    form = {"text": "Vi ser det annorlunda.", "version": base.fresh(opinion).version}
    old = client.post(url, {**form, "version": form["version"] - 1})
    first, again = client.post(url, form), client.post(url, form)
    second = client.post(url, {"text": "Och en sak till.", "version": base.fresh(opinion).version})

    assert url in own
    assert "Vi tillstyrker projektet." in page
    assert [answer.status_code for answer in (old, first, again, second)] == [409, 302, 302, 422]
    assert base.fresh(opinion).reply == "Vi ser det annorlunda."
    assert (
        f"/yttranden/{opinion.pk}/synpunkter/"
        in OutgoingMessage.objects.filter(template="evaluation/opinion_communicated").first().body
    )
    assert list(Document.objects.filter(case=opinion.review.application.case).values_list("kind", flat=True))[-2:] == [
        "communication",
        "opinion",
    ]


def test_nobody_outside_reads_an_opinion_that_was_not_communicated_to_them():
    application = build.reviewed_application(call=build.consulting_call("boverket"))
    opinion = build.answered_opinion(build.planned_opinion(application, body="boverket"))
    url = reverse("evaluation:opinion_reply", args=[opinion.pk])

    assert browser(base.signatory(opinion.review.application.applicant)).get(url).status_code == 404
    assert browser(base.handler()).get(url).status_code == 404


def test_not_communicating_wants_a_reason_and_is_said_once():
    opinion = build.answered_opinion()
    by = handler_of(opinion)

    with pytest.raises(Blocked) as stop:
        actions.leave_uncommunicated(opinion, by=by, reason="")
    assert stop.value.reasons == ["Skriv varför yttrandet inte behöver kommuniceras."]
    actions.leave_uncommunicated(opinion, by=by, reason="Det saknar betydelse.")
    with pytest.raises(Blocked):
        actions.communicate_opinion(opinion, by=by, due_on=today() + dt.timedelta(days=9))

    row = base.fresh(opinion)
    assert (row.not_communicated_reason, row.communicated_at) == ("Det saknar betydelse.", None)


def test_an_unanswered_opinion_is_not_communicated():
    opinion = build.requested_opinion()

    with pytest.raises(Blocked):
        actions.communicate_opinion(opinion, by=handler_of(opinion), due_on=today() + dt.timedelta(days=9))


def test_a_stale_action_changes_nothing():
    opinion = build.planned_opinion()
    build.requested_opinion(opinion)

    with pytest.raises(Stale):
        actions.waive_opinion(opinion, by=handler_of(opinion), reason="Nej.", version=opinion.version)

    assert base.fresh(opinion).state == OpinionState.REQUESTED


# The clock, and after the decision -----------------------------------------------------------------------------------


def test_the_day_after_the_last_one_a_reminder_goes_once():
    opinion = build.requested_opinion(region_asked())
    handler = handler_of(opinion)

    assert actions.remind_of_opinions(opinion.due_on) == 0
    after = opinion.due_on + dt.timedelta(days=1)
    assert [actions.remind_of_opinions(after), actions.remind_of_opinions(after)] == [1, 0]

    sent = OutgoingMessage.objects.filter(template="evaluation/opinion_overdue")
    assert {mail.to for mail in sent} == {"registrator@example.se", handler.email}
    assert base.fresh(opinion).reminded_at is not None


def test_an_answered_opinion_is_not_reminded_of():
    opinion = build.answered_opinion()

    assert actions.remind_of_opinions(opinion.due_on + dt.timedelta(days=9)) == 0


def test_after_dispatch_the_other_region_is_told_of_the_decision():
    opinion = region_asked()
    decision = build.dispatched_decision(application=base.fresh(opinion.review.application))

    told = OutgoingMessage.objects.filter(template="evaluation/decision_informed")

    assert decision.state == "dispatched"
    assert [mail.to for mail in told] == ["registrator@example.se"]
    assert "3 § förordningen (2003:596)" in told[0].body


# Pages ---------------------------------------------------------------------------------------------------------------


def test_the_handler_goes_the_whole_way_through_the_pages():
    opinion = build.planned_opinion()
    client = browser(handler_of(opinion))

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
    opinion = build.requested_opinion(region_asked())
    handler, member = browser(handler_of(opinion)), browser(base.member(opinion.organisation))
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
        actions.ask_opinion(row, by=handler_of(opinion), question="Vad?", due_on=today() + dt.timedelta(days=9))

    assert costs() == before
