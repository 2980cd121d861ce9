"""Lists about judging: criteria, formal check, attachments, consultations, appeals."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from calls.enums import ConsultedBody, DecisionKind
from calls.lists.base import Row, RowList, sync
from calls.models import Call, CriterionLevel
from grants.core.exceptions import Reason
from grants.core.money import NBSP
from grants.core.text import clean_name, clean_text

DEFAULT_POINTS = 5


def _read_criteria(call: Call) -> list[Row]:
    return [
        {
            "id": row.pk,
            "title": row.title,
            "guidance": row.guidance,
            "weight_percent": row.weight_percent,
            "max_points": row.max_points,
            "minimum_points": row.minimum_points,
            "levels": [(level.points, level.meaning) for level in row.levels.all()],
        }
        for row in call.criteria.prefetch_related("levels")
    ]


def _write_criteria(call: Call, rows: Sequence[Row]) -> None:
    known = set(call.criteria.values_list("pk", flat=True))
    wanted = []
    for order, row in enumerate(rows, 1):
        key = row.get("id") if row.get("id") in known else f"nytt {order}"
        known.discard(row.get("id"))
        values = {
            "title": clean_name(row["title"]),
            "guidance": clean_text(row.get("guidance") or "").strip(),
            "weight_percent": row["weight_percent"],
            "max_points": row.get("max_points") or DEFAULT_POINTS,
            "minimum_points": row.get("minimum_points"),
            "order": order,
        }
        wanted.append((key, values))
    used = Reason("Ett kriterium som du tog bort används i en bedömning. Låt det stå kvar.", "criteria")
    made = sync(call, call.criteria, wanted, lambda row: row.pk, used)
    CriterionLevel.objects.filter(criterion__call=call).delete()
    CriterionLevel.objects.bulk_create(
        CriterionLevel(criterion=made[key], points=points, meaning=clean_name(meaning))
        for (key, _), row in zip(wanted, rows, strict=True)
        for points, meaning in row.get("levels") or ()
    )


def _criterion_line(row: Row) -> str:
    least = f", minst {row['minimum_points']} poäng" if row.get("minimum_points") is not None else ""
    most = row.get("max_points") or DEFAULT_POINTS
    levels = "".join(f"; {points} = {meaning}" for points, meaning in row.get("levels") or ())
    guidance = f". {row['guidance']}" if row.get("guidance") else ""
    return f"{row['title']}: {row['weight_percent']}{NBSP}%, 0–{most} poäng{least}{levels}{guidance}"


def _coded(rows: Sequence[Row], stem: str) -> list[tuple[str, Row]]:
    """Every row with its code: its own where it has one, else a new one that no other row has."""
    taken = {row["code"] for row in rows if row.get("code")}
    free = (code for number in itertools.count(1) if (code := f"{stem}-{number}") not in taken)
    found: dict[str, Row] = {}
    for row in rows:
        own = str(row.get("code") or "")
        found[own if own and own not in found else next(free)] = row
    return list(found.items())


def _read_points(call: Call) -> list[Row]:
    names = ("code", "question", "legal_ground", "help_text")
    return [{name: getattr(row, name) for name in names} for row in call.formal_check_points.all()]


def _write_points(call: Call, rows: Sequence[Row]) -> None:
    wanted = [
        (
            code,
            {
                "code": code,
                "question": clean_name(row["question"]),
                "legal_ground": clean_name(row["legal_ground"]),
                "help_text": clean_name(row.get("help_text") or ""),
                "order": order,
            },
        )
        for order, (code, row) in enumerate(_coded(rows, "punkt"), 1)
    ]
    sync(call, call.formal_check_points, wanted, lambda row: row.code, Reason("", "formal_check_points"))


def _read_attachments(call: Call) -> list[Row]:
    names = ("code", "title", "help_text", "is_required")
    return [{name: getattr(row, name) for name in names} for row in call.required_attachments.all()]


def _write_attachments(call: Call, rows: Sequence[Row]) -> None:
    wanted = [
        (
            code,
            {
                "code": code,
                "title": clean_name(row["title"]),
                "help_text": clean_name(row.get("help_text") or ""),
                "is_required": bool(row.get("is_required")),
                "order": order,
            },
        )
        for order, (code, row) in enumerate(_coded(rows, "bilaga"), 1)
    ]
    used = Reason("En ansökan har redan lämnat en bilaga som du tog bort. Låt den stå kvar.", "required_attachments")
    sync(call, call.required_attachments, wanted, lambda row: row.code, used)


def _read_consultations(call: Call) -> list[Row]:
    names = ("body", "question", "answer_days")
    return [{name: getattr(row, name) for name in names} for row in call.consultations.all()]


def _write_consultations(call: Call, rows: Sequence[Row]) -> None:
    wanted = [
        (
            str(row["body"]),
            {
                "body": str(row["body"]),
                "question": clean_text(row.get("question") or "").strip(),
                "answer_days": row.get("answer_days") or 21,
            },
        )
        for row in rows
    ]
    sync(call, call.consultations, wanted, lambda row: row.body, Reason("", "consultations"))


def _read_rules(call: Call) -> list[Row]:
    return [{"kind": row.kind, "is_appealable": row.is_appealable} for row in call.decision_rules.all()]


def _write_rules(call: Call, rows: Sequence[Row]) -> None:
    wanted = [
        (str(row["kind"]), {"kind": str(row["kind"]), "is_appealable": bool(row["is_appealable"])}) for row in rows
    ]
    sync(call, call.decision_rules, wanted, lambda row: row.kind, Reason("", "decision_rules"))


def _rule_line(row: Row) -> str:
    return f"{DecisionKind(row['kind']).label}: {'kan' if row['is_appealable'] else 'kan inte'} överklagas"


LISTS = {
    "criteria": RowList("Bedömningskriterier", _read_criteria, _write_criteria, _criterion_line),
    "formal_check_points": RowList(
        "Formell kontroll", _read_points, _write_points, lambda row: f"{row['question']} ({row['legal_ground']})"
    ),
    "required_attachments": RowList(
        "Bilagor",
        _read_attachments,
        _write_attachments,
        lambda row: row["title"] + ("" if row.get("is_required") else " (frivillig)"),
    ),
    "consultations": RowList(
        "Samråd och remiss",
        _read_consultations,
        _write_consultations,
        lambda row: (
            f"{ConsultedBody(row['body']).label}, svar inom {row.get('answer_days') or 21} dagar"
            + (f": {row['question']}" if row.get("question") else "")
        ),
    ),
    "decision_rules": RowList("Överklagande", _read_rules, _write_rules, _rule_line),
}
