"""Signing: the signatory confirms who they are, loses nothing on the way, and what counts is when they first pressed."""

import datetime as dt

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from applications import actions
from applications.enums import State
from applications.views import signing
from grants.accounts.enums import MandateScope
from grants.accounts.models import Mandate
from grants.core import edge
from grants.core.models import Event, OutgoingMessage
from grants.core.time import today
from grants.documents.models import Case
from tests.applications.web import read_form, signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh
from tests.builders.sessions import confirmed

pytestmark = pytest.mark.django_db

PASSWORD = "lösenord-för-prov"


@pytest.fixture
def signer():
    return base.signatory()


@pytest.fixture
def draft(signer):
    return build.complete_draft(by=signer)


@pytest.fixture
def client(signer):
    """Signed in, but nothing confirmed."""
    client = Client()
    client.force_login(signer)
    return client


def back_to(draft):
    return f"{url('review', draft)}#skicka-h"


def confirm_by_password(client, draft, password=PASSWORD):
    return client.post(reverse("account_reauthenticate"), {"password": password, "next": back_to(draft)})


def nothing_sent(draft):
    return (fresh(draft).state, Case.objects.count(), OutgoingMessage.objects.count()) == (State.DRAFT, 0, 0)


def test_the_press_leads_to_the_password_and_back_to_the_same_review_and_the_next_press_sends(client, draft, signer):
    form = {**read_form(draft), "token": client.get(url("review", draft)).context["token"]}

    asked = client.post(url("submit", draft), form, follow=True)
    page = asked.content.decode()
    assert asked.request["PATH_INFO"] == reverse("account_reauthenticate")
    assert f"Du skriver under för {draft.applicant}." in page
    assert nothing_sent(draft)

    back = confirm_by_password(client, draft)
    assert (back.status_code, back.url) == (302, back_to(draft))
    review = client.get(url("review", draft))
    assert "Du har bekräftat att det är du." in review.content.decode()
    assert review.context["sha256"] == form["sha256"]
    sent = client.post(url("submit", draft), form)

    assert sent.url == url("receipt", draft)
    assert (fresh(draft).state, Case.objects.count()) == (State.SUBMITTED, 1)
    assert fresh(draft).submitted_by == signer


def test_a_wrong_password_sends_nothing_and_says_what_to_do(client, draft):
    client.post(url("submit", draft), read_form(draft))

    answer = confirm_by_password(client, draft, "fel lösenord, helt fel")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Lösenordet stämmer inte. Skriv det en gång till." in page
    assert f"Du skriver under för {draft.applicant}." in page
    assert client.post(url("submit", draft), read_form(draft)).url.startswith(reverse("account_reauthenticate"))
    assert nothing_sent(draft)


@pytest.mark.parametrize(("ago", "is_sent"), [(290, True), (310, False)])
def test_a_confirmation_counts_for_five_minutes(client, draft, signer, ago, is_sent):
    answer = confirmed(client, signer, ago=ago).post(url("submit", draft), read_form(draft))

    assert (answer.url == url("receipt", draft)) == is_sent
    assert nothing_sent(draft) != is_sent


def test_somebody_elses_confirmation_in_the_same_browser_does_not_count(client, draft, signer):
    confirmed(client, base.signatory(draft.applicant))

    assert client.post(url("submit", draft), read_form(draft)).url.startswith(reverse("account_reauthenticate"))
    assert nothing_sent(draft)


def test_who_has_two_step_verification_confirms_by_code_and_the_password_is_not_enough(client, draft, signer):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(signer, secret)
    form = read_form(draft)
    asked = client.post(url("submit", draft), form)
    assert asked.url.startswith(reverse("mfa_reauthenticate"))
    confirmed(client, signer)
    assert client.post(url("submit", draft), form).url.startswith(reverse("mfa_reauthenticate"))
    assert nothing_sent(draft)

    counter = next(totp.yield_hotp_counters_from_time())
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    back = client.post(reverse("mfa_reauthenticate"), {"code": code, "next": back_to(draft)})

    assert (back.status_code, back.url) == (302, back_to(draft))
    assert client.post(url("submit", draft), form).url == url("receipt", draft)


def test_what_was_pressed_before_closing_came_in_then_however_long_the_confirmation_took(
    client, draft, signer, settings, monkeypatch
):
    closes_at = draft.call.closes_at
    moments = iter([closes_at - dt.timedelta(seconds=2), closes_at + dt.timedelta(seconds=40)])
    monkeypatch.setattr(edge, "arrived_at", lambda request: next(moments))
    form = read_form(draft)

    client.post(url("submit", draft), form)
    confirmed(client, signer)
    client.post(url("submit", draft), form)

    sent = fresh(draft)
    assert (sent.state, sent.is_late) == (State.SUBMITTED, False)
    assert sent.submitted_at == closes_at - dt.timedelta(seconds=2)


@pytest.mark.parametrize(
    "change", ["another content", "too long", "another application", "no press", "broken", "from the future"]
)
def test_only_that_press_of_that_content_counts(client, draft, signer, monkeypatch, change):
    closes_at = draft.call.closes_at
    before, after = closes_at - dt.timedelta(seconds=2), closes_at + dt.timedelta(seconds=40)
    pressed = [str(draft.pk), read_form(draft)["sha256"], before.isoformat()]
    if change == "another content":
        pressed[1] = "0" * 64
    if change == "too long":
        after = before + signing.COUNTS_FOR + dt.timedelta(seconds=1)
    if change == "another application":
        pressed[0] = "0"
    if change == "from the future":
        pressed[2] = (after + dt.timedelta(seconds=1)).isoformat()
    kept = {"no press": None, "broken": [1, 2]}.get(change, pressed)
    confirmed(client, signer)
    session = client.session
    session[signing.PRESSED] = kept
    session.save()
    monkeypatch.setattr(edge, "arrived_at", lambda request: after)

    client.post(url("submit", draft), read_form(draft))

    sent = fresh(draft)
    assert (sent.state, sent.is_late, sent.submitted_at) == (State.SUBMITTED, True, after)


def test_a_double_press_and_a_retry_after_a_lost_answer_give_the_same_receipt_without_asking_again(
    client, draft, signer
):
    form = read_form(draft)
    confirmed(client, signer)
    first = client.post(url("submit", draft), form)
    confirmed(client, signer, ago=4_000)

    again = [client.post(url("submit", draft), form).url for _ in range(2)]

    assert [first.url, *again] == [url("receipt", draft)] * 3
    assert (Case.objects.count(), Event.objects.filter(name="submit").count()) == (1, 1)


def test_without_mandate_nobody_is_asked_for_a_password(draft):
    writer = signed_in(base.member(draft.applicant))

    assert writer.post(url("submit", draft), read_form(draft)).status_code == 403
    assert signing.PRESSED not in writer.session
    assert nothing_sent(draft)


def test_a_mandate_that_ends_while_the_person_confirms_sends_nothing(client, draft, signer):
    client.post(url("submit", draft), read_form(draft))
    signer.mandates.update(ended_on=today())

    confirmed(client, signer)

    assert client.post(url("submit", draft), read_form(draft)).status_code == 403
    assert nothing_sent(draft)


def test_a_draft_that_changed_while_the_person_confirmed_is_shown_again(client, draft, signer):
    form = read_form(draft)
    client.post(url("submit", draft), form)
    changed = build.project_data(draft, title="Kollegans titel")
    actions.save_project(draft, changed, by=base.member(draft.applicant), version=draft.version)
    confirmed(client, signer)

    assert client.post(url("submit", draft), form).status_code == 409
    assert nothing_sent(draft)


def test_the_page_that_asks_gives_its_reason_only_on_the_way_to_the_signature(client, draft):
    client.post(url("submit", draft), read_form(draft))

    page = client.get(reverse("account_reauthenticate"), {"next": "/konto/e-post/"}).content.decode()

    assert "Du skriver under" not in page
    assert "rör säkerheten i ditt konto" in page


def test_who_has_a_mandate_and_no_membership_finds_reads_and_sends_the_draft(draft):
    chair = base.person("Ordförande")
    Mandate.objects.create(user=chair, organisation=draft.applicant, scope=MandateScope.APPLICATIONS)
    window = signed_in(chair)

    assert draft.title in window.get(reverse("applications:mine")).content.decode()
    assert window.get(url("review", draft)).status_code == 200
    sent = window.post(url("submit", draft), read_form(draft))

    assert sent.url == url("receipt", draft)
    assert fresh(draft).submitted_by == chair
    assert window.get(url("receipt", draft)).status_code == 200


def test_who_has_a_mandate_and_no_membership_changes_no_word_of_the_draft(draft):
    chair = base.person("Ordförande")
    Mandate.objects.create(user=chair, organisation=draft.applicant, scope=MandateScope.ALL)

    refused = signed_in(chair).post(url("section", draft, "projekt"), {"title": "Annat", "gor": "spara"})

    assert refused.status_code == 403
    assert fresh(draft).title == draft.title
