"""The menu of a call's set-up: every page by url name and label. A page that this installation lacks is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

from calls import parts

if TYPE_CHECKING:
    from calls.models import Call

PAGES = (
    *((part.url_name, part.label) for part in (parts.BASICS, parts.WORDING, parts.THEMES)),
    *((part.url_name, part.label) for part in (parts.APPLICANTS, parts.CONCERNS)),
    ("calls:questions", "Ansökans frågor"),
    *((part.url_name, part.label) for part in (parts.MONEY, parts.JUDGING, parts.DECISIONS)),
    ("calls:texts", "Mallar"),
    ("calls:answers", "Frågor och svar"),
)
"""(url name, label) in order. Add a page here; its address takes the call's code."""
OVERVIEW = "calls:overview"
"""The call's own page, first in the menu."""


@dataclass(frozen=True)
class SetupLink:
    """One entry: where it leads, and how many things are missing there before the call can be published."""

    label: str
    url: str
    is_current: bool
    missing: int = 0


def setup_menu(call: Call, current: str, missing: Iterable[str] = ()) -> list[SetupLink]:
    """The entries of a call's set-up. ``current`` and ``missing`` name pages as ``PAGES`` does, a page once per thing."""
    counts = Counter(missing)
    return [
        SetupLink(label, url, name == current, counts[name])
        for name, label in ((OVERVIEW, "Översikt"), *PAGES)
        if (url := page_url(call, name))
    ]


def page_of(where: str) -> str:
    """The url name of the page that a reason's place stands on: a field or list of a part, or "questions:…" of such a page."""
    part = parts.part_of(where)
    name = part.url_name if part else f"calls:{where.partition(':')[0]}"
    return name if name in dict(PAGES) else ""


def place_url(call: Call, where: str) -> str:
    """The address of the page that a reason's place stands on; a place in a page of its own ("questions:fraga-f3") is its anchor."""
    url = page_url(call, page_of(where))
    _, _, anchor = where.partition(":")
    return f"{url}#{anchor}" if url and anchor and parts.part_of(where) is None else url


def page_url(call: Call, name: str) -> str:
    """The address of a set-up page, or "" where this installation has no such page."""
    try:
        return reverse(name, args=[call.code])
    except NoReverseMatch:
        return ""
