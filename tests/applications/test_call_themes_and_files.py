"""The call's themes and files at work in applications."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import actions
from applications.blockers import before_submit
from applications.enums import Section
from applications.models import Application
from calls.enums import CallKind
from calls.models import Call, Invitation, RequiredAttachment, Theme
from grants.core.exceptions import Blocked
from grants.documents.models import Document
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


def held(call, **values):
    """The set-up of a call in any state, as its tables hold it: the set-up pages are tested elsewhere."""
    Call.objects.filter(pk=call.pk).update(**values)
    return fresh(call)


def reasons_of(application):
    return before_submit(Application.objects.get(pk=application.pk))


@pytest.fixture
def call():
    return calls.open_call()


@pytest.fixture
def themed(call):
    track = Theme.objects.create(call=call, title="Ökad kunskap", order=1)
    Theme.objects.create(call=call, title="El och mark", track=track, order=2)
    Theme.objects.create(call=call, title="Tillgänglighet", track=track, order=3)
    return call


def test_a_call_with_themes_asks_for_one_of_them(themed):
    signer = base.signatory()
    draft = build.complete_draft(call=themed, by=signer)
    assert reasons_of(draft) == ["Välj det tema som ansökan gäller."]
    chosen = themed.themes.get(title="Tillgänglighet")

    data = {**build.objectives_data(draft), "theme": chosen.pk}
    actions.save_objectives(draft, data, by=signer, version=draft.version)
    sent = actions.submit(fresh(draft), by=signer)

    assert sent.theme == chosen
    content = Document.objects.get(case=sent.case, kind="application").content
    assert ["Tema", "Ökad kunskap: Tillgänglighet"] in content["facts"]


@pytest.mark.parametrize("which", ["track", "of another call", "none such"])
def test_only_a_theme_of_the_call_that_is_no_track_can_be_chosen(themed, which):
    other = Theme.objects.create(call=calls.draft_call(), title="Annan")
    pk = {"track": themed.themes.get(track=None).pk, "of another call": other.pk, "none such": 987_654}[which]
    signer = base.signatory()
    draft = build.complete_draft(call=themed, by=signer)

    with pytest.raises(Blocked) as stop:
        actions.save_objectives(draft, {**build.objectives_data(draft), "theme": pk}, by=signer, version=draft.version)

    assert [(str(reason), reason.where) for reason in stop.value.reasons] == [
        ("Välj ett av utlysningens teman.", "theme")
    ]
    assert fresh(draft).theme is None


def test_the_section_shows_the_tracks_as_groups_and_saves_the_choice(client, themed):
    signer = base.signatory()
    draft = build.complete_draft(call=themed, by=signer)
    client.force_login(signer)
    url = reverse("applications:section", args=[draft.pk, Section.OBJECTIVES.value])

    page = client.get(url)

    assert '<optgroup label="Ökad kunskap">' in page.text
    for hostile in ("0", "\x00", "9" * 40, "track", str(themed.themes.get(track=None).pk)):
        answer = client.post(url, {"theme": hostile, "version": draft.version})
        assert (answer.status_code, fresh(draft).theme) == (422, None)
    chosen = themed.themes.get(title="El och mark")
    assert client.post(url, {"theme": chosen.pk, "version": draft.version}).status_code == 302
    assert fresh(draft).theme == chosen


def test_a_call_without_themes_asks_for_none(client, call):
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    client.force_login(signer)

    page = client.get(reverse("applications:section", args=[draft.pk, Section.OBJECTIVES.value]))

    assert 'name="theme"' not in page.text
    assert reasons_of(draft) == []


def pdf():
    return SimpleUploadedFile("intyg.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")


def test_a_required_file_is_asked_for_until_it_is_there(client, call):
    asked = RequiredAttachment.objects.create(call=call, code="intyg", title="Medfinansieringsintyg")
    RequiredAttachment.objects.create(call=call, code="karta", title="Karta", is_required=False)
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    missing = ["Lägg till filen ”Medfinansieringsintyg”."]
    assert reasons_of(draft) == missing

    actions.add_attachment(draft, pdf(), by=signer, label="Något annat")
    assert missing[0] in reasons_of(draft)
    actions.add_attachment(draft, pdf(), by=signer, required=asked)

    assert missing[0] not in reasons_of(draft)
    row = draft.attachments.get(required=asked)
    assert row.label == "Medfinansieringsintyg"
    actions.remove_attachment(draft, row.pk, by=signer)
    assert missing[0] in reasons_of(draft)


def test_the_page_lists_what_is_asked_for_and_takes_which_file_it_is(client, call):
    asked = RequiredAttachment.objects.create(call=call, code="intyg", title="Medfinansieringsintyg")
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    client.force_login(signer)
    add = reverse("applications:attachment_add", args=[draft.pk])

    page = client.get(reverse("applications:section", args=[draft.pk, Section.ATTACHMENTS.value]))
    assert "Det här ber utlysningen om" in page.text
    for hostile in ("9" * 40, "\x00", str(asked.pk + 1)):
        assert client.post(add, {"required": hostile, "file": pdf()}).status_code == 422
    assert draft.attachments.count() == 0
    assert client.post(add, {"required": asked.pk, "file": pdf()}).status_code == 302
    assert draft.attachments.get().required == asked


def test_a_file_cannot_answer_what_another_call_asks_for(call):
    foreign = RequiredAttachment.objects.create(call=calls.draft_call(), code="intyg", title="Intyg")
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)

    with pytest.raises(Blocked):
        actions.add_attachment(draft, pdf(), by=signer, required=foreign)

    assert draft.attachments.count() == 0


def test_the_public_page_has_no_button_but_a_sentence_for_those_who_are_not_invited(client, call):
    call = held(call, kind=CallKind.DIRECTED)
    region = base.region_organisation("24")
    client.force_login(base.member(region))
    start = reverse("applications:start", args=[call.code])

    page = client.get(call.get_absolute_url()).text
    assert (start in page, "Region Västerbotten är inte inbjuden" in page) == (False, True)

    Invitation.objects.create(call=call, organisation=region)
    page = client.get(call.get_absolute_url()).text
    assert (start in page, "är inte inbjuden" in page) == (True, False)
