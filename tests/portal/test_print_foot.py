"""The foot of printed pages (DESIGN.md 11): the case's number and the day, on pages about a case; the day alone elsewhere."""

import re

import pytest
from django.urls import reverse

from applications import actions
from grants.core.time import format_day, today
from tests.builders import applications as build
from tests.builders import base, projects

pytestmark = pytest.mark.django_db


def foot(client, address):
    (text,) = re.findall(r'<p class="printfoot">(.*?)</p>', client.get(address).content.decode())
    return text


def test_pages_about_a_case_say_its_number_and_the_day(client):
    project = projects.starting_project()
    number = project.application.register_number
    client.force_login(base.handler())

    said = {
        foot(client, address)
        for address in (
            reverse("evaluation:case", args=[project.application_id]),
            reverse("evaluation:decision", args=[project.decision_id]),
            project.get_absolute_url(),
        )
    }

    assert said == {f"Dnr {number} · Utskrivet {format_day(today())}"}


def test_a_draft_and_a_list_have_no_number_to_say(client):
    signer = base.signatory()
    draft = build.complete_draft(by=signer)
    client.force_login(signer)

    before = {foot(client, address) for address in (draft.get_absolute_url(), reverse("applications:mine"), "/")}
    sent = actions.submit(draft, by=signer)

    assert before == {f"Utskrivet {format_day(today())}"}
    assert foot(client, sent.get_absolute_url()).startswith(f"Dnr {sent.register_number} · ")
