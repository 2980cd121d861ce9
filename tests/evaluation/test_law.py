"""What the law and the handbook say of decisions: when they are final, when a project may start, what follows a withdrawal."""

import datetime as dt

import pytest
from django.urls import reverse

from applications import actions as application_actions
from evaluation import actions, appeal
from evaluation.enums import DecisionKind, DecisionState, Outcome
from evaluation.models import Decision
from grants.core.exceptions import Blocked
from grants.core.time import add_months, format_day, local_instant, pretend, stockholm, today
from tests.builders import applications, base, calls
from tests.builders import evaluation as build

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]
ENDED = "Ansökan är återtagen. Föreslå i stället att ärendet skrivs av."


# Laga kraft ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "last", "why"),
    [
        ("2026-11-02", "2026-11-23", "three weeks, a Monday"),
        ("2026-11-06", "2026-11-27", "a Friday"),
        ("2026-11-07", "2026-11-30", "Saturday moves to Monday"),
        ("2026-12-03", "2026-12-28", "Christmas Eve, two holidays and a weekend"),
        ("2026-12-10", "2027-01-04", "New Year's Eve, New Year's Day and a weekend"),
        ("2026-03-13", "2026-04-07", "Good Friday to Easter Monday"),
        ("2026-04-23", "2026-05-15", "Ascension Day"),
        ("2026-05-16", "2026-06-08", "the national day is a Saturday"),
        ("2026-05-29", "2026-06-22", "Midsummer Eve"),
    ],
)
def test_the_last_day_to_appeal(received, last, why):
    assert appeal.last_day_to_appeal(dt.date.fromisoformat(received)).isoformat() == last, why


@pytest.mark.parametrize(
    ("year", "day"), [(2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2027, "03-28"), (2030, "04-21")]
)
def test_easter(year, day):
    assert appeal.easter(year).isoformat() == f"{year}-{day}"


def appealable(sent_on):
    """A decision that can be appealed, dispatched at noon on the day."""
    decision = build.made_decision(call=calls.open_call(decision_rules=calls.appeals(DecisionKind.SUPPORT)))
    with pretend(local_instant(sent_on, dt.time(12))):
        return actions.dispatch(decision, by=decision.decider)


def test_the_day_is_the_one_that_follows_from_the_time_to_appeal_and_not_the_day_of_the_press():
    decision = appealable(today() - dt.timedelta(days=60))
    sent = stockholm(decision.dispatched_at).date()

    noted = actions.make_final(decision, by=decision.decider)

    assert noted.final_on == appeal.last_day_to_appeal(sent) + dt.timedelta(days=1)
    assert noted.final_on < today()


def test_a_known_day_of_receipt_counts_instead_of_the_dispatch_and_is_kept_in_the_history():
    decision = appealable(today() - dt.timedelta(days=60))
    received = today() - dt.timedelta(days=50)

    noted = actions.make_final(decision, by=decision.decider, received_on=received)

    assert noted.final_on == appeal.last_day_to_appeal(received) + dt.timedelta(days=1)
    assert noted.events.get(name="make_final").facts == {"received_on": format_day(received)}


def test_a_decision_that_cannot_be_appealed_is_final_from_the_day_it_was_made():
    decision = build.made_decision()
    with pretend(decision.made_at + dt.timedelta(days=3)):
        decision = actions.dispatch(decision, by=decision.decider)
        noted = actions.make_final(decision, by=decision.decider)

    assert noted.final_on == stockholm(noted.made_at).date()


@pytest.mark.parametrize(
    ("days_ago", "said"), [(61, "expedierades"), (-1, "i framtiden"), (5, "Tiden för att överklaga går ut tidigast")]
)
def test_a_day_of_receipt_that_cannot_be_or_that_leaves_time_to_appeal_is_refused(days_ago, said):
    decision = appealable(today() - dt.timedelta(days=60))

    with pytest.raises(Blocked) as stop:
        actions.make_final(decision, by=decision.decider, received_on=today() - dt.timedelta(days=days_ago))

    assert said in stop.value.reasons[0]
    assert (base.fresh(decision).state, base.fresh(decision).final_on) == (DecisionState.DISPATCHED, None)


@pytest.mark.parametrize("typed", ["igår", "2026-02-30", "\x00", "x" * 1_000_000, "9999-01-01"])
def test_a_day_that_is_none_is_answered_at_the_field_with_what_was_typed(client, typed):
    decision = appealable(today() - dt.timedelta(days=60))
    client.force_login(base.decider())

    answer = client.post(
        reverse("evaluation:make_final", args=[decision.pk]), {"version": decision.version, "received_on": typed}
    )

    assert answer.status_code == 422
    assert 'id="id_received_on"' in answer.content.decode() and "Fel:" in answer.content.decode()
    assert base.fresh(decision).state == DecisionState.DISPATCHED


def test_the_page_says_the_day_and_notes_it(client):
    decision = appealable(today() - dt.timedelta(days=60))
    client.force_login(base.decider())
    address = reverse("evaluation:decision", args=[decision.pk])

    page = client.get(address).content.decode()
    answer = client.post(reverse("evaluation:make_final", args=[decision.pk]), {"version": decision.version})

    assert "Räknat från expedieringen har beslutet laga kraft från och med" in page
    assert (answer.status_code, base.fresh(decision).state) == (302, DecisionState.FINAL)


# Start of the project ------------------------------------------------------------------------------------------------


def test_a_project_starts_no_earlier_than_the_day_the_application_came_in():
    application = build.assessed_application()
    review = build.review_of(application)
    came_in = stockholm(application.submitted_at).date()
    early = build.proposal(application, start_on=came_in - dt.timedelta(days=1))

    with pytest.raises(Blocked) as stop:
        actions.propose(review, by=review.handler, **early)

    assert [(str(reason), reason.where) for reason in stop.value.reasons] == [
        (
            f"Ansökan kom in {format_day(came_in)}. Projektet kan tidigast starta den dagen. Ändra startdagen.",
            "start_on",
        )
    ]
    assert Decision.objects.count() == 0
    same_day = actions.propose(review, by=review.handler, **build.proposal(application, start_on=came_in))
    assert same_day.start_on == came_in


def test_a_draft_that_starts_before_today_is_warned_and_can_still_be_sent(client):
    signer = base.signatory()
    draft = applications.complete_draft(by=signer)
    client.force_login(signer)
    address = reverse("applications:review", args=[draft.pk])

    early = client.get(address).context["warnings"]
    later = applications.project_data(draft, start_on=today(), end_on=add_months(today(), 12))
    application_actions.save_project(draft, later, by=signer, version=draft.version)

    assert [text for text in early if "Stöd ges tidigast från den dag ansökan kommer in." in text] == early[:1]
    assert not [text for text in client.get(address).context["warnings"] if "som har varit" in text]


# After a withdrawal --------------------------------------------------------------------------------------------------


def dismissal(**overrides):
    return {
        "kind": DecisionKind.DISMISSAL,
        "outcome": Outcome.DISMISSED,
        "reasons": "Ansökan är inte fullständig.",
        "short_reasons": "Inte fullständig.",
        **overrides,
    }


def withdrawn(application):
    signer = base.signatory(application.applicant)
    return application_actions.withdraw(application, by=signer, reason="Vi söker senare.")


def test_a_withdrawn_application_is_written_off_and_not_dismissed():
    application = build.reviewed_application()
    withdrawn(application)
    review = build.review_of(application)

    with pytest.raises(Blocked) as stop:
        actions.propose(review, by=review.handler, **dismissal())

    assert stop.value.reasons == [ENDED]
    assert Decision.objects.count() == 0
    closing = dismissal(kind=DecisionKind.CLOSING_WITHOUT_TRIAL, outcome=Outcome.CLOSED_WITHOUT_TRIAL)
    assert actions.propose(review, by=review.handler, **closing).state == DecisionState.PROPOSED


def test_a_dismissal_is_neither_decided_nor_dispatched_after_a_withdrawal():
    decided, proposed = (build.reviewed_application(applicant=base.region_organisation(c)) for c in ("24", "25"))
    first, second = (
        actions.propose(build.review_of(one), by=build.review_of(one).handler, **dismissal())
        for one in (decided, proposed)
    )
    first = actions.decide(first, by=base.decider())
    for one in (decided, proposed):
        withdrawn(one)

    with pytest.raises(Blocked) as at_dispatch:
        actions.dispatch(first, by=first.decider)
    with pytest.raises(Blocked) as at_decision:
        actions.decide(second, by=base.decider())

    assert "Återför ärendet och föreslå avskrivning." in at_dispatch.value.reasons[0]
    assert at_decision.value.reasons == [ENDED]
    assert [base.fresh(one).state for one in (first, second)] == [DecisionState.MADE, DecisionState.PROPOSED]
