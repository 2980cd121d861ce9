"""What a call says that it concerns of the national lists: its areas, challenges, key questions, dialogue themes, levels."""

from __future__ import annotations

from collections import defaultdict
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

    One query, kept on the object that was read.
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
