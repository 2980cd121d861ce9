"""Questions that are asked when another has a certain answer: who is asked what, and which conditions cannot be kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from calls.enums import Required
from calls.questions.registry import kind_of
from grants.core.exceptions import Reason

MOST_SHOWN = 80
"""Letters of a question's words in a drop-down list."""


def has_condition(question: Any) -> bool:
    return bool(question.required == Required.WHEN)


def is_answered_so(question: Any, wanted: str, answer: Any) -> bool:
    """Whether a closed question's answer is, or for several options holds, the wanted one."""
    return wanted in answer if isinstance(answer, list) else answer == wanted


def asked_codes(questions: Iterable[Any], answers: Mapping[str, Any]) -> set[str]:
    """The codes that apply with these answers. What depends on a question that does not apply does not apply either."""
    found: dict[str, Any] = {}
    for question in questions:
        if not has_condition(question):
            found[question.code] = question
            continue
        other = found.get(question.condition_code)
        if other is not None and is_answered_so(other, question.condition_value, answers.get(other.code)):
            found[question.code] = question
    return set(found)


def must_answer(question: Any) -> bool:
    """Whether it must be answered where it applies."""
    return bool(question.required != Required.NEVER)


def label_of_value(other: Any, value: str) -> str:
    """The answer that a condition waits for, as people read it."""
    return dict(kind_of(other).closed_answers(other.settings)).get(value, value)


def sentence(question: Any, by_code: Mapping[str, Any]) -> str:
    """ "Svara om ni har svarat ”Ja” på ”Söker ni även annat stöd?”." """
    other = by_code.get(question.condition_code)
    if not has_condition(question) or other is None:
        return ""
    return f"Svara om ni har svarat ”{label_of_value(other, question.condition_value)}” på ”{other.label}”."


def fault_of(question: Any, earlier: Mapping[str, Any], everything: Mapping[str, Any]) -> Reason | None:
    """Why the condition of a question cannot be kept, at the field that is wrong. ``earlier``: the questions above it."""
    if not has_condition(question):
        return None
    code, value = question.condition_code, question.condition_value
    if not code:
        return Reason("Välj vilken fråga och vilket svar det beror på.", "condition")
    if code == question.code:
        return Reason("En fråga kan inte bero på sig själv. Välj en annan fråga.", "condition")
    if code not in everything:
        return Reason("Frågan som den beror på finns inte längre. Välj en annan.", "condition")
    if code not in earlier:
        return Reason(
            f"”{everything[code].label}” står efter den här frågan. Välj en fråga som står före.", "condition"
        )
    other = earlier[code]
    if not kind_of(other).is_closed:
        return Reason(f"”{other.label}” har inga bestämda svar att bero på. Välj en annan fråga.", "condition")
    if value not in dict(kind_of(other).closed_answers(other.settings)):
        return Reason(f"Svaret finns inte längre bland svaren på ”{other.label}”. Välj ett annat.", "condition")
    return None


def faults_of(questions: list[Any]) -> list[tuple[Any, Reason]]:
    """Every condition that cannot be kept, with its question. ``questions`` in the order in which they are asked."""
    everything = {question.code: question for question in questions}
    earlier: dict[str, Any] = {}
    found = []
    for question in questions:
        fault = fault_of(question, earlier, everything)
        if fault is not None:
            found.append((question, fault))
        earlier[question.code] = question
    return found


def choices(questions: Iterable[Any]) -> list[tuple[str, str]]:
    """What a condition can be chosen from: "code=value" of each answer to a closed question, with both in words."""
    return [
        (f"{question.code}={value}", f"”{label}” på ”{shortened(question.label)}”")
        for question in questions
        for value, label in kind_of(question).closed_answers(question.settings)
    ]


def shortened(label: str) -> str:
    return label if len(label) <= MOST_SHOWN else f"{label[:MOST_SHOWN].rstrip()} …"


def told_elsewhere(question: Any, everything: Mapping[str, Any], before: Mapping[str, Any]) -> Reason:
    """The fault of a question that depends on the one being changed, to whoever moves, changes or removes that one.

    It stands at the field that takes the answer away. ``before``: each closed question's label and answers as they are stored.
    """
    label, answers = before.get(question.condition_code, ("", {}))
    answer = answers.get(question.condition_value, question.condition_value)
    other = everything.get(question.condition_code)
    if other is None:
        keep, where = "Ta inte bort den", ""
    elif not kind_of(other).is_closed:
        keep, where = "Låt slaget av svar stå kvar", "kind"
    elif question.condition_value not in dict(kind_of(other).closed_answers(other.settings)):
        keep, where = f"Låt ”{answer}” stå kvar ordagrant", "options"
    else:
        keep, where = "Låt den frågan stå före", "place"
    asked = shortened(question.label)
    return Reason(
        f"Frågan ”{asked}” ställs bara vid svaret ”{answer}” på ”{shortened(label)}”. {keep}, eller ändra först när "
        f"”{asked}” ställs.",
        where,
    )
