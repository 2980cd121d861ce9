"""The pages of the form. Each belongs to a section; a call with several sections of questions has a page for each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from applications.answers import form_of
from applications.enums import Section
from calls.questions import sections_of

QUESTIONS = "fragor-"
"""Begins the address of a page of questions; the code of its section follows, which never changes."""


PLACE = "geografi"
"""The page on place, which belongs to the objectives; only calls that ask have it."""


@dataclass(frozen=True)
class Page:
    """``value``: its address. ``section``: what a request for supplement opens. ``questions``: the code of its questions."""

    value: str
    label: str
    section: Section
    questions: str = ""

    def __str__(self) -> str:
        return self.value


def pages_of(application: Any) -> list[Page]:
    """Every page in order. The questions of a call with one section stand on the page of the project itself."""
    found = []
    for section in Section:
        found.append(Page(section.value, section.label, section))
        if section == Section.PROJECT:
            found += [
                Page(f"{QUESTIONS}{one.code}", one.title, Section.PROJECT, one.code) for one in divided(application)
            ]
        if section == Section.OBJECTIVES and application.call.asks_spatial:
            found.append(Page(PLACE, "Plats och rumslighet", Section.OBJECTIVES))
    return found


def open_pages(application: Any) -> list[Page]:
    """Those that the form shows: of a working copy for a supplement only what the authority asked for."""
    pages = pages_of(application)
    if not application.supplement_id:
        return pages
    return [page for page in pages if page.section in application.supplement.sections]


def divided(application: Any) -> list[Any]:
    """The sections of questions that have pages of their own: all that ask something, when they are more than one."""
    asking = [one for one in sections_of(form_of(application)) if one.questions.all()]
    return asking if len(asking) > 1 else []


def page_of(application: Any) -> Callable[[Any], str]:
    """A function that says on which page a question is asked."""
    pages = {one.pk: f"{QUESTIONS}{one.code}" for one in divided(application)}
    return lambda question: pages.get(question.section_id, Section.PROJECT.value)


def is_address(value: str) -> bool:
    """Whether some page may have that address."""
    return value in Section.values or value == PLACE or value.startswith(QUESTIONS)


def section_of(value: str) -> Section:
    """The section that a page with that address belongs to."""
    if value in Section.values:
        return Section(value)
    return Section.OBJECTIVES if value == PLACE else Section.PROJECT


def find_page(application: Any, value: str) -> Page | None:
    """The page with that address, or None."""
    return next((page for page in pages_of(application) if page.value == value), None)
