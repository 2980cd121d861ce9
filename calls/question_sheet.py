"""The questions of a call in advance: what applicants will be asked, as they will meet it, on a page and as PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings

from calls.enums import Required
from calls.models import Call, FormVersion
from calls.questions import kind_of, sections_of
from calls.questions.conditions import has_condition, sentence
from grants.core import files, prose
from grants.core.events import canonical, sha256
from grants.core.text import listed
from grants.core.time import format_day, stockholm
from grants.documents import letters

FOLDER = "question_sheets"
LEAD = (
    "Det här frågar vi om i ansökan. Ni svarar i tjänsten och kan spara när ni vill. Utöver frågorna fyller ni i parter, "
    "mål, budget, finansiering och bilagor."
)
SHOW_OPTIONS = 30
"""More options than this are counted, not listed."""


def form_shown(call: Call) -> FormVersion | None:
    """The version that applicants are asked now; None when the call has no questions. Reads, never makes one."""
    versions = list(call.form_versions.all())
    frozen = [version for version in versions if version.frozen_at is not None]
    return next(iter([*frozen[::-1], *versions[::-1]]), None)


def sections(form: FormVersion) -> list[dict[str, Any]]:
    """The sections with their questions in words."""
    held = sections_of(form)
    by_code = {question.code: question for section in held for question in section.questions.all()}
    return [
        {
            "code": section.code,
            "title": section.title,
            "intro": section.intro,
            "questions": [_in_words(question, by_code) for question in section.questions.all()],
        }
        for section in held
    ]


def _in_words(question: Any, by_code: dict[str, Any]) -> dict[str, Any]:
    kind = kind_of(question)
    options = [label for _, label in kind.closed_answers(question.settings)] if question.kind != "yes_no" else []
    columns = [str(column["label"]) for column in question.settings.get("columns") or ()]
    notes = [sentence(question, by_code)] if has_condition(question) else []
    if question.required == Required.NEVER:
        notes.append("Frivillig.")
    notes += kind.limits(question.settings)
    if columns:
        notes.append(f"Kolumner: {listed(columns)}.")
    if len(options) > SHOW_OPTIONS:
        notes.append(f"{len(options)} svarsalternativ.")
        options = []
    return {
        "label": question.label,
        "help_text": question.help_text,
        "kind": str(question.get_kind_display()),
        "notes": [note for note in notes if note],
        "options": options,
    }


def content(call: Call, form: FormVersion) -> dict[str, Any]:
    """The sheet as the letters' template takes it."""
    changed = form.frozen_at or call.state_changed_at or call.created_at
    day = stockholm(changed).date()
    facts = [["Utlysning", f"{call.title} ({call.code})"]]
    if call.opens_at:
        facts.append(["Öppnar", _moment(call.opens_at)])
    if call.last_moment:
        facts.append(["Sista tid att söka", _moment(call.last_moment)])
    if form.number > 1:
        facts.append(["Version", f"{form.number}: {form.note}" if form.note else str(form.number)])
    blocks: list[dict[str, Any]] = [{"heading": "Så använder ni bladet", "paragraphs": [LEAD]}]
    for section in sections(form):
        block: dict[str, Any] = {"heading": section["title"], "parts": [_part(one) for one in section["questions"]]}
        if section["intro"]:
            block["paragraphs"] = prose.for_letter(section["intro"])
        blocks.append(block)
    return {
        "kind": "Frågor i ansökan",
        "title": call.title,
        "facts": facts,
        "blocks": blocks,
        "authority": call.authority.name,
        "service": settings.SERVICE_NAME,
        "date": format_day(day),
        "year": day.year,
        "month": day.month,
        "day": day.day,
    }


def _part(question: dict[str, Any]) -> dict[str, Any]:
    said = [*prose.for_letter(question["help_text"]), " ".join([f"{question['kind']}.", *question["notes"]])]
    return {"heading": question["label"], "paragraphs": said, "items": question["options"]}


def _moment(at: dt.datetime) -> str:
    return f"{stockholm(at):%Y-%m-%d} kl. {stockholm(at):%H.%M}"


def pdf(call: Call, form: FormVersion) -> bytes:
    """The sheet as PDF, kept by what it says: it is set once, and again when a question or the template changes."""
    said = content(call, form)
    key = sha256(canonical([said, sha256(letters.TEMPLATE.read_text())]))
    place = files.path_of(f"{FOLDER}/{call.pk}/{key}.pdf")
    if place.exists():
        return place.read_bytes()
    made = letters.typeset(said)
    temp = files.temporary(FOLDER)
    try:
        temp.write_bytes(made)
        files.keep(temp, f"{FOLDER}/{call.pk}/{key}.pdf")
    finally:
        temp.unlink(missing_ok=True)
    for old in place.parent.glob("*.pdf"):  # what it said before is in no one's use
        if old != place:
            old.unlink(missing_ok=True)
    return made
