"""Writing one field of the application's own columns, or the answer to one question: what autosave does most."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from applications.answers import put
from applications.drafting.opening import may_change, saved, stop_if
from applications.drafting.project import MAX_SUMMARY
from applications.enums import Section
from applications.models import Application
from grants.core.exceptions import Reason
from grants.core.held import whole
from grants.core.text import clean_name, clean_text, too_long
from grants.core.workflow import lock

OWN = {
    Section.PARTIES: ("contact_name", "contact_email", "contact_phone"),
    Section.PROJECT: ("title", "summary"),
}
"""Texts that are columns of the application and touch nothing else. All other fields are saved with their section."""
NAMES = {
    "title": ("Projektets namn", 150),
    "contact_name": ("Kontaktpersonens namn", 150),
    "contact_email": ("Kontaktpersonens e-postadress", 254),
    "contact_phone": ("Telefonnumret", 40),
}


@whole
def save_field(
    application: Application, section: Section, name: str, value: str, *, by: Any, typed: dict[str, Any]
) -> Application:
    """One field, judged as its section judges it. The caller has compared what stood there before, under the same lock.

    ``typed``: what is left of the texts that could not be saved (applications.writing.typed).
    """
    row = lock(application)
    may_change(row, section, by=by)
    if name not in OWN.get(section, ()):
        raise ValueError(f"{name} is no column of {section}.")
    reasons: list[Any] = []
    if name in NAMES:
        label, most = NAMES[name]
        value = clean_name(value)
        reasons += too_long(label, value, most, name)
    if name == "contact_email" and value:
        try:
            validate_email(value)
        except ValidationError:
            reasons.append(Reason("Skriv kontaktpersonens e-postadress som namn@organisation.se.", name))
    if name == "summary":
        value = clean_text(value).strip()
        reasons += too_long("Sammanfattningen", value, MAX_SUMMARY, name)
    stop_if(reasons)
    setattr(row, name, value)
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
