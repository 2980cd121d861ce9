"""What a new call starts with, until its call manager changes it: the standard points of the formal check, and more."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from calls.enums import ConsultedBody, CostTypeCode


@dataclass(frozen=True)
class Point:
    """One question of the formal check that is answered yes or no; ``help_text`` says what to look at."""

    code: str
    question: str
    legal_ground: str
    help_text: str = ""


FORMAL_CHECK_POINTS = (
    Point(
        "in_time",
        "Har ansökan kommit in i tid?",
        "22 § förvaltningslagen (2017:900), utlysningens sista ansökningsdag",
        "En ansökan som kommit in sent är märkt med det.",
    ),
    Point(
        "eligible_applicant",
        "Får sökanden söka stöd i utlysningen?",
        "1 § förordning (2003:596), utlysningens text om vem som kan söka",
    ),
    Point(
        "authorised",
        "Är ansökan inskickad av någon som får företräda sökanden?",
        "14–15 §§ förvaltningslagen (2017:900)",
    ),
    Point(
        "complete",
        "Har ansökan det innehåll som krävs?",
        "8 § förordning (2003:596)",
        "Stödmottagare, syfte, mål, tidsplan, genomförande, budget och finansieringsplan.",
    ),
    Point(
        "limited_project",
        "Är projektet avgränsat i tid, ekonomi och arbete, och inte löpande verksamhet?",
        "1–2 §§ förordning (2003:596)",
    ),
    Point(
        "cofinancing",
        "Är medfinansieringen ordnad och stödandelen inom gränsen?",
        "5 § förordning (2003:596), utlysningens högsta stödandel",
    ),
    Point(
        "within_call",
        "Ryms belopp och projekttid inom utlysningens ramar?",
        "Utlysningens villkor",
    ),
    Point(
        "no_state_aid",
        "Går projektet att ge stöd utan att det blir statligt stöd till företag?",
        "2 § förordning (2003:596)",
    ),
)
CONSULTATION_DAYS = 21
COST_TYPES = {
    CostTypeCode.STAFF: "Lön och sociala avgifter för dem som arbetar i projektet.",
    CostTypeCode.SERVICES: "Till exempel utredning och utvärdering. Konsulters resor räknas hit.",
    CostTypeCode.TRAVEL: "Resor i projektet för er egen personal.",
    CostTypeCode.INDIRECT: "Kostnader som projektet delar med resten av verksamheten.",
    CostTypeCode.IN_KIND: "Till exempel arbetstid som en part ger projektet. Lika stort i finansieringen, med en bifogad beräkning.",
}
"""What most calls for regional projects allow, with what belongs to each (DOMAIN 1.6)."""


def starting_lists() -> dict[str, list[dict[str, Any]]]:
    """The lists of a new call: among them consultation of the region (3 § förordning 2003:596). Which decisions can be
    appealed is left to be said.
    """
    return {
        "formal_check_points": [asdict(point) for point in FORMAL_CHECK_POINTS],
        "consultations": [{"body": ConsultedBody.REGION, "answer_days": CONSULTATION_DAYS}],
        "cost_types": [{"code": code, "label": code.label, "help_text": text} for code, text in COST_TYPES.items()],
    }
