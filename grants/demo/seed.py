"""Building a demo: people, calls, and applications as far as the stage says, through the real actions only.

Mail and renderings are left out while the past is told (grants.core.quiet) and the clock is pretended (grants.core.time).
Applications are taken in batches, each one transaction: what is seeded is whole, also when somebody stops it.
"""

from __future__ import annotations

import gc
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from applications.models import Application
from calls import actions as calls
from calls.models import Call
from grants.core.held import in_one_piece
from grants.core.quiet import quiet
from grants.core.time import pretend, today
from grants.demo import following, funding, people, story
from grants.demo.calendar import Calendar, Moments
from grants.demo.cast import Cast
from grants.demo.content import Library, Plan, plans
from grants.demo.story import Purse, Scene, Tale

STAGES = ("open", "review", "decided", "running")
BATCH = 100
FOLLOWED = 500
"""Granted projects that are told on to reports and payments, and applications among which some are supplemented. In a very
large demo the others have begun, and no more, and were complete as they came in: supplementing is half of what a case costs.
"""
BESIDE = 30
"""Applications in the open call beside the seeded ones, so that every handler and assessor has something to do."""

Progress = Callable[[str, int, int], None]


class AlreadySeeded(RuntimeError):
    """The database holds demo people or applications already."""


def is_seeded() -> bool:
    """Whether somebody has built a demo here, or applied for anything."""
    return Application.objects.exists() or people.User.objects.filter(email=people.address("Beslutsfattare")).exists()


def seed(stage: str, number: int, seed_number: int, progress: Progress = lambda what, done, total: None) -> Call:
    """Build the demo; returns the call that is open beside. Raises NotADemo or AlreadySeeded; then nothing is written."""
    people.require_demo()
    if is_seeded():
        raise AlreadySeeded
    with quiet(), collecting_young():
        people.ensure_people()
        calls.load_history()
        calendar = Calendar(today(), stage)
        cast, library = Cast(), Library()
        call = funding.open_call(calendar, cast.manager)
        open_scene = Scene(cast, calendar, call)
        if stage == "open":
            fill_open_call(open_scene, library, number, seed_number, progress)
        else:
            seed_closed_call(calendar, cast, library, number, seed_number, progress)
            fill_open_call(open_scene, library, BESIDE, seed_number + 1, lambda what, done, total: None)
    return call


def seed_closed_call(
    calendar: Calendar, cast: Cast, library: Library, number: int, seed_number: int, progress: Progress
) -> None:
    """The seeded call with its applications, as far as the calendar's stage says."""
    planned = list(plans(library, number, random.Random(seed_number), calendar.earliest_start_on))
    call = funding.seeded_call(calendar, planned, cast.manager)
    scene = Scene(cast, calendar, call)
    tales = [tale_of(plan, scene, seed_number) for plan in planned]
    # In the order of arrival, so that register numbers follow the days.
    tales.sort(key=lambda tale: (tale.sent_on, tale.plan.index))
    for tale in in_batches("Ansökningar", tales, progress):
        story.write(tale)
        if not tale.plan.is_late:
            story.send(tale)
    with pretend(calendar.closes_at):
        calls.close_call(call)
    for tale in in_batches("Sent inkomna", [tale for tale in tales if tale.plan.is_late], progress):
        story.send(tale)
    # The best first: that is how money is spread until it ends.
    tales.sort(key=lambda tale: (-tale.points_sum, tale.plan.index))
    purse = Purse({row.year: row.budget_sek for row in call.year_budgets.all()})
    for tale in in_batches("Granskning och beslut", tales, progress):
        handle(tale, purse)


def handle(tale: Tale, purse: Purse) -> None:
    """From the handler's first look as far as the stage says, in one piece: the rows are locked and read once."""
    stage = tale.scene.calendar.stage
    (review_half_way if stage == "review" else review_whole)(tale)
    if not is_ready(tale) or (stage == "review" and tale.plan.index % 10 not in (8, 9)):
        return
    story.propose(tale, tale.day(45), purse)
    if stage == "review" or tale.plan.is_straggler:
        return
    story.decide(tale, tale.day(56))
    if stage == "running":
        following.follow(tale, is_told_on=purse.granted <= FOLLOWED)


def is_ready(tale: Tale) -> bool:
    """Whether the case has what a proposal needs: assessments, or a reason to end without them."""
    assert tale.review is not None
    return tale.review.score is not None or tale.plan.is_late or tale.plan.is_withdrawn


def tale_of(plan: Plan, scene: Scene, seed_number: int) -> Tale:
    """The plan's tale with a random source of its own, so that no application hangs on another one's."""
    rng = random.Random(f"{seed_number}:{plan.index}")
    days = 1 if plan.is_late else -1 - int(45 * rng.random() ** 2)
    return Tale(plan, scene, rng, Moments(rng), scene.calendar.day(days))


def review_whole(tale: Tale) -> None:
    """From the handler's first look to the last assessment."""
    if tale.plan.is_withdrawn:
        story.withdraw(tale, tale.day(5))
        return
    story.take_up(tale, tale.day(5))
    if tale.plan.is_supplemented and tale.plan.index < FOLLOWED:
        story.ask(tale, tale.day(8))
        story.answer(tale, tale.day(17))
    story.check(tale)
    if tale.plan.is_late:
        return
    story.finish_check(tale, tale.day(22))
    story.assess(tale, tale.day(26))


def review_half_way(tale: Tale) -> None:
    """A desk in the middle of its work: some cases untouched, some waiting for an answer, some assessed."""
    place = tale.plan.index % 10
    if tale.plan.is_withdrawn or tale.plan.is_late or place >= 5:
        review_whole(tale)
        return
    if place == 0:
        return
    story.take_up(tale, tale.day(41))
    if place == 3:
        story.ask(tale, tale.day(46))
        return
    story.check(tale, points=4 if place == 1 else len(story.FORMAL_CHECK_POINTS))
    if place == 4:
        story.finish_check(tale, tale.day(44))
        story.assess(tale, tale.day(47), assessors=1, complete=tale.plan.index % 20 < 10)


def fill_open_call(scene: Scene, library: Library, number: int, seed_number: int, progress: Progress) -> None:
    """Applications in the call that is open: every other one still a draft, the rest received and on their way."""
    calendar = scene.calendar
    opened_on = calendar.open_opens_at.date()
    room = (calendar.today - opened_on).days
    start_on = scene.call.earliest_start_on
    assert start_on is not None
    tales = []
    for plan in plans(library, number, random.Random(seed_number), start_on):
        rng = random.Random(f"{seed_number}:{plan.index}")
        sent_on = opened_on + (calendar.today - opened_on) * rng.uniform(0.4, 0.7)
        tales.append(Tale(plan, scene, rng, Moments(rng), sent_on))
    assert room >= 14, "The open call has been open for at least two weeks."
    tales.sort(key=lambda tale: (tale.sent_on, tale.plan.index))
    received: Counter[Any] = Counter()
    for tale in in_batches("Öppen utlysning", tales, progress):
        is_draft = tale.plan.index % 2 == 0
        story.write(tale, sections=1 + tale.plan.index // 2 % 4 if is_draft else 4)
        if is_draft:
            if story.is_complete(tale):
                story.ask_to_sign(tale)
            continue
        story.send(tale)
        begin(tale, received[tale.handler] % 4)
        received[tale.handler] += 1


def begin(tale: Tale, steps: int) -> None:
    """What has happened since an application came in: nothing yet, taken up, asked about, or handed to the assessors."""
    today = tale.scene.calendar.today
    quarter = (today - tale.sent_on) / 4
    if steps == 0:
        return
    story.take_up(tale, tale.sent_on + quarter)
    if steps == 2:
        story.ask(tale, tale.sent_on + 2 * quarter)
    elif steps == 3:
        story.check(tale)
        story.finish_check(tale, tale.sent_on + 2 * quarter)
        story.assess(tale, tale.sent_on + 3 * quarter, assessors=0)


def in_batches(what: str, tales: Iterable[Tale], progress: Progress) -> Iterator[Tale]:
    """The tales, so many in one transaction, with the progress told after each batch."""
    tales = list(tales)
    left: Iterator[Tale] = iter(tales)
    done = 0
    while batch := list(islice(left, BATCH)):
        with in_one_piece():
            yield from batch
        for tale in batch:
            tale.let_go()
        gc.collect(1)
        done += len(batch)
        progress(what, done, len(tales))


@contextmanager
def collecting_young() -> Iterator[None]:
    """Collect no cyclic garbage while the block runs, but for what ``in_batches`` collects after each batch: the young.

    The tales keep everything that they have made, so a full collection looks through ever more that lives: with automatic
    collections five hundred applications cost more each than a hundred and fifty.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
