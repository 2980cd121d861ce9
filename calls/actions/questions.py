"""Setting up a call's questions: sections, questions, their order, and versions. Every change is an event of the call.

The version in work can be changed; a frozen one never. In an open call the next version is made in work and taken into use.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied

from calls import rules
from calls.enums import QuestionKind, Required, State
from calls.models import Call, FormVersion, Question, QuestionSection
from calls.questions import parsing
from calls.questions.conditions import shortened
from calls.questions.outline import (
    MOST_QUESTIONS,
    MOST_SECTIONS,
    Outline,
    new_question_code,
    new_section_code,
    stamp,
    stamp_of_all,
)
from calls.questions.registry import KINDS
from calls.questions.versions import copy_version, differences, form_in_use, form_in_work
from grants.core import events
from grants.core import seen as seen_on_page
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.time import now
from grants.core.ui import named

CHANGEABLE = (State.DRAFT, State.PUBLISHED, State.OPEN)
LABEL, HELP, TITLE, INTRO, NOTE = 300, 2_000, 150, 2_000, 500
CHANGED = (
    "Frågorna har ändrats sedan du öppnade sidan. Läs det som står här nu, och tryck igen om det fortfarande stämmer."
)
FROZEN = "Frågorna är låsta, eftersom de är publicerade. Börja på en ny version om de behöver ändras."
TWICE = "Samma fråga står redan i avsnittet ”{}”. Skriv frågan så att de går att skilja åt."


def managed(call: Call, by: Any) -> Call:
    """The locked call, for somebody who may change its questions while they can still be changed."""
    row: Call = lock(call)
    if not rules.may_manage(row, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan ändra frågorna.")
    if row.state not in CHANGEABLE:
        raise Blocked(f"Frågorna går inte att ändra när utlysningen är {row.get_state_display().lower()}.")
    return row


def in_work(action: Callable[..., Any]) -> Callable[..., Any]:
    """An action on the version in work: (call, outline, …). Raises PermissionDenied, or Blocked when all are frozen.

    ``shown``: the stamp of the version that the person's page showed; raises Stale when it is another by now.
    """

    @whole
    @functools.wraps(action)
    def wrapped(call: Call, *args: Any, by: Any, shown: str | None = None, **kwargs: Any) -> Any:
        row = managed(call, by)
        if row.state == State.DRAFT:
            form_in_use(row)  # a call from before questions were data gets the standard ones
        form = form_in_work(row)
        if form is None:
            raise Blocked(FROZEN)
        if shown is not None and shown != stamp_of_all(form):
            raise Stale(Reason(CHANGED, seen_on_page.WHERE))
        return action(row, Outline(form), *args, by=by, **kwargs)

    return wrapped


def tell(call: Call, name: str, by: Any, label: str, **facts: Any) -> None:
    events.record(call, name, by=by, label=label[:150], facts=facts)


# Sections ------------------------------------------------------------------------------------------------------------


@in_work
def save_section(
    call: Call, outline: Outline, code: str, data: dict[str, Any], *, by: Any, seen: str | None = None
) -> QuestionSection:
    """Change a section, or add one with ``code`` "". ``data``: title, intro. Raises Stale or Blocked."""
    section = outline.section(code) if code else QuestionSection(form=outline.form, order=len(outline.sections) + 1)
    if code and seen is not None and seen != stamp(section):
        raise Stale
    reasons: list[str] = []
    section.title = _text(data, "title", "Rubriken", TITLE, reasons, one_line=True)
    section.intro = _text(data, "intro", "Inledningen", INTRO, reasons)
    if not section.title and not reasons:
        reasons.append(Reason("Skriv avsnittets rubrik.", "title"))
    elif section.title and outline.has_title(section.title, section):
        reasons.append(Reason("Ett annat avsnitt heter redan så. Skriv en annan rubrik.", "title"))
    if not code and len(outline.sections) >= MOST_SECTIONS:
        reasons.append(Reason(f"Det finns redan {MOST_SECTIONS} avsnitt. Ta bort något först.", "title"))
    if reasons:
        raise Blocked(reasons)
    if not code:
        section.code = new_section_code(call, section.title)
    section.save()
    word = "ändrades" if code else "lades till"
    tell(call, "section_saved", by, f"Avsnittet ”{section.title}” {word}", code=section.code, title=section.title)
    return section


@in_work
def remove_section(call: Call, outline: Outline, code: str, *, by: Any) -> None:
    """Take away a section without questions. The last one stays."""
    section = outline.section(code)
    if outline.questions[section.pk]:
        raise Blocked(f"Avsnittet ”{section.title}” har frågor. Flytta eller ta bort dem först.")
    if len(outline.sections) == 1:
        raise Blocked("Ansökan behöver minst ett avsnitt. Lägg till ett annat först.")
    section.delete()
    tell(call, "section_removed", by, f"Avsnittet ”{section.title}” togs bort", code=code)


@in_work
def move_section(call: Call, outline: Outline, code: str, *, up: bool, by: Any) -> None:
    """One place up or down; nothing at the end."""
    section = outline.section(code)
    if outline.move_section(section, up):
        outline.stop_at_faults()
        outline.write_order()
        tell(call, "section_moved", by, f"Avsnittet ”{section.title}” flyttades {_way(up)}", code=code)


# Questions -----------------------------------------------------------------------------------------------------------


@in_work
def save_question(
    call: Call, outline: Outline, code: str, data: dict[str, Any], *, by: Any, seen: str | None = None
) -> Question:
    """Change a question, or add one with ``code`` "". Raises Stale, or Blocked with every fault at its field.

    ``data``: section (code), kind, label, help_text, required, condition ("code=value"), for_assessors, and the kind's
    settings as they were typed. ``place``: which question of the section it becomes; where it stands, or last, when empty.
    """
    question = outline.question(code) if code else Question(form=outline.form, code=new_question_code(call))
    if code and seen is not None and seen != stamp(question):
        raise Stale
    before = dict(question.settings) if code else {}
    reasons: list[str] = []
    section = next((one for one in outline.sections if one.code == data.get("section")), None)
    if section is None:
        reasons.append(Reason("Välj avsnitt ur listan.", "section"))
    _set_words(question, data, reasons)
    _set_condition(question, data, reasons)
    place = _place(data, reasons)
    kind = KINDS.get(str(data.get("kind")))
    if kind is None:
        reasons.append(Reason("Välj slag av fråga ur listan.", "kind"))
    else:
        same = code and question.kind == kind.code
        question.kind = kind.code
        question.settings, faults = kind.check_settings(data, before if same else _keys(before))
        reasons += [Reason(text, where) for text, where in faults]
    if not code and len(outline.flat()) >= MOST_QUESTIONS:
        reasons.append(Reason(f"Det finns redan {MOST_QUESTIONS} frågor. Ta bort någon först.", "label"))
    if section is not None and question.label and outline.has_label(section, question):
        reasons.append(Reason(TWICE.format(section.title), "label"))
    if reasons or section is None:
        raise Blocked(reasons)
    if not code or question.section_id != section.pk or place is not None:
        outline.place(question, section, place)
    outline.stop_at_faults(question)
    question.section = section
    question.save()
    outline.write_order()
    word = "ändrades" if code else "lades till"
    tell(call, "question_saved", by, f"Frågan ”{question.label}” {word}", code=question.code, kind=question.kind)
    return question


@in_work
def remove_question(call: Call, outline: Outline, code: str, *, by: Any) -> str:
    """Take away a question that no other depends on. Returns the code of the section where it stood."""
    question = outline.question(code)
    outline.questions[question.section_id].remove(question)
    outline.stop_at_faults()
    question.delete()
    outline.write_order()
    tell(call, "question_removed", by, f"Frågan ”{question.label}” togs bort", code=code)
    return str(question.section.code)


@in_work
def move_question(call: Call, outline: Outline, code: str, *, up: bool, by: Any) -> None:
    """One place up or down, into the next section at the edge; never past a question that it depends on."""
    question = outline.question(code)
    if outline.move(question, up):
        if outline.has_label(question.section, question):
            raise Blocked(
                f"Frågan ”{shortened(question.label)}” går inte att flytta dit: samma fråga står redan i avsnittet "
                f"”{question.section.title}”. Skriv om en av dem först."
            )
        outline.stop_at_faults()
        outline.write_order()
        tell(call, "question_moved", by, f"Frågan ”{question.label}” flyttades {_way(up)}", code=code)


# Versions ------------------------------------------------------------------------------------------------------------


@whole
def begin_version(call: Call, *, by: Any) -> FormVersion:
    """The next version in work, with all of the present one in it. Returns the one in work when there is one already."""
    row = managed(call, by)
    held = form_in_work(row)
    if held is not None:
        return held
    used = form_in_use(row)
    form = copy_version(used, FormVersion.objects.create(call=row, number=used.number + 1))
    tell(row, "questions_version_begun", by, f"Version {form.number} av frågorna påbörjades", version=form.number)
    return form


@in_work
def take_into_use(call: Call, outline: Outline, *, note: Any, by: Any) -> FormVersion:
    """Freeze the version in work: drafts move to it, applications that are in keep theirs. ``note``: what has changed."""
    form = outline.form
    if call.state == State.DRAFT:
        raise Blocked("Frågorna tas i bruk när utlysningen publiceras.")
    reasons: list[str] = []
    form.note = _text({"note": note}, "note", "Beskrivningen", NOTE, reasons)
    if not form.note and not reasons:
        reasons.append(Reason("Beskriv kort vad som har ändrats och varför.", "note"))
    changed = differences(form_in_use(call), form)
    if not changed and not reasons:
        reasons.append(Reason("Inget har ändrats. Ändra frågorna, eller kasta versionen.", "note"))
    if reasons or (reasons := outline.lacks()):
        raise Blocked(reasons)
    form.frozen_at = now()
    form.save()
    events.record(
        call,
        "questions_taken_into_use",
        by=by,
        label=f"Version {form.number} av frågorna togs i bruk",
        reason=form.note,
        facts={"version": form.number, "changes": [list(one) for one in changed]},
    )
    if call.state == State.OPEN:
        from calls.notices import notify_drafts

        notify_drafts(call, f"Frågorna i utlysningen har ändrats. {form.note}")
    return form


@in_work
def discard_version(call: Call, outline: Outline, *, by: Any) -> None:
    """Throw the version in work away; what is asked now stays."""
    form = outline.form
    if call.state == State.DRAFT or form.number == 1:
        raise Blocked("Det finns ingen tidigare version att gå tillbaka till.")
    number = form.number
    form.delete()
    tell(call, "questions_version_discarded", by, f"Version {number} av frågorna kastades", version=number)


# Reading what was typed ----------------------------------------------------------------------------------------------


def _text(
    data: dict[str, Any], name: str, called: str, most: int, reasons: list[str], *, one_line: bool = False
) -> str:
    try:
        return parsing.limited(data.get(name), called, most, one_line=one_line)
    except ValueError as fault:
        reasons.append(Reason(str(fault), name))
        return ""


def _set_words(question: Question, data: dict[str, Any], reasons: list[str]) -> None:
    found = len(reasons)
    question.label = _text(data, "label", "Frågan", LABEL, reasons, one_line=True)
    question.help_text = _text(data, "help_text", "Förklaringen", HELP, reasons)
    question.for_assessors = bool(data.get("for_assessors"))
    if not question.label and len(reasons) == found:
        reasons.append(Reason("Skriv frågan.", "label"))


def _set_condition(question: Question, data: dict[str, Any], reasons: list[str]) -> None:
    required, condition = data.get("required"), data.get("condition") or ""
    if required not in Required.values:
        reasons.append(Reason("Välj om frågan måste besvaras.", "required"))
        return
    question.required = str(required)
    question.condition_code = question.condition_value = ""
    if required != Required.WHEN:
        return
    code, _, value = (condition if isinstance(condition, str) else "").partition("=")
    if not code or not value or len(code) > 40 or len(value) > 200:
        reasons.append(Reason("Välj vilken fråga och vilket svar det beror på.", "condition"))
        return
    question.condition_code, question.condition_value = parsing.text(code), parsing.text(value)


def _place(data: dict[str, Any], reasons: list[str]) -> int | None:
    try:
        return parsing.whole(data.get("place"), 1, MOST_QUESTIONS)
    except ValueError as fault:
        reasons.append(Reason(named("Plats i avsnittet", str(fault)), "place"))
        return None


def _keys(before: dict[str, Any]) -> dict[str, Any]:
    """Of the settings of another kind only the highest key is kept, so that no option's key is ever given to another."""
    return {"last_key": before["last_key"]} if "last_key" in before else {}


def _way(up: bool) -> str:
    return "upp" if up else "ner"


def kinds_on_page() -> list[tuple[str, str]]:
    """The kinds in the order of the list."""
    return [(kind.value, str(kind.label)) for kind in QuestionKind if kind.value in KINDS]
