"""The forms of a page of the application, filled from the row or from what was posted."""

from __future__ import annotations

from typing import Any

from applications.enums import Section
from applications.models import Application
from applications.pages import Page
from applications.views.bound import BOUND, Bound, questions


def bound_of(application: Application, chosen: Page, post: Any = None, files: Any = None, blank: str = "") -> Bound:
    """The forms of a page. ``blank``: what gets one more row, "1" for the rows of a page that has one kind of them."""
    if chosen.questions:
        return questions(application, chosen, post, blank, files)
    if chosen.section == Section.PROJECT:
        bound: Bound = BOUND[chosen.section](application, post, blank, files)
        return bound
    return BOUND[chosen.value](application, post, 1 if blank else 0)  # type: ignore[no-any-return]
