"""What differs between two versions of an application, field by field, from their frozen content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from applications.enums import Section
from grants.core.differing import Piece, word_changes

Field = tuple[str, str, str]
"""Section, heading and label of a text."""


@dataclass(frozen=True)
class Difference:
    """A field whose text is another in the newer version; ``old`` is empty where it was added, ``new`` where it was taken away."""

    section: str
    label: str
    old: str
    new: str

    @property
    def pieces(self) -> list[Piece]:
        return word_changes(self.old, self.new)


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """Every field that differs, in the order of the newer version; what only the older one holds follows its section."""
    before, after = dict(fields_of(old)), dict(fields_of(new))
    order = [section.label for section in Section]
    keys = list(dict.fromkeys([*after, *before]))
    keys.sort(key=lambda key: order.index(key[0]) if key[0] in order else len(order))
    return [
        Difference(
            key[0], key[2] if key[1] in ("", key[2]) else f"{key[1]}: {key[2]}", before.get(key, ""), after.get(key, "")
        )
        for key in keys
        if before.get(key, "") != after.get(key, "")
    ]


def fields_of(content: dict[str, Any]) -> Iterator[tuple[Field, str]]:
    """Every text of the content with its place. The answer to a request for supplement is no part of the application."""
    for block in content["blocks"]:
        if "section" not in block:
            continue
        section, heading = _label(block["section"]), str(block.get("heading", ""))
        yield from _texts(section, heading, block)


def _label(value: str) -> str:
    return str(Section(value).label) if value in Section.values else value


def _texts(section: str, heading: str, block: dict[str, Any]) -> Iterator[tuple[Field, str]]:
    if block.get("paragraphs"):
        yield (section, "", heading), "\n\n".join(str(text) for text in block["paragraphs"])
    for label, value in block.get("facts") or []:
        yield (section, heading, str(label)), str(value or "")
    table = block.get("table")
    if table:
        yield from _cells(section, heading, table)
    for number, part in enumerate(block.get("parts") or [], 1):
        name = str(part.get("heading") or f"{heading} {number}")
        yield from _texts(section, name, part)
        if part.get("items"):
            yield (section, name, "Punkter"), "\n".join(str(item) for item in part["items"])


def _cells(section: str, heading: str, table: dict[str, Any]) -> Iterator[tuple[Field, str]]:
    """Each cell by its row's first cell and its column; rows that begin alike are numbered."""
    seen: dict[str, int] = {}
    heads = [str(head) for head in table.get("head") or []]
    for row in table.get("rows") or []:
        name = str(row[0]) if row else ""
        seen[name] = seen.get(name, 0) + 1
        name = name if seen[name] == 1 else f"{name} ({seen[name]})"
        if len(row) == 1:
            yield (section, heading, name), name
        for head, cell in zip(heads[1:], row[1:], strict=False):
            yield (section, heading, f"{name}, {head}"), str(cell)
