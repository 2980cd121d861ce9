"""Hostile input and foreign eyes on the applicant's pages: stored clean or refused, never shown to others."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import actions
from applications.enums import Section, State
from applications.models import Application
from grants.accounts.enums import Level
from grants.strategy.models import Objective
from tests.applications.web import posted, section_url, signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer():
    return base.signatory(base.region_organisation())


@pytest.fixture
def client(signer):
    return signed_in(signer)


@pytest.fixture
def draft(signer):
    return build.complete_draft(by=signer)


HOSTILE = ["\x00\x07", "\u202eavlas\ufffe", "x" * 1_000_000, "<script>", "-1", "1e9", "9" * 5_000, "٣"]
OF_THE_DATABASE = (0, 1, 2, 6)
"""Those that databases may take differently."""


@pytest.mark.parametrize("section", ["parter", "projekt", "mal", "budget"])
@pytest.mark.parametrize(
    "number", [pytest.param(n, marks=[] if n in OF_THE_DATABASE else pytest.mark.once) for n in range(len(HOSTILE))]
)
def test_any_text_in_any_field_is_stored_clean_or_refused_with_a_sentence(client, draft, section, number):
    text = HOSTILE[number]
    data = posted(draft, section)
    before = Application.objects.values().get(pk=draft.pk)

    for name in [key for key in data if key not in ("gor",)]:
        answer = client.post(section_url(draft, section), {**posted(draft, section), name: text})
        assert (name, answer.status_code) in {(name, 302), (name, 409), (name, 422)}
        if answer.status_code != 302:
            after = Application.objects.values().get(pk=draft.pk)
            assert after == before
        before = Application.objects.values().get(pk=draft.pk)

    assert "\x00" not in str(actions.content_of(draft))


def test_two_thousand_fields_too_many_are_refused(client, draft):
    answer = client.post(section_url(draft, "projekt"), {f"f{n}": "1" for n in range(2_001)})

    assert answer.status_code == 413
    assert fresh(draft).version == draft.version


def test_more_rows_than_allowed_are_refused(client, draft):
    data = posted(draft, "budget", **{"finansiar-TOTAL_FORMS": "1000"})

    answer = client.post(section_url(draft, "budget"), data)

    assert answer.status_code == 422
    assert fresh(draft).version == draft.version


def test_foreign_ids_are_refused_with_a_sentence(client, draft):
    foreign = Objective.objects.current().exclude(rus__region=draft.region).first()
    data = posted(draft, "mal", mal=[str(foreign.pk)], huvudmal=str(foreign.pk))

    answer = client.post(section_url(draft, "mal"), data)

    assert answer.status_code == 422
    assert "Välj mål ur listan" in answer.content.decode()
    assert fresh(draft).main_objective == draft.main_objective


def test_extra_fields_change_nothing_else(client, draft):
    data = posted(draft, "projekt", state="decided", submitted_at="2020-01-01", total_cost_sek="1", applicant="x")

    client.post(section_url(draft, "projekt"), data)

    held = fresh(draft)
    assert (held.state, held.submitted_at, held.total_cost_sek) == (State.DRAFT, None, 2_000_000)


PAGES = ("detail", "review", "receipt", "supplement")


def test_others_drafts_are_404_in_every_channel(draft, signer):
    upload = SimpleUploadedFile("plan.txt", b"Text")
    actions.add_attachment(draft, upload, by=signer)
    number = draft.attachments.get().pk
    others = [
        base.handler(),
        base.decider(),
        base.reader(),
        base.call_manager(),
        base.member(base.region_organisation("25")),
    ]

    for user in others:
        client = signed_in(user)
        answers = [client.get(url(name, draft)) for name in PAGES]
        answers += [client.get(section_url(draft, section)) for section in Section]
        answers += [client.post(section_url(draft, section)) for section in Section]
        answers += [client.post(url("submit", draft)), client.post(url("withdraw", draft))]
        answers += [client.get(url("attachment", draft, number)), client.post(url("attachment_remove", draft, number))]
        answers += [client.post(url("attachment_add", draft))]
        assert {answer.status_code for answer in answers} == {404}
        assert draft.title not in client.get(reverse("applications:mine")).content.decode()


def test_an_unknown_section_and_an_unknown_application_are_404(client, draft):
    assert client.get(section_url(draft, "hemligt")).status_code == 404
    assert client.get(reverse("applications:detail", args=[uuid.uuid4()])).status_code == 404


def test_a_reader_is_shown_the_review_and_may_not_save(draft):
    reader = signed_in(base.member(draft.applicant, Level.VIEW))

    assert reader.get(section_url(draft, "projekt")).url == url("review", draft)
    assert reader.get(url("review", draft)).status_code == 200
    assert reader.post(section_url(draft, "projekt"), posted(draft, "projekt", title="Kupp")).status_code == 403
    assert fresh(draft).title == build.TITLE
