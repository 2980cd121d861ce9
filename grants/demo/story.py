"""One application's way, told through the real actions: written, sent in, checked, assessed, decided.

Every function takes the ``Tale`` of one application and leaves it further on. Time is pretended instant by instant.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from applications import actions as applications
from applications import commenting, signing
from applications.blockers import before_submit
from applications.enums import PartyKind, Section
from applications.models import Application
from calls.enums import CostTypeCode
from calls.models import Call, CostType, Criterion
from calls.standards import FORMAL_CHECK_POINTS
from evaluation import actions as evaluation
from evaluation.enums import DecisionKind, OpinionState, Outcome
from evaluation.models import Decision, Review
from grants.core.known import rows_of
from grants.core.locks import lock, lock_by
from grants.core.time import pretend, stockholm
from grants.demo import texts
from grants.demo.calendar import Calendar, Moments
from grants.demo.cast import Cast
from grants.demo.content import Plan, facts_of
from grants.demo.funding import LOWEST_SCORE, split

PART_OF_OTHER_REGION = 40
"""Percent of the services of a joint project that the other region buys."""


@dataclass
class Scene:
    """What the applications of one call share."""

    cast: Cast
    calendar: Calendar
    call: Call
    cost_types: dict[str, CostType] = field(default_factory=dict)
    criteria: list[Criterion] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cost_types = {cost_type.code: cost_type for cost_type in self.call.cost_types.all()}
        self.criteria = list(self.call.criteria.all())


@dataclass
class Tale:
    """One application on its way."""

    plan: Plan
    scene: Scene
    rng: random.Random
    moments: Moments
    sent_on: dt.date
    application: Application | None = None
    review: Review | None = None
    decision: Decision | None = None
    points: list[list[int]] = field(default_factory=list)
    """What each of the two assessors will give, criterion by criterion: known beforehand, as the plan's quality is."""

    def __post_init__(self) -> None:
        self.points = [[points_for(self) for _ in self.scene.criteria] for _ in range(2)]

    @property
    def points_sum(self) -> int:
        """The points by the criteria's weights, in the order of the score."""
        return sum(
            criterion.weight_percent * points
            for given in self.points
            for criterion, points in zip(self.scene.criteria, given, strict=True)
        )

    @property
    def lead(self) -> Any:
        return self.scene.cast.leads[self.plan.applicant.pk]

    @property
    def signer(self) -> Any:
        return self.scene.cast.signers[self.plan.applicant.pk]

    @property
    def handler(self) -> Any:
        assert self.plan.applicant.region is not None
        return self.scene.cast.handlers[self.plan.applicant.region.contact_area_id]

    def let_go(self) -> None:
        """Keep the rows without what was read onto them: ten thousand tales with all of it fill a gigabyte."""
        for row in (self.application, self.review, self.decision):
            if row is not None:
                row._state.fields_cache.clear()
                row.__dict__.pop("_prefetched_objects_cache", None)

    def day(self, after_deadline: int) -> dt.date:
        return self.scene.calendar.day(after_deadline)


def write(tale: Tale, *, sections: int = 4) -> None:
    """The project leader starts a draft and fills in so many sections."""
    plan, call, by = tale.plan, tale.scene.call, tale.lead
    with pretend(tale.moments.on(tale.sent_on - dt.timedelta(days=tale.rng.randrange(2, 7)), -1)):
        row = applications.start(call, applicant=plan.applicant, by=by, title=plan.title)
    parts = (
        (
            applications.save_parties,
            lambda: {
                "is_joint": plan.is_joint,
                "contact_name": by.name,
                "contact_email": by.email,
                "contact_phone": f"010-000 {plan.index % 90 + 10:02d} {tale.rng.randrange(10, 100)}",
                **facts_of(plan.applicant),
                "parties": plan.parties,
            },
        ),
        (
            applications.save_project,
            lambda: {
                "title": plan.title,
                "summary": plan.summary,
                "answers": plan.answers,
                "start_on": plan.start_on,
                "end_on": plan.end_on,
            },
        ),
        (
            applications.save_objectives,
            lambda: {
                "main_objective": plan.main_objective,
                "links": plan.links,
                "main_area": plan.main_area,
                "further_areas": plan.further_areas,
            },
        ),
        (applications.save_budget, lambda: budget_of(tale)),
    )
    tale.application = row
    for save, data in parts[:sections]:
        with pretend(tale.moments.soon()):
            tale.application = row = save(row, data(), by=by, version=row.version)
            if save is applications.save_objectives and call.asks_spatial:
                tale.application = row = applications.save_place(row, place_of(tale), by=by, version=row.version)


def is_complete(tale: Tale) -> bool:
    """Whether the draft could be sent in as it stands."""
    assert tale.application is not None
    return not before_submit(Application.objects.get(pk=tale.application.pk))


def ask_to_sign(tale: Tale) -> None:
    """The project leader and the signatory talk about the budget, and the leader asks for the signature."""
    row = tale.application
    assert row is not None
    for by, text in ((tale.lead, texts.QUESTION_OF_LEAD), (tale.signer, texts.ANSWER_OF_SIGNER)):
        with pretend(tale.moments.soon()):
            first = row.comments.first()
            commenting.comment(row, by=by, text=text, page="budget", thread=first and first.pk)
    with pretend(tale.moments.soon()):
        signing.ask(row, by=tale.lead, note="Nu är allt på plats. Kan du läsa igenom och skicka in?")


def place_of(tale: Tale) -> dict[str, Any]:
    """The municipalities of the plan, and a strategy that becomes a step or two more spatial."""
    before = 2 + tale.plan.index % 2
    return {
        "municipalities": tale.plan.municipalities,
        "spatial_before": before,
        "spatial_after": before + 1 + tale.plan.index % 3 // 2,
        "spatial_how": texts.MORE_SPATIAL.format(**tale.plan.words),
    }


def budget_of(tale: Tale) -> dict[str, Any]:
    """The plan's costs and financing; in a joint project a part of the services is bought by the other region."""
    plan, row = tale.plan, tale.application
    costs: list[dict[str, Any]] = [
        {"cost_type": tale.scene.cost_types[code], "year": year, "amount_sek": amount}
        for (code, year), amount in plan.costs.items()
    ]
    if plan.is_joint and row is not None:
        other = row.parties.get(kind=PartyKind.CO_APPLICANT)
        services = tale.scene.cost_types[CostTypeCode.SERVICES]
        for line in [line for line in costs if line["cost_type"] == services]:
            theirs = line["amount_sek"] * PART_OF_OTHER_REGION // 100 // 1000 * 1000
            line["amount_sek"] -= theirs
            costs.append({**line, "amount_sek": theirs, "party": other.pk})
    return {"costs": costs, "financing": plan.financing, "applied_sek": plan.applied_sek}


def send(tale: Tale) -> None:
    """The authorised signatory sends it in; the review is opened by the handover."""
    assert tale.application is not None
    with pretend(tale.moments.on(tale.sent_on, 1 if tale.plan.is_late else -1)):
        tale.application = applications.submit(tale.application, by=tale.signer)
    tale.review = lock_by(Review, "application", tale.application.pk)


def withdraw(tale: Tale, day: dt.date) -> None:
    assert tale.application is not None
    with pretend(tale.moments.on(day)):
        tale.application = applications.withdraw(tale.application, by=tale.signer, reason=texts.WITHDRAW_REASON)


def take_up(tale: Tale, day: dt.date) -> None:
    """The handler takes up the case."""
    with pretend(tale.moments.on(day)):
        tale.review = evaluation.begin_formal_check(tale.review, by=tale.handler)


def check(tale: Tale, *, points: int = len(FORMAL_CHECK_POINTS)) -> None:
    """The handler answers so many points of the formal check; the points on time and content as the case is."""
    answers: dict[str, tuple[bool | None, str]] = {point.code: (True, "") for point in FORMAL_CHECK_POINTS[:points]}
    if tale.plan.is_late:
        answers["in_time"] = (False, "Ansökan kom in efter sista ansökningsdagen.")
    with pretend(tale.moments.soon()):
        tale.review = evaluation.save_formal_check(tale.review, answers, by=tale.handler)


def ask(tale: Tale, day: dt.date) -> None:
    """The handler asks for a supplement, to be answered within two weeks."""
    instant = tale.moments.on(day)
    with pretend(instant):
        evaluation.request_supplement(
            tale.review,
            by=tale.handler,
            question=texts.QUESTION,
            sections=[Section.PROJECT, Section.BUDGET],
            due_on=stockholm(instant).date() + dt.timedelta(days=14),
            consequence=texts.CONSEQUENCE,
        )


def answer(tale: Tale, day: dt.date) -> None:
    """The project leader answers, with one answer in the form made longer."""
    assert tale.application is not None
    plan, row = tale.plan, Application.objects.get(supplement__application=tale.application.pk)
    data = {
        "title": row.title,
        "summary": row.summary,
        "answers": {**row.answers, "organisation": f"{row.answers['organisation']} {texts.ANSWER.split('. ')[-1]}"},
        "start_on": plan.start_on,
        "end_on": plan.end_on,
    }
    with pretend(tale.moments.on(day)):
        applications.save_project(row, data, by=tale.lead, version=row.version)
    with pretend(tale.moments.soon()):
        tale.application = applications.answer_supplement(tale.application, by=tale.lead, answer=texts.ANSWER)


def finish_check(tale: Tale, day: dt.date) -> None:
    with pretend(tale.moments.on(day)):
        tale.review = evaluation.finish_formal_check(tale.review, by=tale.handler)


def assess(tale: Tale, day: dt.date, *, assessors: int = 2, complete: bool = True) -> None:
    """The handler appoints two assessors; so many of them score every criterion with reasons."""
    held = tale.scene.cast.assessors
    first = tale.plan.index % len(held)
    chosen = [held[first], held[(first + 1) % len(held)]]
    with pretend(tale.moments.on(day)):
        rows = [evaluation.appoint_assessor(tale.review, person, by=tale.handler) for person in chosen]
    for number, (row, person) in enumerate(zip(rows, chosen, strict=True)):
        if number >= assessors:
            break
        scores: dict[int, tuple[int | None, str]] = {
            criterion.pk: (points, texts.SCORE_REASONS[points - 1])
            for criterion, points in zip(tale.scene.criteria, tale.points[number], strict=True)
        }
        with pretend(tale.moments.on(day + dt.timedelta(days=3 * number + 3))):
            if complete:
                evaluation.complete_assessment(row, by=person, scores=scores)
            else:
                evaluation.save_scores(row, dict(list(scores.items())[:2]), by=person)
    assert tale.review is not None
    tale.review = lock(tale.review)


def points_for(tale: Tale) -> int:
    """Points around the plan's quality."""
    return min(5, max(1, tale.plan.quality + tale.rng.choice((-1, 0, 0, 0, 1))))


@dataclass
class Purse:
    """What the call has left by year, so that proposals fit; the guarded UPDATE has the last word."""

    left: dict[int, int]
    granted: int = 0

    def take(self, years: dict[int, int]) -> bool:
        if any(self.left.get(year, 0) < amount for year, amount in years.items()):
            return False
        for year, amount in years.items():
            self.left[year] -= amount
        self.granted += 1
        return True


def consult(tale: Tale) -> None:
    """Where the call asks for samråd with the region: every region here applies itself, so the handler goes on with that reason."""
    assert tale.review is not None
    if tale.plan.is_withdrawn or tale.plan.is_late:
        return
    # Not filtered by state: SQLite would look through the opinions of all cases that wait.
    for opinion in rows_of(tale.review, "opinions"):
        if opinion.state != OpinionState.TO_ASK:
            continue
        with pretend(tale.moments.soon()):
            evaluation.waive_opinion(opinion, by=tale.handler, reason=f"{opinion} är själv sökande.")


def propose(tale: Tale, day: dt.date, purse: Purse) -> None:
    """The handler proposes what the case calls for: an ending, support in whole or in part, or rejection."""
    consult(tale)
    with pretend(tale.moments.on(day)):
        tale.decision = evaluation.propose(tale.review, by=tale.handler, **proposal(tale, purse))


def proposal(tale: Tale, purse: Purse) -> dict[str, Any]:
    plan = tale.plan
    if plan.is_withdrawn:
        return ending(DecisionKind.CLOSING_WITHOUT_TRIAL, Outcome.CLOSED_WITHOUT_TRIAL, texts.WITHDRAWN_REASONS)
    if plan.is_late:
        return ending(DecisionKind.DISMISSAL, Outcome.DISMISSED, texts.LATE_REASONS)
    assert tale.review is not None and tale.review.score is not None
    score = str(tale.review.score).replace(".", ",")
    if tale.review.score < LOWEST_SCORE:
        reasons = texts.REJECT_SCORE_REASONS.format(score=score, lowest=LOWEST_SCORE)
        return rejected(reasons, f"{score} av 100 poäng, under lägsta nivån {LOWEST_SCORE}.")
    is_part = plan.index % 5 == 2
    percent = 90 if is_part else 100
    amount = plan.applied_sek * percent // 100 // 1000 * 1000 if is_part else plan.applied_sek
    years = split(amount, plan.costs)
    if not purse.take(years):
        return rejected(
            texts.REJECT_BUDGET_REASONS.format(score=score), "Uppfyller kraven, men medlen räckte inte till alla."
        )
    told = texts.PARTLY_REASONS if is_part else texts.GRANT_REASONS
    return {
        "outcome": Outcome.PARTLY_GRANTED if is_part else Outcome.GRANTED,
        "amount_sek": amount,
        "basis_cost_sek": plan.total_sek * percent // 100,
        "years": years,
        "start_on": plan.start_on,
        "end_on": plan.end_on,
        "reasons": told.format(score=score, **plan.words),
        "short_reasons": f"{score} av 100 poäng. "
        + ("Lägre kostnad för externa tjänster." if is_part else "Svarar väl mot utlysningens syfte."),
        "legal_grounds": texts.LEGAL_GROUNDS,
        "conditions": texts.CONDITIONS,
    }


def ending(kind: str, outcome: str, reasons: str) -> dict[str, Any]:
    return {"kind": kind, "outcome": outcome, "reasons": reasons, "short_reasons": reasons.split(".")[0] + "."}


def rejected(reasons: str, short: str) -> dict[str, Any]:
    return {
        "outcome": Outcome.REJECTED,
        "reasons": reasons,
        "short_reasons": short,
        "legal_grounds": texts.LEGAL_GROUNDS,
    }


def decide(tale: Tale, day: dt.date, *, dispatched: bool = True) -> None:
    """The decider makes the decision; the registrar dispatches it some days later."""
    with pretend(tale.moments.on(day)):
        tale.decision = evaluation.decide(tale.decision, by=tale.scene.cast.decider)
    if dispatched:
        with pretend(tale.moments.on(day + dt.timedelta(days=3))):
            tale.decision = evaluation.dispatch(tale.decision, by=tale.scene.cast.registrar)
