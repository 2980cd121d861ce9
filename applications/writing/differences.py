"""What differs between two texts, word by word, for people to read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

TOKEN = re.compile(r"\s+|\w+(?:[-.:@/]\w+)*|[^\w\s]")
MOST_WORK = 400_000
"""Words of one text times words of the other: beyond it the changed part is shown whole, since comparing takes the square of them."""
SAME, GONE, NEW = "same", "gone", "new"
AROUND = 200
"""Characters of unchanged text that are shown on each side of a change."""


def differences(old: str, new: str) -> list[tuple[str, str]]:
    """(same, gone or new; text) in order. What the texts begin and end with alike is found first, so that long texts stay quick."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    middle_old, middle_new = before[start : len(before) - end], after[start : len(after) - end]
    parts = [(SAME, before[:start]), *_compared(middle_old, middle_new), (SAME, before[len(before) - end :])]
    return [(kind, "".join(words)) for kind, words in parts if words]


def _compared(before: list[str], after: list[str]) -> Iterator[tuple[str, list[str]]]:
    if len(before) * len(after) > MOST_WORK:
        yield from ((GONE, before), (NEW, after))
        return
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield SAME, before[a:b]
        else:
            yield GONE, before[a:b]
            yield NEW, after[c:d]


def shortened(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same with long unchanged stretches cut in the middle."""
    found = []
    for place, (kind, text) in enumerate(parts):
        if kind == SAME and len(text) > 2 * AROUND:
            head = "" if place == 0 else text[:AROUND]
            tail = "" if place == len(parts) - 1 else text[-AROUND:]
            text = f"{head} … {tail}"
        found.append((kind, text))
    return found
