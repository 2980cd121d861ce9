"""The pages of exports: ask, follow, fetch; who may, and what is said when it cannot be done."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grants.core import files, workbook
from grants.core import jobs as core_jobs
from grants.core.models import Job, WorkState
from grants.documents.actions import declare_conflict
from grants.exports import jobs
from tests.builders import base, calls, evaluation

PAGE = "/uttag/beslut/"
pytestmark = pytest.mark.django_db


def signed_in(client, user):
    client.force_login(user)
    return client


def test_a_handler_asks_follows_and_fetches(client):
    decision = evaluation.dispatched_decision()
    code = decision.application.call.code
    signed_in(client, base.handler())

    page = client.get(PAGE, {"utlysning": code})
    asked = client.post(PAGE, {"utlysning": code, "token": str(uuid.uuid4())})
    job = Job.objects.get(kind=jobs.KIND)
    waiting = client.get(asked.url)
    core_jobs.run(job.pk)
    done = client.get(asked.url)
    file = client.get(reverse("exports:download", args=[job.pk]))

    assert f'value="{code}" selected' in page.content.decode()
    assert (asked.status_code, asked.url) == (302, reverse("exports:job", args=[job.pk]))
    assert "<progress" in waiting.content.decode() and 'hx-trigger="every 15s"' in waiting.content.decode()
    assert "Uppdatera" in waiting.content.decode()
    assert "Filen är klar" in done.content.decode() and "hx-trigger" not in done.content.decode()
    assert file.headers["Content-Disposition"] == f'attachment; filename="{base.fresh(job).file_name}"'
    assert file.headers["Content-Type"] == workbook.XLSX
    assert b"".join(file.streaming_content) == files.path_of(base.fresh(job).file).read_bytes()


def test_htmx_gets_the_moving_part_only(client):
    user = base.reader()
    job = jobs.ask(by=user, call=None)

    answer = signed_in(client, user).get(reverse("exports:job", args=[job.pk]), headers={"HX-Request": "true"})

    assert answer.content.decode().strip().startswith("<section")
    assert next(template.name for template in answer.templates) == "exports/desk/job_part.html"


def test_the_page_lists_ones_own_exports_only(client):
    mine, theirs = base.reader(), base.reader()
    jobs.ask(by=theirs, call=None)
    empty = signed_in(client, mine).get(PAGE).content.decode()
    jobs.ask(by=mine, call=None)
    one = client.get(PAGE).content.decode()

    assert "Inga uttag än" in empty
    assert "Inga uttag än" not in one and one.count("/uttag/") - empty.count("/uttag/") == 1


@pytest.mark.parametrize("name", ["job", "download"])
def test_somebody_elses_export_does_not_exist(client, name):
    evaluation.dispatched_decision()
    job = jobs.ask(by=base.reader(), call=None)
    core_jobs.run(job.pk)

    answer = signed_in(client, base.reader()).get(reverse(f"exports:{name}", args=[job.pk]))

    assert answer.status_code == 404


def test_an_applicant_may_not_open_the_page(client):
    assert signed_in(client, base.member()).get(PAGE).status_code == 403


def test_an_unfinished_export_has_no_file(client):
    user = base.reader()
    job = jobs.ask(by=user, call=None)

    assert signed_in(client, user).get(reverse("exports:download", args=[job.pk])).status_code == 404


def test_a_file_with_a_case_that_one_may_no_longer_see_is_not_handed_out(client):
    decision = evaluation.dispatched_decision()
    user = base.reader()
    job = jobs.ask(by=user, call=None)
    core_jobs.run(job.pk)
    declare_conflict(decision.case, by=user, reason="Min syster leder projektet.")

    answer = signed_in(client, user).get(reverse("exports:download", args=[job.pk]), follow=True)

    assert not answer.streaming
    assert "Filen lämnas inte ut" in answer.content.decode()


def test_a_file_that_is_gone_is_told_instead_of_failing(client):
    user = base.reader()
    job = core_jobs.run(jobs.ask(by=user, call=None).pk)
    files.path_of(job.file).unlink()

    answer = signed_in(client, user).get(reverse("exports:download", args=[job.pk]), follow=True)

    assert "Filen finns inte kvar. Gör ett nytt uttag." in answer.content.decode()


def test_a_failed_export_says_so_and_can_be_tried_again(client):
    user, call = base.reader(), calls.open_call()
    job = jobs.ask(by=user, call=call)
    Job.objects.filter(pk=job.pk).update(state=WorkState.FAILED, error="OSError: disken är full")

    page = signed_in(client, user).get(reverse("exports:job", args=[job.pk])).content.decode()
    again = client.post(PAGE, {"utlysning": call.code, "token": str(uuid.uuid4())})

    assert "Filen kunde inte skapas" in page and "disken är full" in page and "Försök igen" in page
    assert again.status_code == 302
    assert Job.objects.get(state=WorkState.QUEUED).params == {"call": call.code}


@pytest.mark.parametrize("code", ["FINNS-EJ", "\x00", "å" * 1_000_000, "' OR 1=1 --"])
def test_a_call_that_is_not_in_the_list_is_refused_in_words_and_nothing_is_asked_for(client, code):
    signed_in(client, base.reader())

    answer = client.post(PAGE, {"utlysning": code, "token": "inte en token \x00"})

    assert answer.status_code == 422
    assert "Utlysningen finns inte i listan. Välj en av dem som står där." in answer.content.decode()
    assert Job.objects.count() == 0


def test_a_token_of_somebody_else_starts_nothing(client):
    token = uuid.uuid4()
    jobs.ask(by=base.reader(), call=None, token=token)

    answer = signed_in(client, base.reader()).post(PAGE, {"utlysning": "", "token": str(token)})

    assert answer.status_code == 422
    assert "Tryck på knappen en gång till." in answer.content.decode()
    assert Job.objects.count() == 1


def test_too_many_waiting_exports_are_refused_in_words(client):
    user = base.reader()
    for _ in range(jobs.MOST_AT_ONCE):
        jobs.ask(by=user, call=None)

    answer = signed_in(client, user).post(PAGE, {"utlysning": ""})

    assert answer.status_code == 422
    assert "Vänta tills något av dem är klart." in answer.content.decode()


def test_the_page_costs_the_same_with_one_export_as_with_several(client):
    user = base.reader()
    signed_in(client, user)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    jobs.ask(by=user, call=None)
    client.get(PAGE)
    one = cost()
    jobs.ask(by=user, call=None)
    jobs.ask(by=user, call=None)

    assert cost() == one <= 25
