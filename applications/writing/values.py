"""What stands in the fields of a page, as a browser sends it, and a fingerprint of it that a page can carry.

A page says with the fingerprints what each field held when it was shown. So a save knows of every field whether the person
changed it, whether somebody else did, or both (``merged``).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict

Values = tuple[str, ...]
"""What a field sends: one text, or one for every box that is ticked."""
SEPARATOR = "\x1f"
IN_ROW = re.compile(r"(.+)-(\d{1,3})-[^-]+", re.ASCII)
"""The name of a field in one of several rows that are known by their place: which rows, which place."""
DIGITS = 12
MOST_BASES = 100_000


def spelled(values: Iterable[Any]) -> Values:
    """The values without what does not count as a difference: kinds of line breaks and spaces, order of boxes, nothing at all."""
    texts = [
        unicodedata.normalize("NFC", str(one).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")).strip()
        for one in values
    ]
    return tuple(sorted(text for text in texts if text))


def digest(values: Iterable[Any]) -> str:
    """The fingerprint of what a field holds."""
    return hashlib.sha256(SEPARATOR.join(spelled(values)).encode("utf-8", "replace")).hexdigest()[:DIGITS]


def value_of(bound: Any) -> Values:
    """What an unchanged field would send."""
    return sent(bound.value())


def sent(value: Any) -> Values:
    """A value as its field sends it."""
    if value is None or value is False or value == "":
        return ()
    if value is True:
        return ("on",)
    if isinstance(value, list | tuple | set) or hasattr(value, "values_list"):
        return tuple(str(getattr(one, "pk", one)) for one in value)
    return (str(getattr(value, "value", value)),)


def is_file(bound: Any) -> bool:
    return isinstance(bound.field, forms.FileField) or getattr(bound.field.widget, "needs_multipart_form", False)


def held_in(bound: Any) -> dict[str, Values]:
    """Every field of a section's forms with what stands in it; files apart, which are never saved while one writes."""
    return {one.html_name: value_of(one) for one in bound.fields() if not is_file(one)}


def managed_in(bound: Any) -> dict[str, Values]:
    """What the forms count with: how many rows there are."""
    found: dict[str, Values] = {}
    for source in bound.sources:
        if hasattr(source, "management_form"):
            found |= {one.html_name: (str(one.value()),) for one in source.management_form if one.value() is not None}
        for asked in getattr(source, "asked", ()):
            rows = {suffix.partition("-")[0] for suffix in asked.names if "-" in suffix}
            if rows:
                found[f"{asked.name}-rader"] = (str(len(rows)),)
    return found


def with_rows(managed: Mapping[str, Values], names: Iterable[str]) -> dict[str, Values]:
    """The same counts, of as many rows as these fields need."""
    found = dict(managed)
    for name in names:
        place = IN_ROW.fullmatch(name)
        for key in (f"{place[1]}-TOTAL_FORMS", f"{place[1]}-rader") if place else ():
            if key in found:
                found[key] = (str(max(int(found[key][0]), int(place[2]) + 1)),)  # type: ignore[index]
    return found


def as_post(*parts: Mapping[str, Values]) -> QueryDict:
    """The values as a form receives them; later parts stand over earlier ones."""
    post = QueryDict(mutable=True)
    for part in parts:
        for name, values in part.items():
            post.setlist(name, list(values))
    return post


def bases_of(values: Mapping[str, Values]) -> dict[str, str]:
    """The fingerprint of every field."""
    return {name: digest(held) for name, held in values.items()}


def read_bases(text: str) -> dict[str, str] | None:
    """The fingerprints that a page carried; None for a page without them, or with anything else in their place."""
    if not text or len(text) > MOST_BASES:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(isinstance(one, str) and len(one) <= DIGITS for one in found.values()):
        return None
    return found


def merged(
    mine: Mapping[str, Values], theirs: Mapping[str, Values], bases: Mapping[str, str]
) -> tuple[dict[str, Values], list[str]]:
    """What both have changed, put together, and the names of the fields that both changed to different things.

    ``bases``: what stood in each field when my page was shown. A field that only one of us changed is theirs or mine; one that
    my page never had is theirs.
    """
    found: dict[str, Values] = {}
    clashes = []
    for name in [*mine, *(name for name in theirs if name not in mine)]:
        own, other = mine.get(name, ()), theirs.get(name, ())
        base = bases.get(name)
        if (
            spelled(own) == spelled(other)
            or (name not in mine and base is None)
            or (base is not None and digest(own) == base)
        ):
            found[name] = other
        elif base is not None and digest(other) == base:
            found[name] = own
        else:
            found[name] = own
            clashes.append(name)
    return found, clashes


def one_text(values: Iterable[str]) -> str:
    """The values as the history keeps them: one for each line."""
    return "\n".join(values)


def label_of(bound: Any) -> str:
    """What a field is called in the history, with its row: "Part 2, organisation"."""
    called = str(getattr(bound.field, "called", "") or bound.label or bound.html_name)
    row = getattr(bound.form, "row_name", "")
    return (f"{row}, {called[:1].lower()}{called[1:]}" if row else called)[:300]
