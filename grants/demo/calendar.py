"""When things happened in the demo: days counted from the seeded call's deadline, in office hours, never in the future.

The dates follow the day of seeding, so that a demo built next year looks as fresh as one built today.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from grants.core.time import add_months, local_instant

DEADLINE_CLOCK = dt.time(15)
DAYS_BACK = {"open": 0, "review": 55, "decided": 85, "running": 225}
"""How long ago the seeded call closed, by the stage that its applications have reached."""
SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """The days that a demo is built around."""

    today: dt.date
    stage: str

    @property
    def deadline_day(self) -> dt.date:
        """The seeded call's last day, a weekday."""
        return weekday(self.today - dt.timedelta(days=DAYS_BACK[self.stage]), -1)

    @property
    def closes_at(self) -> dt.datetime:
        return local_instant(self.deadline_day, DEADLINE_CLOCK)

    @property
    def opens_at(self) -> dt.datetime:
        return local_instant(weekday(self.deadline_day - dt.timedelta(days=70), -1), dt.time(8))

    @property
    def earliest_start_on(self) -> dt.date:
        """The first day of the month after the seeded decisions went out."""
        return add_months(self.day(70).replace(day=1), 1)

    @property
    def open_year(self) -> int:
        """The year in which the open call closes: its 15 January is at least three weeks away."""
        year = self.today.year
        return year if dt.date(year, 1, 15) > self.today + dt.timedelta(days=21) else year + 1

    @property
    def open_closes_at(self) -> dt.datetime:
        return local_instant(dt.date(self.open_year, 1, 15), DEADLINE_CLOCK)

    @property
    def open_opens_at(self) -> dt.datetime:
        """21 October, or a month ago where that day has not come yet."""
        day = min(dt.date(self.open_year - 1, 10, 21), self.today - dt.timedelta(days=30))
        return local_instant(day, dt.time(8))

    def day(self, offset: int) -> dt.date:
        """The day that many days after the deadline."""
        return self.deadline_day + dt.timedelta(days=offset)


class Moments:
    """The instants of one case, each after the one before, in office hours and out of weekends."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.last: dt.datetime | None = None

    def on(self, day: dt.date, direction: int = 1) -> dt.datetime:
        """An instant on the day, in weekends on the next (1) or last (-1) day of work."""
        instant = office_hour(weekday(day, direction), self.rng)
        if self.last is not None and instant <= self.last:
            instant = self.last + dt.timedelta(minutes=self.rng.randrange(3, 20))
        self.last = instant
        return instant

    def soon(self) -> dt.datetime:
        """Some minutes after the last one."""
        assert self.last is not None
        self.last += dt.timedelta(minutes=self.rng.randrange(3, 15))
        return self.last


def weekday(day: dt.date, direction: int) -> dt.date:
    """The day itself, or the next (1) or last (-1) one that is not in a weekend."""
    while day.weekday() >= SATURDAY:
        day += dt.timedelta(days=direction)
    return day


def office_hour(day: dt.date, rng: random.Random) -> dt.datetime:
    """Some minute between 8 and 15 that day."""
    return local_instant(day, dt.time(rng.randrange(8, 15), rng.randrange(60), rng.randrange(60)))
