"""The questions of an application: what the ordinance asks for, and what the authority needs to judge a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calls.models import Call


@dataclass(frozen=True)
class Question:
    """One question. The answer is stored in Application.answers[code]; ``max_chars`` is its limit in characters."""

    code: str
    label: str
    help_text: str
    max_chars: int = 4000
    rows: int = 6
    required: bool = True


# Source: förordning (2003:596) 8 § asks for purpose, goals, time plan and implementation; the rest is practice of the
# national application form (problem, target group, activities, organisation, results, spreading, risks).
STANDARD_QUESTIONS: tuple[Question, ...] = (
    Question(
        "problem",
        "Vilket problem ska projektet lösa?",
        "Beskriv läget i dag och vad som behöver ändras. Utgå från utlysningen.",
    ),
    Question(
        "purpose",
        "Vad är projektets syfte?",
        "Skriv varför projektet behövs och vad det ska leda till på sikt.",
        2000,
        4,
    ),
    Question(
        "goals",
        "Vilka mål har projektet?",
        "Skriv mål som går att följa upp. Ange hur ni mäter att ni har nått dem.",
    ),
    Question(
        "target_group",
        "Vilken är målgruppen?",
        "Skriv vilka som ska ha nytta av projektet och hur de är med i det.",
        2000,
        4,
    ),
    Question(
        "implementation",
        "Hur ska projektet genomföras?",
        "Beskriv arbetssätt och metod från start till slut.",
    ),
    Question("activities", "Vilka aktiviteter ingår?", "Räkna upp aktiviteterna och vad var och en ska ge."),
    Question("time_plan", "Hur ser tidplanen ut?", "Skriv när de viktigaste stegen börjar och är klara.", 2000, 4),
    Question(
        "organisation",
        "Hur är projektet organiserat?",
        "Beskriv projektledning, styrgrupp, bemanning och vad varje part ansvarar för.",
    ),
    Question(
        "results",
        "Vilka resultat väntar ni er?",
        "Beskriv vad som finns när projektet är slut och hur det används sedan.",
    ),
    Question(
        "spreading", "Hur sprider ni resultaten?", "Skriv hur andra regioner kan ta del av det ni lär er.", 2000, 4
    ),
    Question("risks", "Vilka risker ser ni?", "Skriv de viktigaste riskerna och hur ni hanterar dem.", 2000, 4),
)


def questions_for(call: Call) -> tuple[Question, ...]:
    """The questions of the call's application form, in order."""
    return STANDARD_QUESTIONS
