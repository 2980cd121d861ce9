"""The history of the fields: every change is kept, by whom and when. Rows are only added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from applications.enums import RevisionKind
from applications.models import Application, Revision
from applications.writing.values import Values, one_text
from grants.core.text import clean_text
from grants.core.time import now

PAUSE = dt.timedelta(minutes=5)
"""Writing on in a field is the same change until this long after it began."""
AGAIN = dt.timedelta(hours=1)
"""A refused text that comes again, from a page that tries again, is not a new one."""


@dataclass(frozen=True)
class Change:
    """What happened to one field."""

    section: str
    field: str
    label: str
    old: Values
    new: Values
    base: str = ""
    run: str = ""
    """Which opened page it was written on (applications.models.writing.Revision)."""


def keep(row: Application, changes: Iterable[Change], *, by: Any, kind: RevisionKind = RevisionKind.WRITTEN) -> None:
    """Keep changes that were made with one press, each as a row of its own. A try leaves no history."""
    if not row.is_test:
        Revision.objects.bulk_create([_revision(row, change, by, kind) for change in changes])


def keep_writing(row: Application, change: Change, *, by: Any) -> None:
    """Keep a change made while a person writes, in one statement: nothing is added while they write on in the same field.

    Somebody else's change of the field, a refused text, a restored one and another window all begin a new row, so that what
    stood there before is kept.
    """
    if not row.is_test:
        revision = _revision(row, change, by, RevisionKind.WRITTEN)
        table = Revision._meta.db_table
        going_on = (
            f"SELECT 1 FROM {table} r WHERE r.application_id = %s AND r.field = %s AND r.kind = %s AND r.by_id = %s"
            f" AND r.at > %s AND r.section = %s AND r.run = %s AND r.run <> '' AND r.id = (SELECT MAX(l.id) FROM {table} l"
            " WHERE l.application_id = %s AND l.field = %s)"
        )
        _insert_unless(
            going_on,
            revision,
            ["application", "field", "kind", "by", "at", "section", "run", "application", "field"],
            at=revision.at - PAUSE,
        )


def keep_refused(row: Application, change: Change, *, by: Any) -> None:
    """Keep a text that was not saved since somebody else had changed the field: once, however often the page tries."""
    if not row.is_test:
        revision = _revision(row, change, by, RevisionKind.CONFLICT)
        told_before = (
            f"SELECT 1 FROM {Revision._meta.db_table} r WHERE r.application_id = %s AND r.field = %s AND r.kind = %s"
            " AND r.by_id = %s AND r.new = %s AND r.at > %s"
        )
        _insert_unless(
            told_before, revision, ["application", "field", "kind", "by", "new", "at"], at=revision.at - AGAIN
        )


def _revision(row: Application, change: Change, by: Any, kind: RevisionKind) -> Revision:
    return Revision(
        application_id=row.pk,
        section=change.section,
        field=change.field,
        label=change.label,
        kind=kind.value,
        old=clean_text(one_text(change.old)),
        new=clean_text(one_text(change.new)),
        base=change.base,
        run=change.run,
        by_id=by.pk,
        at=now(),
    )


def _insert_unless(there: str, revision: Revision, asked: list[str], *, at: dt.datetime) -> None:
    """Add the row unless the query finds one. ``asked``: the columns whose values it takes, ``at`` in that one's place."""
    fields = [field for field in Revision._meta.concrete_fields if not field.primary_key]
    prepared = {field.name: field.get_db_prep_save(getattr(revision, field.attname), connection) for field in fields}
    instant: Any = Revision._meta.get_field("at")
    given = {**prepared, "at": instant.get_db_prep_save(at, connection)}
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Revision._meta.db_table} ({names}) SELECT {marks} WHERE NOT EXISTS ({there})",
            [*prepared.values(), *(given[name] for name in asked)],
        )


def last_of(row: Application, field: str) -> Revision | None:
    """The last change of a field that was saved, with its writer."""
    kept = row.revisions.filter(field=field).exclude(kind=RevisionKind.CONFLICT)
    return kept.select_related("by").order_by("-id").first()
