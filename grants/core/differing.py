"""What differs between two texts, word by word, as pages show it: what stayed, what was taken away, what came."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

WORDS = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3}(?!\d))+|\s+|[^\W_]+(?:[-.:@/][^\W_]+)*|.", re.DOTALL)
"""A grouped number, white space, a word (also a day, a time, an address), or a sign."""
MOST_WORK = 4_000_000
"""Words of one text times words of the other: beyond it the changed part is shown whole, since comparing takes the square of them."""
SAME, GONE, NEW = "same", "gone", "new"
AROUND = 200
"""Characters of unchanged text that ``shortened`` leaves on each side of a change."""


class Piece(NamedTuple):
    """A run of text. ``kind``: same, gone or new."""

    kind: str
    text: str


def words_of(text: str) -> list[str]:
    """The words, the signs and the spaces between them; joined they are the text."""
    return WORDS.findall(text)


def word_changes(old: str, new: str) -> list[Piece]:
    """The pieces in order: those that are not new make up ``old``, those that are not gone make up ``new``.

    What the texts begin and end with alike is found first, so that long texts stay quick.
    """
    before, after = words_of(old), words_of(new)
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    runs = [
        (SAME, before[:start]),
        *_compared(before[start : len(before) - end], after[start : len(after) - end]),
        (SAME, before[len(before) - end :]),
    ]
    return [Piece(kind, "".join(words)) for kind, words in runs if words]


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


def shortened(pieces: list[Piece]) -> list[Piece]:
    """The same with long unchanged stretches cut in the middle."""
    found = []
    for place, (kind, text) in enumerate(pieces):
        if kind == SAME and len(text) > 2 * AROUND:
            head = "" if place == 0 else text[:AROUND]
            tail = "" if place == len(pieces) - 1 else text[-AROUND:]
            text = f"{head} … {tail}"
        found.append(Piece(kind, text))
    return found
