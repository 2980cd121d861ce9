"""One set-up page as one thing: its forms filled from the call or from what was typed, and read back as the action's data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from calls import groups, parts
from calls.actions.setup import snapshot, version_from
from calls.enums import State
from calls.forms.rows import Rows, TickedRows, lines_of
from calls.layout import SECTIONS, Section
from calls.lists import LISTS, in_words
from calls.menu import page_url
from calls.models import Call
from calls.parts import Part
from calls.values import field_words


@dataclass
class Piece:
    """What stands in one place of a section: open fields, beside each other, or what stands fast as (label, words)."""

    fields: list[Any] = dataclasses.field(default_factory=list)
    fixed: list[tuple[str, str]] = dataclasses.field(default_factory=list)


@dataclass
class SectionView:
    """A section as the page shows it: in the order of its layout, whatever is open and whatever stands fast."""

    id: str
    heading: str
    hint: str
    pieces: list[Piece]
    rows: Rows | TickedRows | None
    reasons: list[str]
    name: str

    @property
    def is_open(self) -> bool:
        """Whether something in it can be changed."""
        return self.rows is not None or any(piece.fields for piece in self.pieces)


class PartSetup:
    """The forms of a page. ``data`` is what was posted.

    ``check=False``: show what was posted again without telling what is wrong yet; ``move``: a row's button that was pressed,
    such as "criteria:up:2". ``whole``: every field, also of a published call, for keeping what somebody typed. ``reads``: for
    somebody who only looks things up: nothing is open.
    """

    def __init__(
        self,
        call: Call,
        part: Part,
        *,
        user: Any,
        data: QueryDict | None = None,
        check: bool = True,
        move: str = "",
        whole: bool = False,
        reads: bool = False,
    ):
        self.call, self.part = call, part
        self.held = snapshot(call, part)
        self.opened = frozenset() if reads else parts.open_keys(part, State.DRAFT if whole else call.state)
        self.sections = [s for s in SECTIONS[part.key] if not s.kinds or call.kind in s.kinds]
        self.form = groups.fixed_form(call, part, self.held, user=user, data=data, check=check and not move)
        for name in [name for name in self.form.fields if name not in self.opened]:
            del self.form.fields[name]
        moved_list, _, press = move.partition(":")
        self.groups: dict[str, Any] = {
            section.rows: groups.group(
                section.rows,
                call,
                self.held[section.rows],
                data=data,
                check=check and not move,
                move=press if section.rows == moved_list else "",
            )
            for section in self.sections
            if section.rows and section.rows in self.opened
        }
        self.section_reasons: dict[str, list[str]] = {}
        self.reasons: list[str] = []

    @property
    def version(self) -> str:
        """What the page carries to tell whether somebody saved in between."""
        return version_from(self.call, self.held)

    @property
    def forms(self) -> list[Any]:
        """Every form in the order of the page; the error summary reads this as a form set."""
        return [self.form, *(form for group in self.groups.values() for form in group.forms)]

    def non_form_errors(self) -> list[str]:
        """Nothing: reasons about the whole stand in ``reasons``."""
        return []

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms if form.is_bound)

    def add_reasons(self, reasons: Iterable[str]) -> None:
        """Put an action's reasons at the field, row or section that they point at."""
        for reason in self.form.add_reasons(reasons):
            where = getattr(reason, "where", "")
            name, _, place = where.partition(":")
            row, _, field = place.partition(":")
            found = self.groups[name].field_at(row, field) if name in self.groups and place else None
            if found:
                found[0].add_error(found[1], str(reason))
            else:
                self.reasons.append(reason)
                self.section_reasons.setdefault(name, []).append(reason)

    def cleaned(self) -> dict[str, Any]:
        """The data of save_part. Only after ``is_valid``."""
        return {**self.form.cleaned_data, **{name: group.cleaned for name, group in self.groups.items()}}

    def readable(self) -> dict[str, Any]:
        """What could be read of a page that has faults: the lists only where every row of the page could."""
        rows = [form for group in self.groups.values() for form in group.forms]
        whole = all(form.is_valid() for form in rows if form.is_bound)
        return {
            **self.form.cleaned_data,
            **({name: group.cleaned for name, group in self.groups.items()} if whole else {}),
        }

    def differences(self) -> list[tuple[str, str, str]]:
        """Label, saved text and typed text of everything that differs from the saved call, for a stale tab."""
        found = []
        for name, field in self.form.fields.items():
            saved, mine = field_words(name, self.held[name]), field_words(name, self.form.cleaned_data.get(name))
            if saved != mine:
                found.append((str(field.label), saved, mine))
        for name, group in self.groups.items():
            saved = in_words(name, self.held[name])
            mine = (
                in_words(name, group.cleaned)
                if all(form.is_valid() for form in group.forms)
                else "Går inte att läsa än"
            )
            if saved != mine:
                found.append((LISTS[name].label, saved, mine))
        return found

    @property
    def views(self) -> list[SectionView]:
        """The sections of the page."""
        return [
            SectionView(
                section.id,
                section.heading,
                section.hint,
                self._pieces(section),
                self.groups.get(section.rows),
                self.section_reasons.get(section.rows, []) if section.rows else [],
                section.rows,
            )
            for section in self.sections
        ]

    def _pieces(self, section: Section) -> list[Piece]:
        """Its fields line by line. What stands fast keeps its place; several such values in a row stand in one list."""
        found: list[Piece] = []
        for line in section.fields:
            names = (line,) if isinstance(line, str) else line
            shut = [name for name in names if name not in self.opened]
            _fasten(found, [(str(type(self.form).base_fields[name].label), self._words(name)) for name in shut])
            found += [Piece(fields=fields) for fields in lines_of(self.form, [names])]
        if section.rows and section.rows not in self.opened:
            _fasten(found, [(LISTS[section.rows].label, in_words(section.rows, self.held[section.rows]))])
        return found

    def _words(self, name: str) -> str:
        return field_words(name, self.held[name])


def _fasten(pieces: list[Piece], fixed: list[tuple[str, str]]) -> None:
    """Add values that stand fast, to the list that ends the pieces where there is one."""
    if fixed and not (pieces and pieces[-1].fixed):
        pieces.append(Piece())
    if fixed:
        pieces[-1].fixed += fixed


def links(call: Call) -> dict[str, str]:
    """Where a reason leads, by field or list, on whichever page it stands."""
    found: dict[str, str] = {}
    for part in parts.PARTS:
        url = page_url(call, part.url_name)
        found |= {name: f"{url}#id_{name}" for name in (*part.fields, *part.links)}
        found |= {name: f"{url}#{name}" for name in part.lists}
    return found
