"""What differs between two texts, word by word, as pages show it: what stayed, what was taken away, what came."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

WORDS = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3}(?!\d))+|\s+|[^\W_]+|.", re.DOTALL)
"""A grouped number, white space, a word, or a sign."""
MOST_WORDS = 4_000
"""Above this the whole texts are set against each other: comparing them by words would take seconds."""
SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True)
class Piece:
    """A run of text. ``kind``: same, gone or new."""

    kind: str
    text: str


def words_of(text: str) -> list[str]:
    """The words, the signs and the spaces between them; joined they are the text."""
    return WORDS.findall(text)


def word_changes(old: str, new: str) -> list[Piece]:
    """The pieces in order: those that are not new make up ``old``, those that are not gone make up ``new``."""
    if old == new:
        return [Piece(SAME, new)] if new else []
    before, after = words_of(old), words_of(new)
    if len(before) + len(after) > MOST_WORDS:
        return [Piece(kind, text) for kind, text in ((GONE, old), (NEW, new)) if text]
    found: list[Piece] = []
    for what, a1, a2, b1, b2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece(SAME, "".join(after[b1:b2])))
            continue
        found += [
            Piece(kind, text) for kind, text in ((GONE, "".join(before[a1:a2])), (NEW, "".join(after[b1:b2]))) if text
        ]
    return found
