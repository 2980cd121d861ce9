"""Time: instants in UTC in the database, Europe/Stockholm on the screens, compared only in UTC (TRUST INV-17)."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)


_pretended: ContextVar[dt.datetime | None] = ContextVar("pretended", default=None)
_is_out_of_reach: ContextVar[bool] = ContextVar("clock out of reach", default=False)


def now() -> dt.datetime:
    """The present instant, in UTC."""
    if _is_out_of_reach.get():
        raise RuntimeError("What is made here is used at other times too: give it the day or instant as a value.")
    return _pretended.get() or timezone.now()


@contextmanager
def without_clock() -> Iterator[None]:
    """Let ``now`` and ``today`` raise RuntimeError inside the block, where something is made that outlives the day."""
    token = _is_out_of_reach.set(True)
    try:
        yield
    finally:
        _is_out_of_reach.reset(token)


@contextmanager
def pretend(instant: dt.datetime) -> Iterator[None]:
    """Let ``now`` answer this instant inside the block, in this thread or task only.

    For seeding a demo's history through the real actions, and nothing else: raises RuntimeError where settings.DEMO is
    off, so that no case with real people in it can ever be dated back.
    """
    if not settings.DEMO:
        raise RuntimeError("The clock can be pretended in demo databases only.")
    token = _pretended.set(instant.astimezone(dt.UTC))
    try:
        yield
    finally:
        _pretended.reset(token)


def today() -> dt.date:
    """The present day in Sweden."""
    return now().astimezone(STOCKHOLM).date()


def stockholm(instant: dt.datetime) -> dt.datetime:
    """The instant as Swedish wall-clock time, for showing only."""
    return instant.astimezone(STOCKHOLM)


def day_start(day: dt.date) -> dt.datetime:
    """The first instant of the day in Sweden, in UTC. A last day's end is ``day_start(day + 1 day)``: half-open."""
    return dt.datetime.combine(day, dt.time.min, STOCKHOLM).astimezone(dt.UTC)


def local_instant(day: dt.date, clock: dt.time) -> dt.datetime:
    """Swedish day and clock as an instant in UTC.

    Raises ValueError with the sentence to show when the hour does not exist or exists twice as clocks change.
    """
    naive = dt.datetime.combine(day, clock.replace(tzinfo=None))
    first, second = (naive.replace(tzinfo=STOCKHOLM, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    if first != second:
        if first.astimezone(STOCKHOLM).replace(tzinfo=None) != naive:
            raise ValueError(
                "Klockslaget finns inte den dagen, eftersom klockan ställs fram till sommartid. Välj en annan tid."
            )
        raise ValueError(
            "Klockslaget finns två gånger den dagen, eftersom klockan ställs tillbaka. Välj en tid efter 03.00 eller före 02.00."
        )
    return first


def parse_day(text: str) -> dt.date:
    """ÅÅÅÅ-MM-DD as a date. Raises ValueError with the sentence to show."""
    text = text.strip()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-01-15.")
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Datumet {text} finns inte. Kontrollera månad och dag.") from None
    if not 1990 <= day.year <= 2100:
        raise ValueError("Skriv ett år mellan 1990 och 2100.")
    return day


def parse_clock(text: str) -> dt.time:
    """15.00 or 15:00 as a time. Raises ValueError with the sentence to show."""
    match = re.fullmatch(r"(\d{1,2})[.:](\d{2})", text.strip(), re.ASCII)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError("Skriv klockslaget som TT.MM, till exempel 15.00.")
    return dt.time(int(match[1]), int(match[2]))


def format_day(day: dt.date) -> str:
    """2026-11-22."""
    return day.isoformat()


def format_long_day(day: dt.date) -> str:
    """15 januari 2027."""
    return f"{day.day}\u00a0{MONTHS[day.month - 1]} {day.year}"


def format_clock(instant: dt.datetime) -> str:
    """kl. 15.00, Swedish time."""
    return f"kl.\u00a0{stockholm(instant):%H.%M}"


def format_instant(instant: dt.datetime) -> str:
    """2026-11-22 kl. 14.32, Swedish time."""
    return f"{stockholm(instant):%Y-%m-%d} {format_clock(instant)}"


def format_second(instant: dt.datetime) -> str:
    """2026-11-22 kl. 14.32.05, Swedish time: where a second decides."""
    return f"{format_instant(instant)}.{stockholm(instant):%S}"


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month that many months on, or the month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def whole_months(first: dt.date, last: dt.date) -> int:
    """How many whole months there are from and including the first day to and including the last."""
    after = last + dt.timedelta(days=1)
    found = (after.year - first.year) * 12 + after.month - first.month
    return found if add_months(first, found) <= after else found - 1
