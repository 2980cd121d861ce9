"""The history of an application's fields as people read it, a page at a time, and what a restored field or page holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, OuterRef, QuerySet, Subquery

from applications.enums import RevisionKind
from applications.models import Application, Revision
from applications.writing.values import Values

PER_PAGE = 20


def changes_of(application: Application, user: Any) -> QuerySet:
    """Every change, the newest first, with what it became in the end (``became``; None: what stands there now)."""
    later = (
        Revision.objects.filter(
            application=OuterRef("application"),
            section=OuterRef("section"),
            field=OuterRef("field"),
            id__gt=OuterRef("id"),
        )
        .exclude(kind=RevisionKind.CONFLICT)
        .order_by("id")
    )
    return (
        Revision.objects.visible_to(user)
        .filter(application=application)
        .select_related("by")
        .annotate(became=Subquery(later.values("old")[:1]))
    )


def page_of_changes(application: Application, user: Any, *, number: Any, section: str) -> Any:
    """Those of one page of the application, so many at a time."""
    rows = changes_of(application, user)
    return Paginator(rows.filter(section=section), PER_PAGE).get_page(number)


@dataclass(frozen=True)
class Moment:
    """What the fields of a page held before a change was made."""

    section: str
    values: dict[str, Values]


def before(application: Application, revision: Revision) -> Moment:
    """The fields that were changed then or since, with what stood in them just before. All others are as they were."""
    rows = (
        Revision.objects.filter(application=application, section=revision.section, id__gte=revision.pk)
        .exclude(kind=RevisionKind.CONFLICT)
        .order_by(F("id").desc())
    )
    return Moment(revision.section, {row.field: values_of(row.old) for row in rows})


def values_of(text: str) -> Values:
    """A kept text as its field sends it; whoever knows that the field has boxes takes it line by line (``in_boxes``)."""
    return (text,) if text else ()


def in_boxes(text: str) -> Values:
    return tuple(text.split("\n")) if text else ()
