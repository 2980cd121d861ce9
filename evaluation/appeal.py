"""When a decision can no longer be appealed (laga kraft): three weeks from the day the party got it (44 § förvaltningslagen).

A last day that is a Saturday, Sunday, public holiday or one of the three eves moves to the next working day (2 § lagen
(1930:173) om beräkning av lagstadgad tid).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from grants.core.exceptions import Reason
from grants.core.time import format_day, stockholm, today

APPEAL_DAYS = 21
DAY = dt.timedelta(days=1)
SATURDAY = 5
FIXED = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}
"""Holidays and eves with a date of their own, as (month, day)."""
FROM_EASTER = (-2, 1, 39)
"""Good Friday, Easter Monday and Ascension Day, in days from Easter Day."""


def easter(year: int) -> dt.date:
    """Easter Day of the Gregorian calendar (the anonymous algorithm, in Meeus' spelling)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def is_free(day: dt.date) -> bool:
    """Whether a time set by law cannot end that day."""
    is_midsummer_eve = day.month == 6 and 19 <= day.day <= 25 and day.weekday() == 4
    return (
        day.weekday() >= SATURDAY
        or (day.month, day.day) in FIXED
        or is_midsummer_eve
        or (day - easter(day.year)).days in FROM_EASTER
    )


def last_day_to_appeal(received_on: dt.date) -> dt.date:
    """The last day on which an appeal is in time, for the party who got the decision that day."""
    day = received_on + dt.timedelta(days=APPEAL_DAYS)
    while is_free(day):
        day += DAY
    return day


def final_on(decision: Any, received_on: dt.date | None = None) -> dt.date:
    """The day from which the decision is final. Not appealable: the day it was made. Without a known day of receipt it is
    counted from dispatch, so the true day may be later, never earlier.
    """
    if not decision.is_appealable:
        return stockholm(decision.made_at).date()
    return last_day_to_appeal(received_on or stockholm(decision.dispatched_at).date()) + DAY


def too_early(decision: Any, received_on: dt.date | None = None, day: dt.date | None = None) -> list[Reason]:
    """Why the decision cannot be noted as final on the day, which is today unless said."""
    first = final_on(decision, received_on)
    if (day or today()) >= first:
        return []
    return [Reason(f"Tiden för att överklaga går ut tidigast {format_day(first - DAY)}. Vänta till dagen efter.")]


def faults_of_receipt(decision: Any, received_on: dt.date | None, day: dt.date) -> list[Reason]:
    """A day of receipt lies between the dispatch and the day it is noted."""
    if received_on is None:
        return []
    sent = stockholm(decision.dispatched_at).date()
    if received_on < sent:
        return [Reason(f"Beslutet expedierades {format_day(sent)}. Skriv den dagen eller en senare.", "received_on")]
    if received_on > day:
        return [Reason("Dagen då sökanden fick beslutet kan inte ligga i framtiden.", "received_on")]
    return []
