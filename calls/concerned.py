"""What a call says that it concerns of the national lists: its areas, challenges, key questions, dialogue themes, levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from calls.models import Call
from grants.core.together import Together
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
    if "concerned_held" not in call.__dict__:
        hold_concerned(call, CONCERNED.rows(call.pk))
    found: dict[str, dict[str, str]] = call.__dict__["concerned_held"]
    return found


def lists_of(call_id: Any) -> dict[str, QuerySet[Any, Any]]:
    """The lists' own rows, by kind, as queries: for what reads them together with something else too."""
    found: dict[str, QuerySet[Any, Any]] = {AREA: StrategicArea.objects.all()}
    for kind, relation, related, _, _, place in LISTS:
        field: Any = Call._meta.get_field(relation)
        named = field.remote_field.through.objects.filter(call=call_id).order_by().values(related)
        found[kind] = field.related_model.objects.filter(pk__in=named).order_by(place)
    return found


def hold_concerned(call: Call, read: Mapping[str, Iterable[Any]]) -> None:
    """Keep on the call what ``lists_of`` has read."""
    named = {row.area_id for row in call.areas.all()}
    areas = [one for one in read[AREA] if (not named or one.pk in named) and not one.is_ended]
    found = {AREA: {str(one.pk): one.label_sv for one in areas}}
    for kind, _, _, code, words, _ in LISTS:
        found[kind] = {str(getattr(one, code)): getattr(one, words) for one in read[kind]}
    call.__dict__["concerned_held"] = {kind: rows for kind, rows in found.items() if rows}


CONCERNED = Together(lists_of)
