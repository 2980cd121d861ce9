"""What the applicant sees of a decision on its own pages: the outcome once it is dispatched, and not a moment earlier."""

import pytest
from django.test import Client
from django.urls import reverse

from applications import actions as applicant_actions
from evaluation import actions
from tests.builders import base
from tests.builders import evaluation as build
from tests.builders.base import fresh

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


def badges_seen(application):
    """The badge of the application in the list and on its own page, as a colleague of the applicant reads them."""
    client = Client()
    client.force_login(base.member(application.applicant))
    (card,) = client.get(reverse("applications:mine")).context["cards"]
    page = client.get(application.get_absolute_url()).context["badge"]
    return [str(getattr(badge, "label", None) or badge.get_state_display()) for badge in (card["badge"], page)]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "Beviljad"),
        (
            {
                "outcome": "partly_granted",
                "amount_sek": 600_000,
                "reasons": "Kostnaden sänks.",
                "short_reasons": "Sänkt kostnad.",
            },
            "Delvis beviljad",
        ),
        (build.rejection(), "Avslagen"),
    ],
)
def test_the_outcome_is_shown_to_the_applicant_only_once_the_decision_is_dispatched(changes, word):
    decision = build.made_decision(**changes)
    application = fresh(decision.application)
    before = badges_seen(application)

    actions.dispatch(decision, by=decision.rapporteur)

    assert before == ["Under bedömning"] * 2
    assert badges_seen(fresh(application)) == [word] * 2


def test_a_withdrawn_application_is_shown_as_withdrawn_until_the_case_is_closed():
    application = build.assessed_application()
    signer = base.signatory(application.applicant)

    applicant_actions.withdraw(application, by=signer, reason="Vi söker nästa år.")

    assert badges_seen(fresh(application)) == ["Återtagen"] * 2


def test_the_outcomes_of_a_list_cost_one_query(django_assert_num_queries):
    from evaluation.panels import outcomes_of

    decisions = [build.dispatched_decision() for _ in range(2)]
    user = base.handler()
    applications = [decision.application for decision in decisions]
    assert (len(user.authority_ids), len(user.organisation_ids)) == (1, 0)  # read before the count

    with django_assert_num_queries(1):
        known = outcomes_of(applications, user)

    assert {pk: outcome.value for pk, outcome in known.items()} == dict.fromkeys(
        [a.pk for a in applications], "granted"
    )
