"""A decision on payment rests on the provisions that its call writes, else on the standard ones."""

import pytest

from calls.actions import save_text
from calls.texts import ORDINANCE
from tests.builders import base, projects
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


def test_the_standard_provisions_stand_where_the_call_has_written_none():
    decision = projects.checked_payment().decision

    assert decision.legal_grounds == f"11 § {ORDINANCE}, och beslutet om stöd."


def test_the_calls_own_provisions_stand_in_what_is_proposed_afterwards():
    project = projects.running_project()
    application = project.application
    body = "11 § förordningen, dnr {dnr}."
    save_text(application.call, "payment-grounds", body, by=base.call_manager(), version=0)

    decision = projects.checked_payment(fresh(project)).decision

    assert decision.legal_grounds == f"11 § förordningen, dnr {application.register_number}."
