"""Beginning a new application with what an earlier one says ("Använd en tidigare ansökan").

What fits the new call is copied. What does not is kept in words beside the new draft (``Application.earlier_answers``), where its
writers can read it and copy by hand: nothing is dropped without a word. Files follow only when they are chosen one by one, and
nobody's confirmation or access follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied

from applications import actions
from applications.answers import carry_over, form_of
from applications.budget import budget_years
from applications.choices import not_choosable
from applications.cloning import Copied, as_new, content_columns, same_file, unsaved
from applications.drafting import recalculate, saved
from applications.models import (
    Application,
    ApplicationAttachment,
    FurtherArea,
    ObjectiveLink,
)
from calls.enums import QuestionKind
from calls.models import Call
from calls.questions import questions_of
from calls.rates import rates_of
from grants.core import events
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.money import format_sek

CHOSEN_ANEW = frozenset(
    {"title", "start_on", "end_on", "theme", "region", "contact_area", "main_objective", "main_area"}
)
"""Columns that are set by the new call's own rules, or that belong to its time."""
SUMS = ("total_cost_sek", "financed_sek")
BESIDE = "_kvar-"
"""Begins the keys of what is kept in words besides answers to questions; no code of a question begins so."""


class Left:
    """What did not fit, in words."""

    def __init__(self, before: dict[str, Any]) -> None:
        self.rows: dict[str, Any] = dict(before)

    def keep(self, label: str, words: str) -> None:
        if words.strip():
            self.rows[f"{BESIDE}{len(self.rows) + 1}"] = {"label": label, "words": words}


@whole
def reuse(source: Application, call: Call, *, by: Any, files: Iterable[Any] = ()) -> Application:
    """Start a draft in ``call`` with what fits of ``source``. ``files``: keys of the files of it that shall follow.

    Raises PermissionDenied (may not write for the applicant) or Blocked (the call is not open for it, a file is not of the source).
    """
    if not Application.objects.owned_by(by).filter(pk=source.pk, is_test=False, supplement=None).exists():
        raise PermissionDenied("Använd en tidigare ansökan: den är inte er.")
    chosen = _chosen_files(source, files)
    row = actions.start(call, applicant=source.applicant, by=by, title=source.title)
    row = Application.objects.select_related("call", "applicant", "form").get(pk=row.pk)
    left = Left(source.earlier_answers)
    _texts(source, row, left)
    made = _parties(source, row)
    _aims(source, row, left)
    _budget(source, row, left, made)
    saved(row)
    row = recalculate(row)
    _files(source, row, chosen, left)
    row.earlier_answers = {**left.rows, **row.earlier_answers}
    row = saved(row)
    events.record(
        row,
        "reuse",
        by=by,
        label="Hämtade innehåll från en tidigare ansökan",
        facts={"from": str(source.pk), "kept_beside": sorted(row.earlier_answers), "files": len(chosen)},
    )
    return row


def files_of(source: Application) -> list[ApplicationAttachment]:
    """The files of an application that may follow."""
    return list(source.attachments.filter(removed_at__isnull=True).select_related("attachment"))


def _chosen_files(source: Application, keys: Iterable[Any]) -> list[ApplicationAttachment]:
    wanted = {str(key) for key in keys}
    chosen = [row for row in files_of(source) if str(row.pk) in wanted]
    if len(chosen) != len(wanted):
        raise Blocked([Reason("Välj filer som finns i den tidigare ansökan.", "chosen_files")])
    return chosen


def _texts(source: Application, row: Application, left: Left) -> None:
    """Summary, contact and answers. An answer follows to the question with the same code and kind, if it is valid there."""
    form = row.form
    for field in content_columns():
        if field.name not in CHOSEN_ANEW and field.name not in ("answers", *SUMS):
            setattr(row, field.attname, getattr(source, field.attname))
    if source.start_on and source.end_on:
        left.keep("Projekttid", f"{source.start_on.isoformat()} till {source.end_on.isoformat()}")
    if source.theme is not None and source.theme.call_id == row.call_id:
        row.theme = source.theme
    elif source.theme is not None:
        left.keep("Tema", source.theme.title)
    row.answers, row.earlier_answers, row.form = dict(source.answers), {}, form_of(source)
    if form is not None:
        carry_over(row, form)


def _parties(source: Application, row: Application) -> Copied:
    """The parties with their facts. Nobody's confirmation follows: it was given for another project."""
    made: Copied = {}
    for party in source.parties.order_by("order", "pk"):
        made["Party", str(party.pk)] = as_new(party, row, made)
    return made


def _aims(source: Application, row: Application, left: Left) -> None:
    """Objectives that are in force and can be chosen, and the areas that the new call concerns."""
    links = list(source.objective_links.select_related("objective__rus"))
    ended = not_choosable(row, {link.objective_id for link in links})
    fitting = []
    for link in links:
        if link.objective_id not in ended:
            fitting.append(ObjectiveLink(application=row, objective=link.objective, contribution=link.contribution))
        else:
            left.keep(f"RUS-mål: {link.objective.label}", link.contribution or link.objective.label)
    ObjectiveLink.objects.bulk_create(fitting)
    if source.main_objective_id in {link.objective_id for link in fitting}:
        row.main_objective_id = source.main_objective_id
    offered = {chosen.area_id for chosen in row.call.areas.all()}
    areas = [source.main_area, *(further.area for further in source.further_areas.select_related("area"))]
    for area in areas:
        if area is not None and offered and area.pk not in offered:
            left.keep("Strategiskt område", area.label_sv)
    if source.main_area_id and (not offered or source.main_area_id in offered):
        row.main_area_id = source.main_area_id
    FurtherArea.objects.bulk_create(
        [
            FurtherArea(application=row, area=area)
            for area in areas[1:]
            if area is not None and area.pk != row.main_area_id and (not offered or area.pk in offered)
        ]
    )


def _budget(source: Application, row: Application, left: Left, made: Copied) -> None:
    """Costs of the same types, the first year becoming the new call's first; years and types that it lacks are kept in words."""
    types = {one.code: one for one in row.call.cost_types.all()}
    computed, old_computed = rates_of(row.call), rates_of(source.call)
    lines = list(source.cost_lines.select_related("cost_type").order_by("year", "pk"))
    years = budget_years(row)
    shift = years[0] - min((line.year for line in lines), default=years[0])
    for line in lines:
        if line.cost_type_id in old_computed:
            continue  # it is computed anew from its basis
        new_type, year = types.get(line.cost_type.code), line.year + shift
        if new_type is None or new_type.pk in computed or year not in years:
            left.keep(f"Kostnad: {line.cost_type.label} {line.year}", format_sek(line.amount_sek))
            continue
        new = unsaved(line, row, made)
        new.cost_type, new.year = new_type, year
        new.save(force_insert=True)
    for given in source.financing_lines.all():
        as_new(given, row, made)


def _files(source: Application, row: Application, chosen: list[ApplicationAttachment], left: Left) -> None:
    asked = {question.code for question in questions_of(form_of(row)) if question.kind == QuestionKind.FILE}
    for added in chosen:
        ApplicationAttachment.objects.create(
            application=row,
            attachment=same_file(added.attachment),
            label=added.label,
            question_code=added.question_code if added.question_code in asked else "",
        )
    names = [added.attachment.name for added in files_of(source) if added not in chosen]
    left.keep("Filer som inte följde med", ", ".join(names))
