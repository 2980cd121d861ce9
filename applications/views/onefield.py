"""Saving one field while a person writes: the same forms and actions as the whole page, in one transaction under the row's lock.

What cannot be stored as it stands (half a date, a party without a role) is kept as it was typed (``Application.typed``) and comes
back in its field. Nothing is overwritten that the person's page did not show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404

from applications import rules
from applications.drafting import may_change, saved
from applications.enums import RevisionKind, Section
from applications.models import Application
from applications.pages import Page, find_page
from applications.views.bound import Bound
from applications.views.bound_budget import notes_of
from applications.views.fieldforms import Part, faults_in, in_new_rows, part_of, posted, words_of
from applications.writing import revisions
from applications.writing.revisions import Change
from applications.writing.typed import kept_on, with_typed, without
from applications.writing.values import IN_ROW, Values, digest, held_in, label_of, sent, spelled
from calls.whole import use_kept_form
from grants.core.exceptions import Blocked, Stale
from grants.core.held import whole
from grants.core.known import Known
from grants.core.locks import lock_known, locking
from grants.documents.models import Conflict

MOVED = "Ändringen är kvar som du skrev den, men påverkar andra uppgifter på sidan. Den gäller när du trycker Spara."
NOT_KEPT = "Texten är kvar som du skrev den, men är inte sparad som svar än. Fyll i resten och tryck Spara."
UNKNOWN = "Fältet finns inte på sidan längre. Kopiera din text och ladda om sidan."


@dataclass(frozen=True)
class Asked:
    """What a page wants saved: a field, its new values, the fingerprints of what the page had there and in the rest of its row."""

    section: str
    name: str
    values: Values
    base: str
    row: Mapping[str, str] = field(default_factory=dict)
    run: str = ""


@dataclass(frozen=True)
class Saved:
    """What became of it. ``faults``: why it is kept as typed and is no answer yet; empty when it is saved."""

    base: str
    faults: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    """Other fields that were kept as typed and are saved now too."""
    notes: list[str] | None = None
    """What the budget's sums come to now; None on other pages, and when nothing was saved as an answer."""


class Clash(Stale):
    """Somebody else has changed the same field: what stands there now, as it is sent and as people read it."""

    def __init__(self, row: Application, change: Change, words: str):
        self.row, self.change, self.words = row, change, words
        super().__init__()


@whole
def write(pk: Any, asked: Asked, *, by: Any, kind: RevisionKind = RevisionKind.WRITTEN) -> Saved:
    """Save the field, or keep it as it was typed. Raises Clash, Blocked, PermissionDenied, Http404."""
    row = locked(pk, by)
    page = find_page(row, asked.section)
    if page is None or page.section == Section.ATTACHMENTS:
        raise Blocked(UNKNOWN)
    may_change(row, page.section, by=by)
    part = part_of(row, page, asked.name)
    fields = {one.html_name: one for one in part.bound.fields()}
    before = held_in(part.bound)
    kept = kept_on(row, page.value)
    new = in_new_rows(row, part, before, [asked.name, *kept])
    fields |= new
    before |= {name: sent(one.field.prepare_value(one.initial)) for name, one in new.items()}
    if asked.name not in before:
        raise Blocked(UNKNOWN)
    standing = {**before, **{name: one.values for name, one in kept.items() if name in before}}
    current = standing[asked.name]
    change = Change(page.value, asked.name, label_of(fields[asked.name]), current, asked.values, asked.base, asked.run)
    if spelled(current) == spelled(asked.values):
        return Saved(digest(current), list(kept[asked.name].faults) if asked.name in kept else [])
    is_first = asked.name in new and asked.name not in kept and asked.base == digest(())
    if not (is_first or digest(current) == asked.base) or is_other_row(asked, standing):
        raise Clash(row, change, words_of(fields[asked.name], current))
    outcome = stored(row, page, part, asked, before, standing, label=change.label, by=by)
    if kind == RevisionKind.WRITTEN:
        revisions.keep_writing(row, change, by=by)
    else:
        revisions.keep(row, [change], by=by, kind=kind)
    return outcome


def _written(pk: Any, user: Any) -> Any:
    in_case = Q(case=OuterRef("case")) | Q(case=OuterRef("supplement__application__case"))
    rows = Application.objects.filter(~Exists(Conflict.objects.filter(in_case, user=user)), pk=pk)
    return locking(rows, "form", "applicant")


WRITTEN: Known[Application] = Known(_written)


def locked(pk: Any, user: Any) -> Application:
    """The row locked for a person who may write it, with its call and the version of its questions, in one query.

    The rule is narrower than what the person may see and is asked first; whoever it stops is told what the page would tell
    them: 404 for what is not theirs to see.
    """
    row = lock_known(WRITTEN, pk, user)
    if row is None or not rules.may_edit(row, user):
        get_object_or_404(Application.objects.owned_by(user), pk=pk)
        raise PermissionDenied("Du får läsa ansökan men inte ändra den.")
    if row.form is not None:
        row.form = use_kept_form(row.form)
    return row


def is_other_row(asked: Asked, standing: Mapping[str, Values]) -> bool:
    """Whether rows have moved since the page was shown, so that its row is not the one in that place now.

    One row of several is known by its place. It is the same when at least half of its other fields stand as the page had them.
    """
    found = IN_ROW.fullmatch(asked.name)
    if found is None or not asked.row:
        return False
    begins = f"{found[1]}-{found[2]}-"
    others = {name: base for name, base in asked.row.items() if name != asked.name and name.startswith(begins)}
    same = sum(digest(standing.get(name, ())) == base for name, base in others.items())
    return same * 2 < len(others)


def stored(
    row: Application,
    page: Page,
    part: Part,
    asked: Asked,
    before: Mapping[str, Values],
    standing: Mapping[str, Values],
    *,
    label: str,
    by: Any,
    refused: list[str] | None = None,
) -> Saved:
    """Save the field with what is kept beside it, as far as it can be stored; else keep it as it was typed.

    ``refused``: why it could not be stored with more of what is kept beside it, which is told if it cannot be stored with less.
    """
    mine = {asked.name: asked.values}
    beside = {name: values for name, values in standing.items() if values != before[name] and name != asked.name}
    bound = part.make(row, posted(part, before, beside, mine))
    if bound.data is None and beside:
        # What was typed before and cannot be stored must not hold back what can.
        faulty = faults_in(bound)
        beside = {name: values for name, values in beside.items() if name not in faulty}
        bound = part.make(row, posted(part, before, beside, mine))
    if bound.data is None:
        found = faults_in(bound)
        faults = found.get(asked.name) or [text for texts in found.values() for text in texts]
        return hold_back(row, page, asked, refused or faults, label=label, by=by)
    if asked.name in bound.unused and written(asked.values):
        return hold_back(row, page, asked, refused or [NOT_KEPT], label=label, by=by)
    take = take_alone if part.quick else take_section
    try:
        with transaction.atomic():
            return take(row, page, part, bound, asked, {**before, **beside, **mine}, {asked.name, *beside}, by=by)
    except Blocked as stop:
        refused = refused or [str(reason) for reason in stop.reasons]
        # The section refuses what its forms let through, too: of the others only what it does not name comes along.
        named = {where for reason in stop.reasons if (where := getattr(reason, "where", ""))}
        left = {name for name in beside if name in named or not named}
        if left:
            fewer = {**standing, **{name: before[name] for name in left}}
            return stored(row, page, part, asked, before, fewer, label=label, by=by, refused=refused)
        return hold_back(row, page, asked, refused, label=label, by=by)


def hold_back(row: Application, page: Page, asked: Asked, faults: list[str], *, label: str, by: Any) -> Saved:
    """Keep the field as it was typed: it comes back on the page with what is wrong, and is no answer yet."""
    row.typed = with_typed(row, page.value, asked.name, asked.values, faults, label=label, by=by)
    saved(row)
    return Saved(digest(asked.values), faults)


def take_alone(
    row: Application,
    page: Page,
    part: Part,
    bound: Bound,
    asked: Asked,
    expected: Mapping[str, Values],
    done: set[str],
    *,
    by: Any,
) -> Saved:
    """Save a column or an answer: one statement, together with what is left of the typed texts."""
    after = bound.save(row, bound.data, by=by, typed=without(row, page.value, done))
    after.form = row.form
    standing = held_in(part.make(after))
    see(standing, expected, asked)
    return taken(page, after, standing, asked, done)


def take_section(
    row: Application,
    page: Page,
    part: Part,
    bound: Bound,
    asked: Asked,
    expected: Mapping[str, Values],
    done: set[str],
    *,
    by: Any,
) -> Saved:
    """Save the section through its action, and see that the page shows afterwards what it was sent."""
    after = bound.save(row, bound.data, by=by, version=None)
    standing = held_in(part.make(after))
    see(standing, expected, asked)
    left = without(after, page.value, {name for name in done if spelled(standing.get(name, ()))} | {asked.name})
    if left != after.typed:
        after.typed = left
        saved(after)
    return taken(page, after, standing, asked, done)


def taken(page: Page, after: Application, standing: Mapping[str, Values], asked: Asked, done: set[str]) -> Saved:
    """What the page is told of a field that is saved as an answer."""
    notes = notes_of(after) if page.section == Section.BUDGET else None
    return Saved(digest(standing.get(asked.name, ())), done=sorted(done - {asked.name}), notes=notes)


def see(standing: Mapping[str, Values], expected: Mapping[str, Values], asked: Asked) -> None:
    """Raise Blocked when the text did not come into its field, or when saving it changed another: then the person presses Spara."""
    if written(asked.values) and not written(standing.get(asked.name, ())):
        raise Blocked(NOT_KEPT)
    for name, values in standing.items():
        if name in expected and name != asked.name and written(values) != written(expected[name]):
            raise Blocked(MOVED)


def written(values: Values) -> Values:
    """What stands in a field, where an amount of nothing is the same as none: the pages show both empty. Spaces are cleaned away
    in many fields when they are saved, and move nothing.
    """
    found = tuple(" ".join(one.split()) for one in spelled(values))
    return () if found == ("0",) else found
