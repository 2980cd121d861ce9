"""Copying last year's call to a new draft: all that was set up, with the dates a year on as suggestions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from calls import rules
from calls.actions.setup import CODE_TAKEN, is_taken
from calls.codes import code_fault
from calls.models import Call, CostType, Criterion, TextTemplate
from calls.questions import copy_form
from grants.core import events
from grants.core.exceptions import Blocked, Reason
from grants.core.text import clean_name
from grants.core.time import add_months, local_instant, now, stockholm

YEAR = 12
OWN = ("id", "code", "copied_from", "state", "version", "state_changed_at", "created_at")
"""Columns of a call that are its own."""
PLAIN = (
    "applicant_kinds",
    "areas",
    "consultations",
    "cutoffs",
    "decision_rules",
    "formal_check_points",
    "required_attachments",
)
"""Lists whose rows point at nothing but the call and reference data: copied row by row."""
LINKED = ("cost_types", "criteria", "form_versions", "text_templates", "themes", "year_budgets")
"""Lists that are copied with what hangs on their rows."""
LEFT = ("applications", "invitations", "public_answers", "reopenings")
"""What is not copied: applications, what was asked and answered, whom it was opened again for; invitations when asked for."""


@transaction.atomic
def copy_call(call: Call, *, code: str, by: Any, with_invitations: bool = False, at: dt.datetime | None = None) -> Call:
    """A new draft with everything that the call has set up, and the questions that it asks now.

    Used money, files, applications and published answers are never copied; texts start again from their first version.
    Raises PermissionDenied, or Blocked at the code.
    """
    if not rules.may_manage(call, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan kopiera utlysningen.")
    at = at or now()
    source = Call.objects.get(pk=call.pk)
    code = clean_name(code)
    fault = code_fault(code)
    if fault:
        raise Blocked([Reason(fault, "code")])
    if is_taken(code):
        raise Blocked([CODE_TAKEN])
    values = {**values_of(source, OWN), "title": next_title(source)}
    made = Call(code=code, copied_from=source, created_at=at, **values)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        if is_taken(code):  # somebody took it in between
            raise Blocked([CODE_TAKEN]) from None
        raise
    for relation in Call._meta.many_to_many:
        getattr(made, relation.name).set(getattr(source, relation.name).all())
    for name in (*PLAIN, *(["invitations"] if with_invitations else [])):
        copies(getattr(source, name).all(), call=made)
    _copy_themes_and_money(source, made)
    _copy_cost_types(source, made)
    for pk, criterion in copies(source.criteria.all(), call=made).items():
        copies(Criterion(pk=pk).levels.all(), criterion=criterion)
    copy_form(source, made)
    _copy_texts(source, made, by=by, at=at)
    events.record(
        made,
        "copied",
        by=by,
        at=at,
        label=f"Utlysningen kopierades från {source.title} ({source.code})",
        facts={"code": code, "copied_from": source.code, "with_invitations": with_invitations},
    )
    return made


def next_code(code: str) -> str:
    """A suggestion: plan-2027 → plan-2028, and else the code with "-kopia"."""
    year = ending_year(code)
    return f"{code[:-4]}{year + 1}" if year else f"{code[:34]}-kopia"


def next_title(call: Call) -> str:
    """The title, with its last word a year on where that is a year of the call's own: "Planering 2027" → "Planering 2028".

    Another year, such as that of a plan that the call is about, stands.
    """
    year = ending_year(call.title)
    own = {stockholm(instant).year for instant in (call.opens_at, call.closes_at) if instant} | set(call.years)
    return f"{call.title[:-4]}{year + 1}" if year in own and year else call.title


def ending_year(text: str) -> int | None:
    """The year that a text ends with."""
    year = text[-4:]
    return int(year) if year.isascii() and year.isdigit() and 1990 <= int(year) < 2100 else None


def values_of(row: Any, without: tuple[str, ...]) -> dict[str, Any]:
    """The row's columns by attribute, but its key and those named, each day and instant a year on."""
    return {
        field.attname: a_year_on(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in without
    }


def a_year_on(value: Any) -> Any:
    """A day or an instant next year, the same clock in Sweden; None for a clock that does not exist then. Else the value."""
    if isinstance(value, dt.datetime):
        local = stockholm(value)
        try:
            return local_instant(add_months(local.date(), YEAR), local.time())
        except ValueError:
            return None
    return add_months(value, YEAR) if isinstance(value, dt.date) else value


def copies(rows: Any, **given: Any) -> dict[Any, Any]:
    """Copies of the rows with the given values; primary key of each → its copy."""
    rows = list(rows)
    made = [type(row)(**values_of(row, tuple(given)), **given) for row in rows]
    if made:
        type(made[0])._default_manager.bulk_create(made)
    return {row.pk: copy for row, copy in zip(rows, made, strict=True)}


def _copy_themes_and_money(source: Call, made: Call) -> None:
    """Tracks, the themes under them, and the budget years with nothing used, a year on."""
    themes = copies(source.themes.filter(track=None), call=made)
    for pk, track in list(themes.items()):
        themes |= copies(source.themes.filter(track=pk), call=made, track=track)
    for row in source.year_budgets.all():
        theme = themes[row.theme_id] if row.theme_id else None
        copies([row], call=made, theme=theme, year=row.year + 1, used_sek=0)


def _copy_cost_types(source: Call, made: Call) -> None:
    """Cost types, and their flat rates with what each is computed from."""
    types = copies(source.cost_types.all(), call=made)
    for pk, cost_type in types.items():
        rates = list(CostType(pk=pk).flat_rates.prefetch_related("basis"))
        for rate, copy in zip(rates, copies(rates, cost_type=cost_type).values(), strict=True):
            copy.basis.set([types[basis.pk] for basis in rate.basis.all()])


def _copy_texts(source: Call, made: Call, *, by: Any, at: dt.datetime) -> None:
    newest = {row.purpose: row for row in source.text_templates.order_by("version")}
    TextTemplate.objects.bulk_create(
        TextTemplate(call=made, purpose=row.purpose, subject=row.subject, body=row.body, created_by=by, created_at=at)
        for row in newest.values()
    )
