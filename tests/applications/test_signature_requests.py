"""Asking the authorised signatory to send in: who may, when, to whom, and what the signatory finds."""

import datetime as dt

import pytest
from django.urls import reverse

from applications import actions, signing
from applications.models import SignatureRequest
from grants.accounts.enums import Level, MandateScope
from grants.core.exceptions import Blocked
from grants.core.models import OutgoingMessage
from grants.core.time import now, pretend, today
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer():
    return base.signatory()


@pytest.fixture
def draft(signer):
    return build.complete_draft(by=signer)


@pytest.fixture
def writer(draft):
    return base.member(draft.applicant)


def mails():
    return OutgoingMessage.objects.filter(template="applications/signature_asked")


def test_the_writer_asks_and_everybody_with_a_mandate_for_applications_gets_a_link(draft, signer, writer):
    base.signatory(draft.applicant, scope=MandateScope.PAYMENTS)
    other = base.signatory(draft.applicant, scope=MandateScope.APPLICATIONS)
    client = signed_in(writer)
    assert "Be firmatecknaren skicka in" in client.get(url("review", draft)).content.decode()

    answer = client.post(url("ask_signature", draft), {"note": "Vi hinner precis."})

    assert answer.url == f"{url('review', draft)}#skicka-h"
    assert sorted(mails().values_list("to", flat=True)) == sorted([signer.email, other.email])
    body = mails()[0].body
    assert url("review", draft) in body and "Vi hinner precis." in body and str(draft) in body
    page = client.get(url("review", draft)).content.decode()
    assert f"{writer} bad om underskrift" in page and "Påminn firmatecknaren" in page


def test_the_signatory_finds_what_waits_and_nobody_else_does(draft, signer, writer):
    build.complete_draft(by=signer, call=draft.call)
    signing.ask(draft, by=writer)

    page = mine(signer)
    assert f"Ansökan {draft} väntar på din underskrift" in page and f"{writer} bad " in page
    assert page.count("Läs och skriv under") == 1
    assert f'href="{url("review", draft)}">Läs och skriv under' in page
    for other in (writer, base.signatory(base.region_organisation("25"))):
        assert "väntar på din underskrift" not in mine(other)
    actions.submit(draft, by=signer)
    assert "väntar på din underskrift" not in mine(signer)


def mine(person) -> str:
    return signed_in(person).get(reverse("applications:mine")).content.decode()


def test_a_double_press_asks_once_and_a_reminder_waits_an_hour(draft, signer, writer):
    client = signed_in(writer)
    assert [client.post(url("ask_signature", draft), {"note": "Hej"}).status_code for _ in range(2)] == [302, 302]
    assert (SignatureRequest.objects.count(), mails().count()) == (1, 1)

    early = client.post(url("ask_signature", draft), {"note": "Hallå?"})
    assert early.status_code == 422
    assert "innan ni påminner" in early.content.decode() and ">Hallå?</textarea>" in early.content.decode()
    assert (SignatureRequest.objects.count(), mails().count()) == (1, 1)

    with pretend(now() + dt.timedelta(minutes=61)):
        signing.ask(draft, by=writer, note="Hallå?")
    assert (SignatureRequest.objects.count(), mails().count()) == (2, 2)


def test_an_incomplete_draft_is_not_given_to_the_signatory(signer):
    draft = build.draft_application(by=signer)
    writer = base.member(draft.applicant)

    answer = signed_in(writer).post(url("ask_signature", draft))

    assert answer.status_code == 422
    assert "Skriv en sammanfattning av projektet." in answer.content.decode()
    assert (SignatureRequest.objects.count(), mails().count()) == (0, 0)


def test_where_nobody_has_a_mandate_the_page_says_what_to_do(draft, signer, writer):
    signer.mandates.update(ended_on=today())

    answer = signed_in(writer).post(url("ask_signature", draft))

    assert answer.status_code == 422
    assert "Ingen är registrerad som behörig" in answer.content.decode()
    assert SignatureRequest.objects.count() == 0


@pytest.mark.parametrize("note", ["x" * 1_001, "x" * 1_000_000])
def test_too_long_a_note_is_refused_and_kept(draft, writer, note):
    answer = signed_in(writer).post(url("ask_signature", draft), {"note": note})

    assert answer.status_code == 422
    assert "Hälsningen har" in answer.content.decode() and f">{note}</textarea>" in answer.content.decode()
    assert SignatureRequest.objects.count() == 0


def test_who_only_reads_who_is_elsewhere_and_who_works_at_the_authority_does_not_ask(draft):
    reader, stranger, officer = (
        base.member(draft.applicant, Level.VIEW),
        base.member(base.region_organisation("25")),
        base.handler(),
    )

    answers = [signed_in(one).post(url("ask_signature", draft)).status_code for one in (reader, stranger, officer)]

    assert answers == [403, 404, 404]
    assert (SignatureRequest.objects.count(), mails().count()) == (0, 0)


def test_what_is_sent_in_already_is_not_asked_for(draft, signer, writer):
    sent = actions.submit(draft, by=signer)

    with pytest.raises(Blocked) as stop:
        signing.ask(sent, by=writer)

    assert stop.value.reasons == ["Ansökan är redan inskickad. Ladda om sidan."]
    assert SignatureRequest.objects.count() == 0


def test_the_wish_is_the_applicants_own_and_is_no_event_or_mail_of_the_case(draft, writer):
    names = [event.name for event in draft.events]

    signing.ask(draft, by=writer, note="\u202e=1+1\x00")

    assert [event.name for event in draft.events] == names
    assert mails().get().stream is None
