"""Writing one field of the application's own columns, the text of one objective or the answer to one question: what autosave does most."""

from __future__ import annotations

from typing import Any

from django.utils.functional import SimpleLazyObject

from applications import party_facts
from applications.answers import put
from applications.drafting.opening import kept_when_sent, may_change, saved, stop_if
from applications.drafting.parties import MAX_CONTRIBUTION
from applications.drafting.place import LEVELS
from applications.drafting.project import MAX_SUMMARY
from applications.enums import Section, SpatialLevel
from applications.models import Application, ObjectiveLink
from applications.pages import PLACE, Page
from grants.core.exceptions import Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.money import MAX_SEK, format_sek
from grants.core.text import clean_name, clean_text, too_long

OWN: dict[str, tuple[str, ...]] = {
    Section.PARTIES: ("contact_name", "contact_email", "contact_phone", *party_facts.OWN),
    Section.PROJECT: ("title", "summary", "end_on"),
    PLACE: ("spatial_before", "spatial_after", "spatial_how"),
    Section.BUDGET: ("applied_sek",),
}
"""By page the fields that are columns of the application and touch nothing else. All others are saved with their section."""
NAMES = {
    "title": ("Projektets namn", 150),
    "contact_name": ("Kontaktpersonens namn", 150),
    "contact_email": ("Kontaktpersonens e-postadress", 254),
    "contact_phone": ("Telefonnumret", 40),
}
TEXTS = {
    "summary": ("Sammanfattningen", MAX_SUMMARY),
    "spatial_how": ("Texten om hur strategin blir mer rumslig", MAX_CONTRIBUTION),
}


@whole
def save_field(
    application: Application, page: Page, name: str, value: Any, *, by: Any, typed: dict[str, Any]
) -> Application:
    """One field of a page, judged as its section judges it. The caller has compared what stood there before, under the same lock.

    ``typed``: what is left of the texts that could not be saved (applications.writing.typed).
    """
    row = lock(application)
    may_change(row, page.section, by=by)
    if name not in OWN.get(page.value, ()):
        raise ValueError(f"{name} is no column of {page}.")
    value, reasons = judged(row, name, value)
    stop_if(reasons)
    setattr(row, name, value)
    row.typed = typed
    return saved(row)


def judged(row: Application, name: str, value: Any) -> tuple[Any, list[Any]]:
    """The value as it is stored, and why it cannot be."""
    if name in NAMES:
        value = clean_name(value)
        label, most = NAMES[name]
        reasons: list[Any] = [*too_long(label, value, most, name)]
        if name == "contact_email" and value and not party_facts.is_email(value):
            reasons.append(Reason("Skriv kontaktpersonens e-postadress som namn@organisation.se.", name))
        return value, reasons
    if name in TEXTS:
        value = clean_text(value).strip()
        label, most = TEXTS[name]
        return value, [*too_long(label, value, most, name)]
    if name in party_facts.OWN:
        value = party_facts.cleaned({name: value}, (name,))[name]
        facts = Application(**{name: value})
        # The applicant's name is read only where a fault is told.
        return value, party_facts.malformed(facts, (name,), SimpleLazyObject(lambda: str(row.applicant)[:60]))
    if name in LEVELS:
        value = value or None
        is_level = value is None or value in SpatialLevel.values
        return value, [] if is_level else [Reason(f"Välj hur {LEVELS[name]} på skalan.", name)]
    if name == "applied_sek":
        value = value or 0
        is_sum = 0 <= value <= MAX_SEK
        reasons = [] if is_sum else [Reason(f"Skriv belopp mellan 0 och {format_sek(MAX_SEK)}.", name)]
        return value, reasons + kept_when_sent(row, value, "Skriv hur mycket stöd ni söker.", name)
    return value, []  # a day is one, or the form has said so


@whole
def save_contribution(
    application: Application, link: ObjectiveLink, text: Any, *, by: Any, typed: dict[str, Any]
) -> Application:
    """How the project contributes to an objective that is chosen already, judged as its section judges it."""
    row = lock(application)
    may_change(row, Section.OBJECTIVES, by=by)
    text = clean_text(text or "").strip()
    called = f"Texten om ”{link.objective.label}”"
    stop_if(too_long(called, text, MAX_CONTRIBUTION, f"mal-{link.objective_id}-hur"))
    link.contribution = text
    link.save(update_fields=["contribution"])
    row.typed = typed
    return saved(row)


@whole
def save_answer(application: Application, question: Any, answer: Any, *, by: Any, typed: dict[str, Any]) -> Application:
    """The answer to one question of the version that the application answers; all others stay."""
    row = lock(application)
    may_change(row, Section.PROJECT, by=by)
    stop_if(put(row, [question], {question.code: answer}))
    row.typed = typed
    return saved(row)
