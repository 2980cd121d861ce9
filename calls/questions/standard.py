"""The questions that a new call begins with: what the ordinance asks for, and what an authority needs to judge a project.

Source: förordning (2003:596) 8 § asks for purpose, goals, time plan and implementation; the rest is practice of the national
application form (DOMAIN 1.5: problem, target group, activities, organisation, results, spreading, risks).
"""

from __future__ import annotations

from typing import Any

SECTION = ("projektet", "Frågor om projektet")
STANDARD_QUESTIONS: tuple[tuple[str, str, str, int], ...] = (
    (
        "problem",
        "Vilket problem ska projektet lösa?",
        "Beskriv läget i dag och vad som behöver ändras. Utgå från utlysningen.",
        4000,
    ),
    (
        "purpose",
        "Vad är projektets syfte?",
        "Skriv varför projektet behövs och vad det ska leda till på sikt.",
        2000,
    ),
    (
        "goals",
        "Vilka mål har projektet?",
        "Skriv mål som går att följa upp. Ange hur ni mäter att ni har nått dem.",
        4000,
    ),
    (
        "target_group",
        "Vilken är målgruppen?",
        "Skriv vilka som ska ha nytta av projektet och hur de är med i det.",
        2000,
    ),
    ("implementation", "Hur ska projektet genomföras?", "Beskriv arbetssätt och metod från start till slut.", 4000),
    ("activities", "Vilka aktiviteter ingår?", "Räkna upp aktiviteterna och vad var och en ska ge.", 4000),
    ("time_plan", "Hur ser tidplanen ut?", "Skriv när de viktigaste stegen börjar och är klara.", 2000),
    (
        "organisation",
        "Hur är projektet organiserat?",
        "Beskriv projektledning, styrgrupp, bemanning och vad varje part ansvarar för.",
        4000,
    ),
    (
        "results",
        "Vilka resultat väntar ni er?",
        "Beskriv vad som finns när projektet är slut och hur det används sedan.",
        4000,
    ),
    ("spreading", "Hur sprider ni resultaten?", "Skriv hur andra regioner kan ta del av det ni lär er.", 2000),
    ("risks", "Vilka risker ser ni?", "Skriv de viktigaste riskerna och hur ni hanterar dem.", 2000),
)
"""Code, question, help text and the limit in characters. All must be answered."""


def make_standard_form(call: Any, form_version: Any, section: Any, question: Any, *, frozen_at: Any = None) -> Any:
    """The standard questions as rows of the call's first version. The models are given, so that migrations can call it too."""
    form = form_version.objects.create(call=call, number=1)
    code, title = SECTION
    first = section.objects.create(form=form, code=code, title=title, order=1)
    question.objects.bulk_create(
        [
            question(
                form=form,
                section=first,
                code=code,
                kind="text",
                label=label,
                help_text=help_text,
                required="always",
                settings={"most": most, "unit": "chars"},
                order=order,
            )
            for order, (code, label, help_text, most) in enumerate(STANDARD_QUESTIONS, 1)
        ]
    )
    if frozen_at is not None:  # last: a frozen version takes no more questions
        form.frozen_at = frozen_at
        form.save()
    return form
