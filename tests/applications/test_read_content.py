"""A signatory sends in what she has read, and nothing else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications import actions
from applications.enums import State
from grants.documents.models import Case
from tests.applications.web import read_form, section_url, signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer():
    return base.signatory()


@pytest.fixture
def draft(signer):
    return build.complete_draft(by=signer)


@pytest.fixture
def client(signer):
    return signed_in(signer)


def retitle(draft):
    person = base.member(draft.applicant)
    actions.save_project(draft, build.project_data(draft, title="Kollegans titel"), by=person, version=draft.version)


def attach(draft):
    upload = SimpleUploadedFile("plan.txt", b"En plan")
    actions.add_attachment(draft, upload, by=base.member(draft.applicant), label="Plan")


def raise_amount(draft):
    build.fill_budget(draft, by=base.member(draft.applicant), applied_sek=950_000)


@pytest.mark.parametrize("change", [retitle, attach, raise_amount])
def test_a_draft_that_a_colleague_changed_meanwhile_is_shown_again_instead_of_sent(client, draft, change):
    form = read_form(draft)
    change(fresh(draft))

    answer = client.post(url("submit", draft), form)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ansökan har ändrats sedan du läste den." in page
    assert f'name="sha256" value="{read_form(draft)["sha256"]}"' in page
    assert (fresh(draft).state, fresh(draft).case, Case.objects.count()) == (State.DRAFT, None, 0)


def test_what_was_shown_again_is_sent_at_the_next_press_and_is_what_the_receipt_says(client, draft):
    form = read_form(draft)
    retitle(draft)
    again = client.post(url("submit", draft), form)
    read = again.context["sha256"]

    answer = client.post(url("submit", draft), {"sha256": read})

    assert answer.status_code == 302
    assert (fresh(draft).title, fresh(draft).content_sha256) == ("Kollegans titel", read)


@pytest.mark.parametrize("sha256", ["", "\x00", "x" * 100_000, "0" * 64])
def test_a_form_that_does_not_say_what_was_read_counts_as_old(client, draft, sha256):
    answer = client.post(url("submit", draft), {"sha256": sha256})

    assert answer.status_code == 409
    assert fresh(draft).state == State.DRAFT


def test_a_second_press_gets_the_receipt_although_the_page_is_old_by_then(client, draft):
    form = read_form(draft)

    answers = [client.post(url("submit", draft), form) for _ in range(2)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, url("receipt", draft))] * 2
    assert draft.events.filter(name="submit").count() == 1


def test_a_supplement_keeps_the_answer_when_a_colleague_changed_a_section_meanwhile(client, draft, signer):
    sent = actions.submit(draft, by=signer)
    asked = build.supplement_request(sent)
    form = read_form(sent, answer="Vi har förklarat kostnaden.")
    raise_amount(build.working_copy(sent))

    answer = client.post(url("supplement", sent), form)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ansökan har ändrats sedan du läste den." in page and "Vi har förklarat kostnaden." in page
    assert (fresh(sent).state, fresh(asked).answered_at) == (State.SUPPLEMENT_REQUESTED, None)

    again = client.post(url("supplement", sent), {**form, "sha256": answer.context["sha256"]})
    assert (again.status_code, fresh(sent).state) == (302, State.IN_REVIEW)


def test_a_malformed_section_changes_nothing_so_the_page_that_was_read_still_sends(client, draft):
    form = read_form(draft)
    client.post(section_url(draft, "projekt"), {"version": draft.version, "start_on": "igår"})

    assert client.post(url("submit", draft), form).status_code == 302
