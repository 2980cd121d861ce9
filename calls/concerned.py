"""What a call says that it concerns of the national lists: its areas, challenges, key questions, dialogue themes, levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from calls.models import Call
from grants.strategy.models import StrategicArea

LISTS = (
    ("challenge", "challenges", "societalchallenge", "code", "label_sv", "order"),
    ("key_question", "key_questions", "keyquestion", "code", "question_sv", "order"),
    ("dialogue_theme", "dialogue_themes", "dialoguetheme", "code", "label_sv", "order"),
    ("planning_level", "planning_levels", "planninglevel", "level", "name_sv", "order"),
)
"""Kind, relation of the call, the related row, and its columns: code, words, place."""
AREA = "area"


def concerned(call: Call) -> dict[str, dict[str, str]]:
    """By kind: code → words, in the list's order; of areas the primary key, and all of them where the call names none.

    One query, kept on the object that was read. ``hold_concerned`` puts there what was read with something else.
    """
    held: dict[str, dict[str, str]] | None = call.__dict__.get("concerned_held")
    if held is not None:
        return held
    areas = StrategicArea.objects.current()
    named = [row.area_id for row in call.areas.all()]
    if named:
        areas = areas.filter(pk__in=named)
    parts = [_part(areas, AREA, "pk", "label_sv", "order")]
    for kind, relation, related, code, words, place in LISTS:
        rows = getattr(Call, relation).through.objects.filter(call=call)
        parts.append(_part(rows, kind, *(f"{related}__{name}" for name in (code, words, place))))
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for kind, code, words, _ in parts[0].union(*parts[1:], all=True).order_by("place"):
        found[kind][code] = words
    call.__dict__["concerned_held"] = dict(found)
    return dict(found)


def lists_of(call_id: Any) -> dict[str, QuerySet[Any, Any]]:
    """The same as queries of the lists' own rows, by kind: for what reads them together with something else."""
    found: dict[str, QuerySet[Any, Any]] = {AREA: StrategicArea.objects.all()}
    for kind, relation, related, _, _, place in LISTS:
        field: Any = Call._meta.get_field(relation)
        named = field.remote_field.through.objects.filter(call=call_id).order_by().values(related)
        found[kind] = field.related_model.objects.filter(pk__in=named).order_by(place)
    return found


def hold_concerned(call: Call, read: Mapping[str, Iterable[Any]]) -> None:
    """Keep on the call what ``lists_of`` has read."""
    named = {row.area_id for row in call.areas.all()}
    areas = [one for one in read[AREA] if (one.pk in named if named else True) and not one.is_ended]
    found = {AREA: {str(one.pk): one.label_sv for one in areas}}
    for kind, _, _, code, words, _ in LISTS:
        found[kind] = {str(getattr(one, code)): getattr(one, words) for one in read[kind]}
    call.__dict__["concerned_held"] = {kind: rows for kind, rows in found.items() if rows}


def _part(rows: QuerySet, kind: str, code: str, words: str, place: str) -> QuerySet[Any, Any]:
    return (
        rows.order_by()
        .annotate(
            which=Value(kind, CharField()),
            key=Cast(code, CharField()),
            text=Cast(words, CharField()),
            place=F(place),
        )
        .values_list("which", "key", "text", "place")
    )
