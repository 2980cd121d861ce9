"""Using an earlier application: what fits is copied, what does not is kept in words, files follow by choice alone."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F

from applications import actions
from applications.invariants import sums_equal_lines
from applications.models import Application
from applications.reusing import files_of, reuse
from calls import actions as call_actions
from calls.actions import questions as question_actions
from calls.questions import questions_of
from grants.core.exceptions import Blocked
from grants.documents.models import Attachment
from grants.strategy.models import Objective
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer():
    return base.signatory()


@pytest.fixture
def source(signer):
    draft = build.complete_draft(by=signer)
    data = build.parties_data(signer, is_joint=True, parties=[build.party(base.region_organisation("25"))])
    draft = actions.save_parties(draft, data, by=signer, version=draft.version)
    actions.add_attachment(draft, SimpleUploadedFile("kalkyl.txt", b"siffror"), by=signer, label="Kalkyl")
    actions.add_attachment(draft, SimpleUploadedFile("karta.txt", b"karta"), by=signer, label="Karta")
    return actions.submit(fresh(draft), by=signer)


def words(row):
    return {one["label"]: one["words"] for one in row.earlier_answers.values()}


def test_everything_that_fits_is_copied_to_a_new_draft_and_the_earlier_one_is_untouched(source, signer):
    before = Application.objects.filter(pk=source.pk).values().get()

    row = reuse(source, calls.open_call(), by=signer)

    assert (row.state, row.case, row.title, row.summary) == ("draft", None, source.title, source.summary)
    assert row.answers == {q.code: source.answers[q.code] for q in questions_of(row.form) if q.code in source.answers}
    assert [party.name for party in row.parties.all()] == [party.name for party in source.parties.all()]
    assert [link.objective_id for link in row.objective_links.all()] == [source.main_objective_id]
    assert (row.main_objective_id, row.main_area_id) == (source.main_objective_id, source.main_area_id)
    assert (row.total_cost_sek, row.financed_sek, row.applied_sek) == (2_000_000, 1_100_000, 900_000)
    assert sums_equal_lines() == []
    assert row.attachments.count() == 0
    assert words(row)["Filer som inte följde med"] == "kalkyl.txt, karta.txt"
    assert row.events.last().name == "reuse"
    assert Application.objects.filter(pk=source.pk).values().get() == before


def test_only_ticked_files_follow_and_share_the_stored_bytes(source, signer):
    chosen = files_of(source)[0]

    row = reuse(source, calls.open_call(), by=signer, files=[chosen.pk])

    assert [(one.attachment.name, one.label) for one in row.attachments.all()] == [("kalkyl.txt", "Kalkyl")]
    assert row.attachments.get().attachment.file == chosen.attachment.file
    assert words(row)["Filer som inte följde med"] == "karta.txt"


def test_files_of_others_are_refused_and_leave_no_draft(source, signer):
    other = build.complete_draft(by=signer)
    actions.add_attachment(other, SimpleUploadedFile("annan.txt", b"x"), by=signer)
    count, held = Application.objects.count(), Attachment.objects.count()

    for foreign in (other.attachments.get().pk, "x", "\x00", 10**30):
        with pytest.raises(Blocked) as stop:
            reuse(source, calls.open_call(), by=signer, files=[foreign])
        assert [reason.where for reason in stop.value.reasons] == ["chosen_files"]

    assert (Application.objects.count(), Attachment.objects.count()) == (count, held)


def test_questions_costs_and_objectives_that_do_not_fit_are_kept_in_words(source, signer):
    manager = base.call_manager()
    call = calls.draft_call(
        manager=manager, cost_types=[{"code": "staff", "label": "Personal"}, {"code": "travel", "label": "Resor"}]
    )
    question = questions_of(call.form_versions.get())[0]
    question_actions.remove_question(call, question.code, by=manager)
    call = call_actions.open_call(call_actions.publish(fresh(call), by=manager))
    Objective.objects.filter(pk=source.main_objective_id).update(ended_on="2020-01-01")

    row = reuse(fresh(source), call, by=signer)

    kept = words(row)
    assert f"RUS-mål: {source.main_objective.label}" in kept
    assert any(label.startswith("Kostnad: Externa tjänster") for label in kept)
    assert question.label in kept
    assert row.objective_links.count() == 0 and row.main_objective is None


def test_years_are_shifted_and_those_that_the_new_call_lacks_are_kept_in_words(source, signer):
    call = calls.open_call()
    years = call.years
    source.cost_lines.update(year=F("year") - 3)
    later = source.cost_lines.filter(cost_type__code="staff").order_by("year").last()
    later.year = years[-1] + 9
    later.save()

    row = reuse(source, call, by=signer)

    assert set(row.cost_lines.values_list("year", flat=True)) == {years[0]}
    assert any(str(later.year) in label for label in words(row))


def test_who_may_not_write_or_see_cannot_use_it(source):
    for person in (base.member(source.applicant, "view"), base.signatory(base.region_organisation("23"))):
        with pytest.raises(PermissionDenied):
            reuse(source, calls.open_call(), by=person)

    assert Application.objects.count() == 1


def test_a_closed_call_is_refused(source, signer):
    with pytest.raises(Blocked):
        reuse(source, calls.closed_call(), by=signer)

    assert Application.objects.count() == 1


def test_it_is_chosen_on_its_page_and_what_was_left_is_read_on_the_next(source, signer):
    call = calls.open_call()
    browser = signed_in(signer)

    page = browser.get(url("use_again", source)).content.decode()
    empty = browser.post(url("use_again", source), {})
    wrong = browser.post(url("use_again", source), {"call": "\x00", "chosen_files": ["9" * 30]})
    done = browser.post(
        url("use_again", source), {"call": call.code, "chosen_files": [files_of(source)[1].pk]}, follow=True
    )

    assert call.title in page and "kalkyl.txt, Kalkyl" in page
    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert "Filer som inte följde med" in done.content.decode()
    assert Application.objects.exclude(pk=source.pk).get().attachments.get().attachment.name == "karta.txt"
