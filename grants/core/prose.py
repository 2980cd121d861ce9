"""Texts that people write, as blocks: paragraphs and lists. Pages and letters read them the same way.

A list is lines that begin with "- " or "1. ", as one types them in a mail; a sign that a word processor pastes counts as "-".
A line that is moved in goes on with its point. Numbers stay the ones that were typed, since rules refer to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.template.defaultfilters import linebreaks_filter, linebreaksbr, urlize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_POINT = re.compile(r"[ \t]*(?:[-–*•▪·\uf0b7\uf0a7]|(\d{1,2})[.)])[ \t]+(\S.*)")
_MOVED_IN = re.compile(r"[ \t]+\S")
HOW_TO_LIST = "Börja raden med - för en punktlista eller 1. för en numrerad. Webbadresser blir länkar."
"""The hint of fields whose text is shown as prose."""


@dataclass
class Block:
    """A paragraph, with its lines, or a list, with its points. ``numbers`` are those that were typed."""

    lines: list[str] = field(default_factory=list)
    is_list: bool = False
    numbers: list[int] = field(default_factory=list)

    def continues(self, number: int | None, *, after_gap: bool) -> bool:
        """Whether a point with that number (None: a dash) belongs to this list; after an empty line only the next number does."""
        if not self.is_list or bool(self.numbers) != (number is not None):
            return False
        return number is None or not after_gap or number == self.numbers[-1] + 1


def blocks(text: str) -> list[Block]:
    """The text's paragraphs and lists in order. Empty lines part paragraphs."""
    found: list[Block] = []
    gap = True
    for line in text.splitlines():
        if not line.strip():
            gap = True
            continue
        match = _POINT.fullmatch(line)
        last = found[-1] if found else Block()
        if match:
            number = int(match[1]) if match[1] else None
            if not last.continues(number, after_gap=gap):
                last = Block(is_list=True)
                found.append(last)
            last.lines.append(match[2].strip())
            last.numbers += [] if number is None else [number]
        elif last.is_list and not gap and _MOVED_IN.match(line):
            last.lines[-1] += f"\n{line.strip()}"
        elif last.lines and not last.is_list and not gap:
            last.lines.append(line.strip())
        else:
            found.append(Block([line.strip()]))
        gap = False
    return found


def points(text: str) -> list[str]:
    """Each line as a point of a list, for fields that hold one thing a line: a dash before it may be typed or not."""
    return [
        match[2] if (match := _POINT.fullmatch(line)) else line for raw in text.splitlines() if (line := raw.strip())
    ]


def linked(text: str) -> SafeString:
    """One text, escaped, with web and mail addresses as links that read as what was typed, and line breaks kept."""
    return linebreaksbr(urlize("".join(text)))  # join: a text that was called safe is escaped like any other


def html(text: Any) -> SafeString:
    """The text as markup: nothing in it but what ``blocks`` and ``linked`` find is ever more than text."""
    return format_html_join("\n", "{}", ((_block(block),) for block in blocks(str(text or ""))))


def _block(block: Block) -> SafeString:
    if not block.is_list:
        return format_html("<p>{}</p>", linked("\n".join(block.lines)))
    if block.numbers:
        return format_html(
            '<ol class="points">{}</ol>', format_html_join("", '<li value="{}">{}</li>', _numbered(block))
        )
    rows = ((linked(point),) for point in block.lines)
    return format_html('<ul class="points">{}</ul>', format_html_join("", "<li>{}</li>", rows))


def _numbered(block: Block) -> Iterator[tuple[int, SafeString]]:
    return ((number, linked(point)) for number, point in zip(block.numbers, block.lines, strict=True))


def for_letter(text: str) -> list[Any]:
    """The text as the letters' template takes paragraphs: texts, and lists as {items, numbers}."""
    return [
        {"items": block.lines, "numbers": block.numbers} if block.is_list else "\n".join(block.lines)
        for block in blocks(text)
    ]


def for_letter_by_line(text: str) -> list[Any]:
    """The same, where each line is a paragraph: as reasons and conditions of decisions, questions and opinions are typed."""
    return [one for part in for_letter(text) for one in ([part] if isinstance(part, dict) else part.split("\n"))]


def of_letter(part: Any) -> SafeString:
    """What ``for_letter`` gives, as markup: the pages show a letter as it is printed."""
    if isinstance(part, dict):
        return _block(Block(lines=part["items"], is_list=True, numbers=part["numbers"]))
    return linebreaks_filter("".join(part), autoescape=True)
