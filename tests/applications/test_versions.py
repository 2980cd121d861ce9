"""The versions of an application and what differs between them, for the applicant, the handler and the assessor."""

import pytest
from django.urls import reverse

from applications import actions
from applications.content import versions_of
from applications.differences import differences
from applications.reading import readable
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base, evaluation

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    base.handler()
    application = evaluation.reviewed_application()
    signer = application.submitted_by
    build.supplement_request(application, sections=["parter", "projekt", "budget"])
    copy = build.working_copy(application)
    data = build.parties_data(
        signer, parties=[build.party(base.region_organisation("25"), contribution="Ritar kartor.")]
    )
    copy = actions.save_parties(copy, data, by=signer, version=copy.version)
    copy = actions.save_project(copy, build.project_data(copy, summary="Lavskrika."), by=signer, version=copy.version)
    actions.save_budget(copy, build.budget_data(copy, applied_sek=800_000), by=signer, version=copy.version)
    return actions.answer_supplement(application, by=signer, answer="Ett svar som inte är en del av ansökan.")


def test_each_field_that_differs_is_named_once_with_both_texts(application):
    first, second = (version.content for version in versions_of(application))

    found = {(one.section, one.label): (one.old, one.new) for one in differences(first, second)}

    assert found["Projektet", "Sammanfattning"][1] == "Lavskrika."
    assert ("", "Ritar kartor.") in found.values()
    assert [old for old, new in found.values() if new.endswith("800\u00a0000")] != []
    assert "Ett svar som inte" not in str(found)
    assert differences(second, second) == []


@pytest.mark.parametrize("query", ["", "?fran=1&till=2", "?fran=x&till=99999", "?fran=%00&till=-1", "?fran=2&till=2"])
def test_both_sides_see_them_whatever_the_address_asks(application, query):
    applicant = signed_in(application.submitted_by).get(url("versions", application) + query)
    handler = signed_in(base.handler()).get(reverse("evaluation:versions", args=[application.pk]) + query)

    assert (applicant.status_code, handler.status_code) == (200, 200)
    assert (
        ("Lavskrika" in applicant.content.decode())
        == ("Lavskrika" in handler.content.decode())
        == ("till=2" not in query or "fran=1" in query)
    )


def test_answers_that_are_kept_from_assessors_are_not_in_what_they_compare(application):
    content = {"blocks": [{"heading": "Hemligt", "for_assessors": False}, {"heading": "Öppet"}]}

    read = [
        [b["heading"] for b in readable(content, application, one)["blocks"]]
        for one in (base.assessor(), base.handler())
    ]

    assert read == [["Öppet"], ["Hemligt", "Öppet"]]
