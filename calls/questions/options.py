"""The options of a question as the call manager writes them, one a line, each with a key that stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from calls.questions import parsing
from calls.questions.base import Fault
from calls.questions.fields import long_text

MOST_OPTIONS = 50
LONGEST = 200


def options_field() -> forms.Field:
    return long_text(
        "Svarsalternativ",
        rows=6,
        help_text="Skriv ett alternativ per rad. Ett alternativ som du skriver om räknas som ett nytt.",
    )


def as_lines(settings: Mapping[str, Any]) -> str:
    return "\n".join(label for _, label in pairs(settings))


def pairs(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(key, label) of each option."""
    return [(str(one["key"]), str(one["label"])) for one in settings.get("options") or ()]


def read_options(raw: Any, before: Mapping[str, Any], faults: list[Fault]) -> list[dict[str, str]]:
    """The options of the lines. An option whose words stand keeps its key; a key is never used for other words."""
    try:
        text = parsing.text(raw)
    except ValueError as fault:
        faults.append((str(fault), "options"))
        return []
    labels = [clean for line in text.split("\n") if (clean := parsing.text(line, one_line=True))]
    if len(labels) < 2:
        faults.append(("Skriv minst två svarsalternativ, ett per rad.", "options"))
    elif len(labels) > MOST_OPTIONS:
        faults.append((f"Skriv högst {MOST_OPTIONS} svarsalternativ.", "options"))
    elif len({label.casefold() for label in labels}) < len(labels):
        faults.append(("Samma svarsalternativ står två gånger. Ta bort det ena.", "options"))
    elif any(len(label) > LONGEST for label in labels):
        faults.append((f"Ett svarsalternativ är för långt. Skriv högst {LONGEST} tecken.", "options"))
    if faults:
        return []
    held = {label: key for key, label in pairs(before)}
    highest = max([int(before.get("last_key") or 0), *(int(key[1:]) for key in held.values() if key[1:].isdigit())])
    found = []
    for label in labels:
        if label not in held:
            highest += 1
        found.append({"key": held.get(label) or f"a{highest}", "label": label})
    return found


def last_key(options: list[dict[str, str]], before: Mapping[str, Any]) -> int:
    """The highest number that a key has ever had, so that the key of a removed option is not given to another."""
    return max(
        [int(before.get("last_key") or 0), *(int(one["key"][1:]) for one in options if one["key"][1:].isdigit())]
    )
