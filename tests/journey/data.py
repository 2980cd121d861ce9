"""What the people of the journey write, and on which days. The project has run for three months: support is paid in arrears."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import time_machine

from grants.core.time import add_months, format_day, local_instant, today

TITLE = "Tidig dialog om el och mark i Skellefteå"
CALL_TITLE = "Samlad planering"
CALL_CODE = "samlad-planering"
REGION = "Region Västerbotten"
MANAGER = "Utlysningsansvarig"
LEAD = f"Projektledare {REGION}"
SIGNER = f"Behörig företrädare {REGION}"
HANDLER = "Handläggare Nord"
ASSESSOR = "Bedömare Ett"
DECIDER = "Beslutsfattare"
PAYER = "Utbetalare"
AREA = "Innovation och förnyelse samt entreprenörskap och företagande i hela landet"

STAFF_SEK, SERVICES_SEK, FLAT_SEK = 800_000, 480_000, 120_000
TOTAL_SEK = STAFF_SEK + SERVICES_SEK + FLAT_SEK
APPLIED_SEK = 700_000
"""Half of the total; the flat rate is 15 % of staff."""
STAFF_PERIOD, SERVICES_PERIOD = "100 000,50", "40 000,00"
PAYABLE, PAYABLE_SEK = "77 500", 77_500
"""Half of 100 000,50 + 15 000,08 + 40 000,00 = 155 000,58, rounded half up once: 77 500."""

QUESTION = "Beskriv vem som ansvarar för underlaget när projektet är slut."
ANSWER = "Regionens avdelning för samhällsplanering ansvarar för underlaget."
ANSWERS = (
    "Vilket problem ska projektet lösa?",
    "Vad är projektets syfte?",
    "Vilka mål har projektet?",
    "Vilken är målgruppen?",
    "Hur ska projektet genomföras?",
    "Vilka aktiviteter ingår?",
    "Hur ser tidplanen ut?",
    "Hur är projektet organiserat?",
    "Vilka resultat väntar ni er?",
    "Hur sprider ni resultaten?",
    "Vilka risker ser ni?",
)


@dataclass(frozen=True)
class Days:
    """The days of the journey, from the day it is made. The project lies within one year, so that one budget year bears it."""

    today: dt.date = field(default_factory=today)

    @property
    def start(self) -> dt.date:
        return add_months(self.today, -4)

    @property
    def end(self) -> dt.date:
        return self.today - dt.timedelta(days=1)

    @property
    def years(self) -> list[int]:
        return list(range(self.start.year, self.end.year + 1))

    @property
    def period_end(self) -> dt.date:
        return add_months(self.start, 3)

    def when_it_began(self) -> Any:
        """The first day as the clock of this whole process: from the call to the decision. A project starts no earlier than its
        application came in, and is reported afterwards, so the rest happens today.
        """
        return time_machine.travel(local_instant(self.start, dt.time(9)), tick=True)

    def iso(self, name: str) -> str:
        return format_day(getattr(self, name))
