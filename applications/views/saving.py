"""Saving a whole page: what several people changed meanwhile is put together, field by field; every change goes into the history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict

from applications.drafting import saved
from applications.models import Application
from applications.pages import Page
from applications.views.bound import Bound
from applications.views.forms_of_page import bound_of
from applications.writing import revisions
from applications.writing.revisions import Change
from applications.writing.typed import kept_on, without
from applications.writing.values import (
    IN_ROW,
    Values,
    as_post,
    bases_of,
    digest,
    held_in,
    label_of,
    managed_in,
    merged,
    read_bases,
    spelled,
    with_rows,
)
from grants.core.exceptions import Blocked, Stale
from grants.core.held import in_one_piece
from grants.core.locks import lock


class Together(Stale):
    """Several have changed the same fields: those, and what the page sends with everything else put together."""

    def __init__(self, clashes: list[Change], post: QueryDict):
        self.clashes, self.post = clashes, post
        super().__init__()


class Faulty(Blocked):
    """Put together with what others saved, the page has a fault of its own: its forms say where."""

    def __init__(self, bound: Bound):
        self.bound = bound
        super().__init__([])


@dataclass
class Standing:
    """What a page holds now: its fields with what is stored in them, or typed there and not stored."""

    stored: dict[str, Values]
    typed: dict[str, Values] = field(default_factory=dict)
    managed: dict[str, Values] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Values]:
        return {**self.stored, **self.typed}

    @property
    def post(self) -> QueryDict:
        """What the page would send as it stands."""
        return as_post(self.managed, self.values)


def standing_on(application: Application, page: Page, bound: Bound) -> Standing:
    """``bound``: the page's forms, filled from the row."""
    stored = held_in(bound)
    managed = managed_in(bound)
    kept = {name: one.values for name, one in kept_on(application, page.value).items()}
    wider = with_rows(managed, kept)
    typed = {name: values for name, values in kept.items() if name in stored or is_in_row(name, managed)}
    return Standing(stored, typed, wider)


def is_in_row(name: str, managed: dict[str, Values]) -> bool:
    """Whether the field stands in a row of the page: one that is not stored comes back too, with what was typed in it."""
    place = IN_ROW.fullmatch(name)
    return place is not None and (f"{place[1]}-TOTAL_FORMS" in managed or f"{place[1]}-rader" in managed)


def save_page(
    request: HttpRequest, application: Application, page: Page, bound: Bound, post: Any, version: int
) -> Application:
    """Save what was posted. Raises Together, Faulty, Stale or Blocked, and then nothing is saved.

    A page of which nobody else has changed anything is saved as it is. Else only the fields that its person changed are, as
    long as nobody else has changed the same ones; a page that does not say what it held is old (Stale).
    """
    bases = read_bases(request.POST.get("bas", ""))
    with in_one_piece():
        row = lock(application)
        before = bound_of(row, page)
        now = standing_on(row, page, before)
        if version != row.version and bases is not None:
            post = put_together(page, bound, before, now, post, bases)
            bound = bound_of(row, page, post, request.FILES)
            if bound.data is None:
                raise Faulty(bound)
            version = row.version
        assert bound.data is not None
        after = bound.save(row, bound.data, by=request.user, version=version)
        left = without(after, page.value)
        if left != after.typed:
            after.typed = left
            after = saved(after)
        if not row.is_test:
            # Questions that moved on with the save may have left the page: then what was sent is what was changed.
            shown = bound_of(after, page) if after.form_id == row.form_id else bound
            revisions.keep(row, changes(page, before, now, shown), by=request.user)
    return after


def put_together(page: Page, bound: Bound, before: Bound, now: Standing, post: Any, bases: dict[str, str]) -> QueryDict:
    """What my page and the others' changes come to. Raises Together when they changed the same fields."""
    mine = {name: tuple(post.getlist(name)) for name in held_in(bound)}
    found, clashes = merged(mine, now.values, bases)
    sent = post.copy()
    for name, values in found.items():
        sent.setlist(name, list(values))
    for name, values in now.managed.items():
        here = post.get(name, "")
        sent[name] = max(here, values[0], key=lambda text: int(text) if text.isascii() and text.isdigit() else -1)
    if clashes:
        labels = {one.html_name: label_of(one) for source in (before, bound) for one in source.fields()}
        raise Together(
            [
                Change(
                    page.value,
                    name,
                    labels.get(name, name),
                    now.values.get(name, ()),
                    mine.get(name, ()),
                    bases.get(name, ""),
                )
                for name in clashes
            ],
            sent,
        )
    return sent


def changes(page: Page, before: Bound, now: Standing, after: Bound) -> list[Change]:
    """What a press changed, field by field."""
    held = held_in(after)
    labels = {one.html_name: label_of(one) for source in (before, after) for one in source.fields()}
    return [
        Change(
            page.value,
            name,
            labels.get(name, name),
            now.values.get(name, ()),
            held.get(name, ()),
            digest(now.values.get(name, ())),
        )
        for name in dict.fromkeys([*now.values, *held])
        if spelled(now.values.get(name, ())) != spelled(held.get(name, ()))
    ]


def bases_on(standing: Standing) -> dict[str, str]:
    """What the page carries to say what it held."""
    return bases_of(standing.values)
