"""While a supplement is written: the authority sees what has come in, the applicant writes in a copy, the answer brings it back."""

import datetime as dt

import pytest
from django.urls import reverse

from applications import actions
from applications.cloning import BESIDE, parts
from applications.content import content_of, fingerprint, sent_content, versions_of
from applications.drafting import editable_sections
from applications.enums import Section, State
from applications.models import Application
from applications.supplementing import content_to_send, open_request
from grants.core.exceptions import Blocked
from grants.core.time import today
from grants.documents.models import Attachment
from tests.applications.web import posted, read_form, section_url, signed_in, url
from tests.builders import applications as build
from tests.builders import base, evaluation
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
EVERY = [str(section) for section in Section]


@pytest.fixture
def application():
    base.handler()
    return evaluation.reviewed_application()


@pytest.fixture
def signer(application):
    return application.submitted_by


def asked_about(application, *sections):
    return build.supplement_request(application, sections=list(sections))


def change_everything(copy, signer, party):
    parties = build.parties_data(signer, is_joint=True, parties=[build.party(party)])
    copy = actions.save_parties(copy, parties, by=signer, version=copy.version)
    project = build.project_data(copy, title="Ett nytt namn", summary="En ny sammanfattning.")
    copy = actions.save_project(copy, project, by=signer, version=copy.version)
    objectives = build.objectives_data(copy)
    objectives["links"][0]["contribution"] = "På ett nytt sätt."
    copy = actions.save_objectives(copy, objectives, by=signer, version=copy.version)
    budget = build.budget_data(copy, applied_sek=700_000)
    return actions.save_budget(copy, budget, by=signer, version=copy.version)


def test_a_copy_says_what_the_application_says_and_no_more(application):
    asked = asked_about(application, *EVERY)
    copy = build.working_copy(application)

    assert content_to_send(application, asked) == content_of(fresh(application))
    assert (copy.state, copy.case, copy.submitted_at, copy.content_sha256) == (State.DRAFT, None, None, "")
    assert [field.name for field in Application._meta.many_to_many] == []


def test_the_authority_sees_what_has_come_in_until_the_answer_is_sent(application, signer):
    asked_about(application, *EVERY)
    before = fresh(application)
    handler = signed_in(base.handler())
    pages = [reverse("evaluation:list"), reverse("evaluation:case", args=[application.pk])]
    shown = [handler.get(page).content.decode() for page in pages]

    change_everything(build.working_copy(application), signer, base.region_organisation("25"))

    after = fresh(application)
    assert (after.title, after.applied_sek, after.total_cost_sek) == (before.title, 900_000, 2_000_000)
    assert content_of(after) == sent_content(after) | {"kind": "Ansökan om stöd"}
    now_shown = [handler.get(page).content.decode() for page in pages]
    assert ["Ett nytt namn" in page or "En ny sammanfattning." in page for page in now_shown] == [False, False]
    assert ["900" in page for page in shown] == ["900" in page for page in now_shown] == [True, True]


def test_the_answer_brings_every_change_back_as_the_next_version(application, signer):
    asked = asked_about(application, *EVERY)
    copy = change_everything(build.working_copy(application), signer, base.region_organisation("25"))
    wanted = content_to_send(application, asked)

    answered = actions.answer_supplement(application, by=signer, answer="Nu stämmer det.")

    assert (answered.title, answered.applied_sek, answered.is_joint) == ("Ett nytt namn", 700_000, True)
    assert fingerprint(content_of(fresh(application))) == fingerprint(wanted)
    assert [version.content["data"]["applied_sek"] for version in versions_of(application)] == [900_000, 700_000]
    assert answered.parties.count() == 1
    assert answered.objective_links.get().contribution == "På ett nytt sätt."
    assert editable_sections(fresh(copy)) == []


def test_rows_that_were_not_changed_keep_their_identity(application, signer):
    first = actions.answer_supplement(
        _with_party(application, signer), by=signer, answer="Vi har lagt till en part."
    ).parties.get()
    again = asked_about(fresh(application), "parter")

    actions.answer_supplement(application, by=signer, answer="Ingen ändring.")

    assert fresh(application).parties.get() == first
    assert fresh(again).answered_at is not None


def _with_party(application, signer):
    asked_about(application, "parter")
    copy = build.working_copy(application)
    data = build.parties_data(signer, parties=[build.party(base.region_organisation("25"))])
    actions.save_parties(copy, data, by=signer, version=copy.version)
    return application


def test_sections_that_were_not_asked_for_stay_shut_in_the_copy_too(application, signer):
    asked_about(application, "budget")
    copy = build.working_copy(application)

    with pytest.raises(Blocked) as stop:
        actions.save_project(copy, build.project_data(copy, title="Nytt"), by=signer, version=copy.version)

    assert "gäller andra delar" in stop.value.reasons[0]
    assert fresh(copy).title == application.title


def test_a_refused_answer_leaves_the_application_as_it_came_in(application, signer):
    asked_about(application, "budget")
    copy = build.working_copy(application)
    actions.save_budget(copy, {"costs": [], "financing": [], "applied_sek": 1}, by=signer, version=copy.version)

    with pytest.raises(Blocked):
        actions.answer_supplement(application, by=signer, answer="Klart.")

    kept = fresh(application)
    assert (kept.applied_sek, kept.cost_lines.count() > 0, kept.state) == (900_000, True, State.SUPPLEMENT_REQUESTED)
    assert versions_of(application).count() == 1


def test_what_was_only_written_never_reaches_a_decision(application, signer):
    asked_about(application, *EVERY)
    change_everything(build.working_copy(application), signer, base.region_organisation("25"))
    application.supplement_requests.update(due_on=today() - dt.timedelta(days=1))

    ended = actions.conclude(application, by=base.decider(), outcome="rejected")

    assert (ended.title, ended.applied_sek, ended.parties.count()) == (application.title, 900_000, 0)


def test_a_file_of_the_copy_comes_with_the_answer_and_the_first_one_stays_for_the_first_version(
    application, signer, tmp_path, settings
):
    from django.core.files.uploadedfile import SimpleUploadedFile

    asked_about(application, "bilagor")
    copy = build.working_copy(application)
    actions.add_attachment(copy, SimpleUploadedFile("kalkyl.txt", b"siffror"), by=signer, label="Kalkyl")

    answered = actions.answer_supplement(application, by=signer, answer="Filen är med nu.")

    assert [row.attachment.name for row in answered.attachments.all()] == ["kalkyl.txt"]
    assert len(set(Attachment.objects.values_list("file", flat=True))) == 1


def test_a_copy_is_in_no_list_and_cannot_be_sent_by_itself(application, signer):
    asked_about(application, "budget")
    copy = build.working_copy(application)

    with pytest.raises(Blocked) as stop:
        actions.submit(copy, by=signer)
    mine = signed_in(signer).get(reverse("applications:mine"))
    officer = signed_in(base.handler())
    answers = [officer.get(reverse(f"evaluation:{name}", args=[copy.pk])).status_code for name in ("case", "versions")]

    assert stop.value.reasons == ["Kompletteringen skickas in från sidan om kompletteringen."]
    assert [card["application"].pk for card in mine.context["cards"]] == [application.pk]
    assert answers == [404, 404]


def test_the_pages_lead_from_the_request_to_the_copy_and_back(application, signer):
    asked_about(application, "budget")
    copy = build.working_copy(application)
    browser = signed_in(signer)

    assert browser.get(section_url(application, "budget")).url == section_url(copy, "budget")
    assert browser.get(section_url(application, "projekt")).url == url("review", application)
    assert browser.get(section_url(copy, "projekt")).url == url("review", copy)
    assert browser.get(url("review", copy), follow=True).redirect_chain[-1][0] == url("supplement", application)
    assert browser.get(url("detail", copy), follow=True).redirect_chain[-1][0] == url("supplement", application)
    form = browser.get(section_url(copy, "budget"))
    assert [step["label"] for step in form.context["steps"]] == ["Budget och finansiering", "Svara och skicka in"]


def test_a_request_and_its_changes_are_read_written_and_sent_on_the_pages(application, signer):
    build.supplement_request(application, reason="Utlysningen kräver en tidplan.")
    copy = build.working_copy(application)
    browser = signed_in(signer)
    page = browser.get(url("supplement", application)).content.decode()

    browser.post(
        section_url(copy, "budget"),
        posted(copy, "budget", **{"applied_sek": "800 000", "finansiar-0-amount_sek": "1 200 000"}),
    )
    changed = browser.get(url("supplement", application)).content.decode()
    done = browser.post(url("supplement", application), read_form(application, answer="Vi söker mindre."))

    assert "Utlysningen kräver en tidplan." in page
    assert "Ni har inte ändrat något i ansökan än." in page
    assert "<del>" in changed
    assert done.url == application.get_absolute_url()
    assert fresh(application).applied_sek == 800_000


def test_an_open_request_from_before_there_were_copies_gets_one_when_it_is_opened(application, signer):
    asked = asked_about(application, "budget")
    copy = build.working_copy(application)
    Application.objects.filter(pk=copy.pk).update(supplement=None, is_test=True)

    page = signed_in(signer).get(url("supplement", application))

    assert page.status_code == 200
    assert open_request(build.working_copy(application)) == asked


def test_every_kind_of_row_of_an_application_is_copied_or_named_as_beside_it():
    """A new model stands here: it follows an application when it is copied, or ``BESIDE`` says that it does not."""
    assert {model.__name__ for model in parts()} == {
        "Party",
        "PartyConfirmation",
        "ObjectiveLink",
        "FurtherArea",
        "CostLine",
        "FinancingLine",
        "ApplicationAttachment",
    }
    assert "SupplementRequest" in BESIDE
