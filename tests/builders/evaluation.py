"""Reviews and decisions for tests, brought to their state by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from applications import actions as application_actions
from applications.models import Application
from calls.models import Consultation
from evaluation import actions
from evaluation.enums import DecisionKind, Outcome
from evaluation.models import Assessment, Decision, Opinion, Review
from grants.accounts.models import Organisation
from grants.core.time import day_start, stockholm, today
from grants.strategy.models import StrategicArea
from tests.builders import applications, base, calls
from tests.builders.kept import kept


def all_met(review: Any) -> dict[str, tuple[bool, str]]:
    """Yes to every point of the review's formal check."""
    return dict.fromkeys(review.formal_checks.values_list("code", flat=True), (True, ""))


@kept
def small_call(budget_sek: int, **overrides: Any) -> Any:
    """An open call with one budget year of so much money, for what happens when it runs out."""
    base.reference_data()
    return calls.open_call(
        years=[{"year": today().year, "budget_sek": budget_sek}],
        budget_sek=budget_sek,
        largest_amount_sek=min(budget_sek, 2_000_000),
        areas=[{"area": area, "budget_sek": None} for area in StrategicArea.objects.current()],
        **overrides,
    )


def noon(day: dt.date) -> dt.datetime:
    """Noon of a day, for pretending that it has come."""
    return day_start(day) + dt.timedelta(hours=12)


def review_of(application: Any) -> Review:
    """The application's review as the database has it now."""
    return Review.objects.select_related("application__call", "application__case", "application__applicant").get(
        application=application.pk
    )


@kept
def received_application(**fields: Any) -> Application:
    """Submitted, its review waiting for somebody to take it up."""
    return applications.submitted_application(**fields)


@kept
def reviewed_application(*, handler: Any = None, application: Any = None, **fields: Any) -> Application:
    """Taken up by a handler, formal check begun and not answered."""
    application = application or applications.submitted_application(**fields)
    review = review_of(application)
    by = handler or review.handler or base.handler()
    actions.begin_formal_check(review, by=by)
    if review_of(application).handler_id != by.pk:
        actions.assign_handler(review_of(application), by, by=by)
    return base.fresh(application)


@kept
def assessing_application(
    *, handler: Any = None, application: Any = None, consulted: bool = True, **fields: Any
) -> Application:
    """Formal check answered and closed; nobody has assessed. ``consulted``: whoever must be asked was waived with a reason."""
    application = reviewed_application(handler=handler, application=application, **fields)
    review = review_of(application)
    actions.save_formal_check(review, all_met(review), by=review.handler)
    if application.call.needs_second_check:
        actions.sign_formal_check(review, by=review.handler)
        actions.confirm_formal_check(review, by=base.handler())
    actions.finish_formal_check(review, by=review.handler)
    if consulted:
        settle_opinions(application)
    return base.fresh(application)


@kept
def appointed(application: Any, assessor: Any = None) -> Assessment:
    """An assessment asked for and not begun."""
    review = review_of(application)
    return actions.appoint_assessor(review, assessor or base.assessor(), by=review.handler)


def points_for(application: Any, points: int = 4) -> dict[Any, tuple[int, str]]:
    """The same points and reasons for every criterion of the call."""
    criteria = application.call.criteria.all()
    return {c.pk: (min(points, c.max_points), f"{c.title}: planen är konkret och rimlig.") for c in criteria}


@kept
def assessed_application(
    *, handler: Any = None, assessors: list[Any] | None = None, points: int = 4, application: Any = None, **fields: Any
) -> Application:
    """Assessed by as many as the call asks for (or by ``assessors``), ready for a proposal."""
    application = assessing_application(handler=handler, application=application, **fields)
    people = assessors if assessors is not None else [base.assessor() for _ in range(application.call.assessors_needed)]
    for person in people:
        assessment = appointed(application, person)
        actions.complete_assessment(assessment, by=person, scores=points_for(application, points))
    return base.fresh(application)


@kept
def settle_opinions(application: Any) -> None:
    """Whoever must be consulted by the call is waived, for a reason, so that a proposal can be made."""
    review = review_of(application)
    for opinion in review.opinions.filter(state__in=("to_ask", "requested")):
        actions.waive_opinion(opinion, by=review.handler, reason="Regionen är själv sökande.")


@kept
def planned_opinion(application: Any = None, body: str = "region", **fields: Any) -> Opinion:
    """The first opinion of a body in a case that a handler has taken up; by default the samråd of a region that applies."""
    application = application or reviewed_application(**{"call": consulting_call(), **fields})
    return review_of(application).opinions.filter(body=body).select_related("review__application").first()


@kept
def consulting_call(*bodies: str, **overrides: Any) -> Any:
    """An open call in which these must be consulted, by default the region."""
    call = calls.open_call(**overrides)
    for body in bodies or ("region",):
        Consultation.objects.get_or_create(call=call, body=body, defaults={"question": "Vad anser ni?"})
    return call


def handler_of(opinion: Any) -> Any:
    """The handler of the opinion's case as the database has it now."""
    return review_of(opinion.review.application).handler


def region_asked(county: str = "23") -> Opinion:
    """The opinion planned of another region than the applicant's, which takes part and has an address and people."""
    call = consulting_call()
    other = base.region_organisation(county, email="registrator@example.se")
    Organisation.objects.filter(pk=other.pk).update(email="registrator@example.se")
    owner = base.region_organisation("24")
    by = base.signatory(owner)
    draft = applications.complete_draft(call=call, applicant=owner, by=by)
    parties = applications.parties_data(by, is_joint=True, parties=[applications.party(other)])
    application_actions.save_parties(draft, parties, by=by, version=draft.version)
    sent = application_actions.submit(base.fresh(draft), by=by)
    application = reviewed_application(application=sent)
    return review_of(application).opinions.select_related("review__application").get(organisation=other)


@kept
def requested_opinion(opinion: Any = None, **fields: Any) -> Opinion:
    """Asked for, with three weeks to answer."""
    opinion = opinion or planned_opinion(**fields)
    by = review_of(opinion.review.application).handler
    due_on = today() + dt.timedelta(days=21)
    return actions.ask_opinion(opinion, by=by, question="Vad anser ni om projektet?", due_on=due_on)


@kept
def answered_opinion(opinion: Any = None, *, by: Any = None, **fields: Any) -> Opinion:
    """Answered, by default recorded by the handler; the applicant has not been told."""
    opinion = requested_opinion(opinion, **fields)
    return answered_opinion_of(opinion, by=by)


@kept
def answered_opinion_of(opinion: Opinion, *, by: Any = None) -> Opinion:
    """One that was asked for, answered."""
    by = by or review_of(opinion.review.application).handler
    return actions.take_in_opinion(opinion, by=by, answer="Vi tillstyrker projektet.")


@kept
def communicated_opinion(opinion: Any = None, **fields: Any) -> Opinion:
    """Sent to the applicant, who has two weeks."""
    opinion = answered_opinion(opinion, **fields)
    by = review_of(opinion.review.application).handler
    return actions.communicate_opinion(opinion, by=by, due_on=today() + dt.timedelta(days=14))


def proposal(application: Any, **overrides: Any) -> dict[str, Any]:
    """A complete proposal of the whole applied amount, within the call's share, split evenly over its years."""
    amount = overrides.pop("amount_sek", application.applied_sek)
    years = [row.year for row in application.call.year_budgets.all()]
    share, rest = divmod(amount, len(years))
    whole = amount == application.applied_sek
    return {
        "kind": DecisionKind.SUPPORT,
        "outcome": Outcome.GRANTED if whole else Outcome.PARTLY_GRANTED,
        "amount_sek": amount,
        "basis_cost_sek": application.total_cost_sek,
        "years": {year: share + (rest if place == 0 else 0) for place, year in enumerate(years)},
        "start_on": max(application.start_on, stockholm(application.submitted_at).date()),
        "end_on": application.end_on,
        "reasons": "Projektet svarar mot utlysningens syfte och har en genomförbar plan.",
        "short_reasons": "Svarar väl mot utlysningens syfte.",
        "conditions": "Projektet redovisas minst en gång i halvåret.",
        **overrides,
    }


def rejection(**overrides: Any) -> dict[str, Any]:
    """A proposal to reject."""
    return {
        "kind": DecisionKind.SUPPORT,
        "outcome": Outcome.REJECTED,
        "reasons": "Andra ansökningar svarar bättre mot utlysningens kriterier.",
        "short_reasons": "Andra ansökningar rangordnades högre.",
        **overrides,
    }


@kept
def proposed_decision(
    *,
    handler: Any = None,
    assessors: list[Any] | None = None,
    application: Any = None,
    points: int = 4,
    **overrides: Any,
) -> Decision:
    """A support decision proposed by the handler. ``overrides`` replace parts of the proposal; ``call`` picks the call."""
    fields = {name: overrides.pop(name) for name in ("call", "applicant", "title", "applied_sek") if name in overrides}
    application = assessed_application(
        handler=handler, assessors=assessors, application=application, points=points, **fields
    )
    review = review_of(application)
    if overrides.get("outcome") == Outcome.REJECTED:
        facts = rejection(**overrides)
    else:
        facts = proposal(application, **overrides)
    return actions.propose(review, by=review.handler, **facts)


@kept
def made_decision(*, decider: Any = None, at: Any = None, **fields: Any) -> Decision:
    """Decided, not dispatched."""
    return actions.decide(proposed_decision(**fields), by=decider or base.decider(), at=at)


@kept
def dispatched_decision(*, decider: Any = None, at: Any = None, **fields: Any) -> Decision:
    """Decided and dispatched to the applicant."""
    decider = decider or base.decider()
    return actions.dispatch(made_decision(decider=decider, at=at, **fields), by=decider, at=at)
