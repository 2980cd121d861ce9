"""What the checks of applications find when somebody writes around the actions."""

import pytest
from django.db.models import F

from applications import invariants
from applications.enums import FinancingForm
from applications.models import Application, CostLine, FinancingLine
from calls.enums import CostTypeCode
from calls.models import CostType
from grants.core.invariants import violations
from tests.builders import applications as build

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    return build.submitted_application()


def test_a_budget_that_came_in_and_no_longer_balances_is_found(sent):
    assert violations() == {}

    Application.objects.filter(pk=sent.pk).update(applied_sek=F("applied_sek") - 1)

    total = sent.total_cost_sek
    assert invariants.sent_budgets_balance() == [f"application {sent.pk}: costs {total}, is financed with {total - 1}"]


def test_a_draft_need_not_balance(sent):
    draft = build.draft_application(call=sent.call)
    Application.objects.filter(pk=draft.pk).update(total_cost_sek=7)

    assert invariants.sent_budgets_balance() == []


def test_in_kind_costs_without_equal_financing_are_found(sent):
    kind = CostType.objects.create(call=sent.call, code=CostTypeCode.IN_KIND, label="Eget arbete", order=99)
    CostLine.objects.create(application=sent, cost_type=kind, year=2027, amount_sek=500)
    assert invariants.in_kind_balances() == [f"application {sent.pk}: in kind costs 500, is financed with 0"]

    FinancingLine.objects.create(
        application=sent, order=99, kind="public", financier="Kommunen", form=FinancingForm.IN_KIND, amount_sek=500
    )

    assert invariants.in_kind_balances() == []
