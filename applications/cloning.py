"""Copying an application row by row, and bringing the changes of a copy back.

Everything that belongs to an application follows: the rows that point at it, the rows that point at those, whichever stage of
the work added them. What does not follow is named here, so that a new kind of row is copied unless somebody says otherwise.
"""

from __future__ import annotations

import functools
from typing import Any

from django.db import models

from applications.models import Application, ApplicationAttachment
from grants.documents.models import Attachment

OWN = frozenset(
    {
        *(
            "id",
            "call",
            "applicant",
            "case",
            "created_by",
            "cutoff",
            "is_test",
            "supplement",
            "form",
            "typed",
            "earlier_answers",
        ),
        *(
            "state",
            "version",
            "state_changed_at",
            "created_at",
            "updated_at",
            "submitted_by",
            "submitted_at",
            "is_late",
        ),
        *("content_sha256", "ended_reason", "search_words"),
    }
)
"""Columns of an application that are its own and never copied."""
BESIDE = frozenset(
    {
        *("SupplementRequest", "SupplementExtension", "DeadlineReminder", "PartyReminder"),
        *("Participant", "Invitation", "Revision", "Presence", "Comment", "SignatureRequest"),
    }
)
"""Rows that are about an application without being part of it."""


@functools.cache
def parts() -> tuple[type[models.Model], ...]:
    """Every model of this stage whose rows make up an application; what another points at comes before it."""
    found: list[Any] = []

    def walk(model: Any) -> None:
        for relation in model._meta.get_fields(include_hidden=True):
            other = relation.related_model
            if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
                continue
            if other._meta.app_label != "applications" or relation.concrete:
                continue
            if other is Application or other in found or other.__name__ in BESIDE:
                continue
            found.append(other)
            walk(other)

    walk(Application)
    return tuple(sorted(found, key=lambda model: _depth(model, frozenset(found))))


def _depth(model: Any, among: frozenset[Any]) -> int:
    """How many of the others a model stands upon."""
    pointed = {field.related_model for field in model._meta.concrete_fields if field.is_relation} & (among - {model})
    return 1 + max((_depth(other, among) for other in pointed), default=0)


def content_columns() -> list[Any]:
    """The columns of an application that its applicant writes."""
    return [field for field in Application._meta.concrete_fields if field.name not in OWN]


def rows_of(model: Any, application: Application) -> Any:
    """The rows of a model that belong to the application, in the order they were made."""
    rows = model._default_manager.filter(**{_way_to_application(model): application})
    return rows.order_by("pk" if isinstance(model._meta.pk, models.AutoField) else "created_at")


@functools.cache
def _way_to_application(model: Any) -> str:
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model is Application:
            return str(field.name)
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model in parts():
            return f"{field.name}__{_way_to_application(field.related_model)}"
    raise LookupError(model)


Copied = dict[tuple[str, str], Any]
"""(model, key of the row it was made from) → the row that was made."""


def copy_rows(source: Application, target: Application, *, only: Any = None) -> Copied:
    """Copy every row that belongs to ``source`` to ``target``. ``only(row)``: whether it follows. Returns what was made of what."""
    made: Copied = {}
    for model in parts():
        for row in rows_of(model, source):
            if only is not None and not only(row):
                continue
            old = str(row.pk)
            copied = as_new(row, target, made)
            if copied is not None:
                made[model.__name__, old] = copied
    return made


def as_new(row: Any, target: Application, made: Copied) -> Any:
    """The same row saved anew for another application; None if what it points at did not follow and it cannot be without."""
    new = unsaved(row, target, made)
    if new is None:
        return None
    if isinstance(new, ApplicationAttachment):
        new.attachment = same_file(row.attachment)
    new.save(force_insert=True)
    return new


def unsaved(row: Any, target: Application, made: Copied) -> Any:
    """A new row with the same values for another application, pointing at the copies of what it pointed at; None as above."""
    new = type(row)()
    for field in row._meta.concrete_fields:
        if field.primary_key:
            continue
        value = getattr(row, field.attname)
        if field.is_relation and field.related_model is Application:
            value = target.pk
        elif field.is_relation and value is not None and field.related_model in parts():
            pointed = made.get((field.related_model.__name__, str(value)))
            if pointed is None and not field.null:
                return None
            value = pointed.pk if pointed is not None else None
        setattr(new, field.attname, value)
    return new


def same_file(attachment: Attachment) -> Attachment:
    """Another row for a stored file: files are kept by their content, so nothing is stored twice."""
    return Attachment.objects.create(
        **{
            field.attname: getattr(attachment, field.attname)
            for field in Attachment._meta.concrete_fields
            if not field.primary_key
        }
    )


def bring_back(copy: Application, target: Application, origins: dict[str, Any], *, skipped: frozenset[str]) -> None:
    """Change ``target``'s rows to what the copy's say. ``origins``: model → {key in the copy: key in the target}.

    A row that stands in both keeps its identity; one taken away in the copy goes; one added comes. ``skipped``: models
    that the copy could not change.
    """
    changed = [model for model in parts() if model.__name__ not in skipped]
    kept: Copied = {}
    for model in parts():
        whence = origins.get(model.__name__, {})
        found = model._default_manager.in_bulk(list(whence.values())) if whence else {}
        for key, old in whence.items():
            row = found.get(model._meta.pk.to_python(old))
            if row is not None:
                kept[model.__name__, str(key)] = row
    here = {model: list(rows_of(model, copy)) for model in changed}
    stay: dict[Any, set[Any]] = {}
    for model in changed:
        keys = [(model.__name__, str(row.pk)) for row in here[model]]
        for key in [key for key in keys if key in kept and _leans_on_gone(kept[key], stay)]:
            del kept[key]  # what it points at goes: it is made anew
        stay[model] = {kept[key].pk for key in keys if key in kept}
    for model in reversed(changed):
        if model is not ApplicationAttachment:  # sent versions keep theirs: they are marked as removed instead
            rows_of(model, target).exclude(pk__in=stay[model]).delete()
    for model in changed:
        for row in here[model]:
            known = kept.get((model.__name__, str(row.pk)))
            if known is None:
                new = as_new(row, target, kept)
                if new is not None:
                    kept[model.__name__, str(row.pk)] = new
            else:
                _take_over(known, row, kept)


def _leans_on_gone(row: Any, stay: dict[Any, set[Any]]) -> bool:
    """Whether the row points at one that does not stay."""
    return any(
        field.is_relation
        and field.related_model in stay
        and getattr(row, field.attname) is not None
        and getattr(row, field.attname) not in stay[field.related_model]
        for field in row._meta.concrete_fields
    )


def _take_over(known: Any, row: Any, kept: Copied) -> None:
    """Write the columns that the copy's row changed."""
    names = []
    for field in row._meta.concrete_fields:
        if field.primary_key or (field.is_relation and field.related_model in (Application, Attachment, type(row))):
            continue
        value = getattr(row, field.attname)
        if field.is_relation and value is not None and field.related_model in parts():
            pointed = kept.get((field.related_model.__name__, str(value)))
            value = pointed.pk if pointed is not None else None
        if getattr(known, field.attname) != value:
            setattr(known, field.attname, value)
            names.append(field.name)
    if names:
        known.save(update_fields=names)
