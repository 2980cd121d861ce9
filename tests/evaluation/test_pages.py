"""Every page of evaluation answers, with the same number of queries whatever the number of rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation import actions
from tests.builders import applications, base, calls
from tests.builders import evaluation as build

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


def signed_in(client, user):
    client.force_login(user)
    return client


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(caught), [q["sql"] for q in caught.captured_queries]


def desk_addresses(decision):
    application = decision.application
    pages = (
        "case",
        "case_assessment",
        "case_documents",
        "case_events",
        "formal_check",
        "supplement",
        "conflict",
        "propose",
    )
    return [
        reverse("evaluation:list"),
        *(reverse(f"evaluation:{name}", args=[application.pk]) for name in pages),
        reverse("evaluation:ranking", args=[application.call.code]),
        reverse("evaluation:decisions"),
        reverse("evaluation:decision", args=[decision.pk]),
    ]


def test_every_desk_page_answers_in_every_stage_within_its_queries(client):
    handler = base.handler()
    signed_in(client, handler)
    proposed = build.proposed_decision(handler=handler)
    for decision in (proposed,):
        for url in desk_addresses(decision):
            number, sql = queries(client, url)
            most = 12 if url == reverse("evaluation:list") else 25 if "/arenden/" not in url else 20
            assert number <= most, (url, number, sql)

    decider = base.decider()
    actions.dispatch(actions.decide(proposed, by=decider), by=decider)
    for url in desk_addresses(proposed):
        assert client.get(url).status_code == 200


def test_the_list_asks_the_same_queries_for_1_3_and_60_rows(client):
    call = calls.open_call()
    signed_in(client, base.handler())
    asked = []
    made = 0
    for wanted in (1, 3, 8):
        for county in ("24", "25", "23", "22", "21", "20", "19", "18")[made:wanted]:
            applications.submitted_application(call=call, applicant=base.region_organisation(county))
        made = wanted
        asked.append(queries(client, reverse("evaluation:list"))[0])
    assert asked == [asked[0]] * 3
