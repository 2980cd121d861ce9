"""The pages of questions: one section at a time, without script, 120 questions as cheaply as three, and what assessors read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from applications import actions
from applications.reading import content_for
from calls.actions import questions as questions
from calls.enums import QuestionKind
from calls.models import Question, QuestionSection
from calls.questions import form_in_use
from grants.accounts.enums import Role
from grants.core import triggers
from grants.documents.enums import DocumentKind
from tests.applications.test_answers import call_with, draft_in, next_version
from tests.applications.web import section_url, signed_in
from tests.builders import applications as build
from tests.builders.base import call_manager, fresh, officer, region_organisation, signatory
from tests.builders.questions import add_question

pytestmark = pytest.mark.django_db


def two_sections(call, manager):
    second = questions.save_section(call, "", {"title": "Underlag", "intro": "Kort."}, by=manager)
    add_question(call, by=manager, label="I andra avsnittet?", section=second.code)


@pytest.fixture
def divided():
    return draft_in(call_with("text", "yes_no", change=two_sections))


def body(draft, **given):
    return {"version": fresh(draft).version, "gor": "spara", **given}


def test_several_sections_have_a_page_each_between_the_project_and_the_objectives(divided):
    client = signed_in(divided.created_by)

    steps = [step["label"] for step in client.get(section_url(divided, "projekt")).context["steps"]]
    page = client.get(section_url(divided, "fragor-underlag"))

    assert steps[1:5] == ["Projektet", "Frågor om projektet", "Underlag", "Mål och områden"]
    assert "I andra avsnittet?" in page.content.decode()
    assert "Fråga av slaget text?" not in page.content.decode()


def test_saving_a_section_judges_only_that_section_and_keeps_the_others(divided):
    client = signed_in(divided.created_by)
    client.post(section_url(divided, "fragor-projektet"), body(divided, fraga_f1="Ett", fraga_f2="ja"))

    refused = client.post(section_url(divided, "fragor-underlag"), body(divided, fraga_f3="x" * 51))
    assert (refused.status_code, fresh(divided).answers) == (422, {"f1": "Ett", "f2": "ja"})
    assert "x" * 51 in refused.content.decode()

    saved = client.post(section_url(divided, "fragor-underlag"), body(divided, fraga_f3="Tre", gor="vidare"))
    assert saved.url == section_url(divided, "mal")
    assert fresh(divided).answers == {"f1": "Ett", "f2": "ja", "f3": "Tre"}


def test_what_is_missing_links_to_the_page_of_its_question(divided):
    page = signed_in(divided.created_by).get(reverse("applications:review", args=[divided.pk])).content.decode()

    assert f'href="{section_url(divided, "fragor-underlag")}#id_fraga_f3"' in page


def test_an_address_of_no_section_is_404_or_leads_to_the_questions(divided):
    client = signed_in(divided.created_by)

    assert client.get(section_url(divided, "annat")).status_code == 404
    assert client.get(section_url(divided, "fragor-annat")).url == section_url(divided, "projekt")
    kept = client.post(section_url(divided, "fragor-annat"), body(divided, fraga_f1="Skrev det här"))
    assert (kept.status_code, "Skrev det här" in kept.content.decode()) == (409, True)


def test_a_row_more_and_all_of_a_county_work_without_script():
    draft = draft_in(call_with("risks", "municipalities"))
    client = signed_in(draft.created_by)
    row = {"fraga_f1-rader": "1", "fraga_f1-0-risk": "Försening"}

    more = client.post(section_url(draft, "projekt"), body(draft, **row, gor="rad-f1"))
    assert more.url == f"{section_url(draft, 'projekt')}?rad=f1#id_fraga_f1"
    assert 'name="fraga_f1-1-risk"' in client.get(more.url).content.decode()

    every = client.post(section_url(draft, "projekt"), body(draft, **row, gor="alla-f2-24"))
    assert every.url == f"{section_url(draft, 'projekt')}#id_fraga_f2"
    assert "15 av 15" in client.get(every.url).content.decode()
    assert {one["county"] for one in fresh(draft).answers["f2"]} == {"Västerbottens län"}
    assert fresh(draft).answers["f1"][0]["risk"] == "Försening"


@pytest.mark.parametrize("kind", QuestionKind.values)
@pytest.mark.parametrize(
    "text",
    # Databases may take the first two differently.
    [
        "\x00\x07",
        "x" * 300_000,
        *(pytest.param(text, marks=pytest.mark.once) for text in ("١٢", "<script>alert(1)</script>", "-1", "NaN")),
    ],
)
def test_nothing_that_is_posted_to_a_question_is_an_error_of_ours(kind, text):
    draft = draft_in(call_with(kind))
    client = signed_in(draft.created_by)
    shown = client.get(section_url(draft, "projekt"))
    names = {name for asked in shown.context["questions"] for name in asked.names.values()}
    given = dict.fromkeys([*names, "fraga_f1-rader", "fraga_f1-bort", "gor"], text)

    answer = client.post(section_url(draft, "projekt"), {**body(draft), **given})

    assert answer.status_code in (200, 302, 422)
    assert "<script>alert(1)" not in answer.content.decode()


def test_a_file_is_added_with_the_answers_or_nothing_is_saved():
    draft = draft_in(call_with("file", "text"))
    client = signed_in(draft.created_by)
    good = SimpleUploadedFile("brev.pdf", b"%PDF-1.4 x")
    bad = SimpleUploadedFile("brev.pdf", b"MZ inte en pdf")

    refused = client.post(section_url(draft, "projekt"), body(draft, fraga_f2="Svar", fraga_f1=bad))
    assert (refused.status_code, fresh(draft).answers, draft.attachments.count()) == (422, {}, 0)

    saved = client.post(section_url(draft, "projekt"), body(draft, fraga_f2="Svar", fraga_f1=good))
    assert (saved.status_code, fresh(draft).answers, draft.attachments.get().question_code) == (
        302,
        {"f2": "Svar"},
        "f1",
    )


def test_opening_a_draft_moves_it_to_the_new_version_and_shows_what_no_longer_fits():
    manager = call_manager()
    draft = draft_in(call_with("text", "text", "text", manager=manager))
    client = signed_in(draft.created_by)
    client.post(section_url(draft, "projekt"), body(draft, fraga_f1="Ungefär tio", fraga_f2="Två", fraga_f3="Tre"))
    next_version(draft.call, manager)

    page = client.get(section_url(draft, "projekt")).content.decode()

    assert "Frågorna i utlysningen har ändrats." in page
    assert page.count("Tidigare svar") == 1
    assert "Ungefär tio" in page
    assert "Frågor som inte längre ställs" in page
    assert fresh(draft).form == form_in_use(fresh(draft.call))


def test_what_was_typed_on_a_page_of_the_old_version_is_kept_when_another_tab_has_moved_the_draft():
    manager = call_manager()
    draft = draft_in(call_with("text", "text", "text", manager=manager))
    client = signed_in(draft.created_by)
    old = body(draft, fraga_f1="Ungefär elva", fraga_f2="Till den borttagna", fraga_f3="Tre")
    next_version(draft.call, manager)
    client.get(section_url(draft, "projekt"))

    stale = client.post(section_url(draft, "projekt"), old)

    assert stale.status_code in (409, 422)
    assert [text for text in ("Ungefär elva", "Tre") if text not in stale.content.decode()] == []


def test_120_questions_cost_as_much_as_three_and_at_most_25_queries(django_assert_max_num_queries):
    draft = draft_in(call_with("text"))
    client = signed_in(draft.created_by)
    form = draft.form
    section = form.sections.get()
    client.get(section_url(draft, "projekt"))
    counts = []
    for number in (3, 30):
        have = section.questions.count()
        with triggers.suspended(connection):
            Question.objects.bulk_create(
                Question(form=form, section=section, code=f"x{n}", label=f"{n}?", order=n, settings={})
                for n in range(have, number)
            )
        with django_assert_max_num_queries(25) as caught:
            assert client.get(section_url(draft, "projekt")).status_code == 200
        counts.append(len(caught))
    for part in range(3):
        with triggers.suspended(connection):
            made = QuestionSection.objects.create(form=form, code=f"d{part}", title=f"Del {part}", order=part + 2)
            Question.objects.bulk_create(
                Question(form=form, section=made, code=f"y{part}-{n}", label=f"{n}?", order=n, settings={})
                for n in range(30)
            )
    assert form.questions.count() == 120
    with django_assert_max_num_queries(25) as caught:
        assert client.get(section_url(draft, "fragor-d1")).status_code == 200

    assert {*counts, len(caught)} == {counts[0]}


# Assessors -----------------------------------------------------------------------------------------------------------


def secret(call, manager):
    add_question(call, by=manager, label="Vilka namn?", for_assessors=False, required="never")
    add_question(call, "file", by=manager, label="Vilket intyg?", for_assessors=False, required="never")


def test_what_is_kept_from_assessors_is_on_no_page_file_or_pdf_of_theirs_and_others_read_it():
    region = region_organisation()
    signer = signatory(region)
    draft = build.complete_draft(call=call_with("text", change=secret), applicant=region, by=signer)
    data = build.project_data(draft, answers={"f1": "Öppet svar", "f2": "Hemligt svar"})
    draft = actions.save_project(draft, data, by=signer, version=draft.version)
    actions.save_files(draft, {"f3": SimpleUploadedFile("intyg.pdf", b"%PDF-1.4 x")}, [], by=signer)
    row = draft.attachments.get()
    row.attachment.scan = "clean"
    row.attachment.save()
    sent = actions.submit(fresh(draft), by=signer)
    assessor, both = officer(Role.ASSESSOR), officer(Role.ASSESSOR, Role.HANDLER)
    document = sent.case.documents.get(kind=DocumentKind.APPLICATION)
    addresses = [
        reverse("applications:attachment", args=[sent.pk, row.pk]),
        reverse("documents:pdf", args=[document.pk]),
    ]

    kept, whole = str(content_for(sent, assessor)["blocks"]), str(content_for(sent, both)["blocks"])
    page = signed_in(assessor).get(reverse("evaluation:case", args=[sent.pk])).content.decode()

    assert [word in kept for word in ("Öppet svar", "Hemligt svar", "intyg.pdf")] == [True, False, False]
    assert [word in whole for word in ("Öppet svar", "Hemligt svar", "intyg.pdf")] == [True, True, True]
    assert ("Öppet svar" in page, "Hemligt svar" in page, "intyg.pdf" in page) == (True, False, False)
    assert [signed_in(assessor).get(address).status_code for address in addresses] == [404, 403]
    assert [signed_in(both).get(address).status_code for address in addresses] == [200, 200]
