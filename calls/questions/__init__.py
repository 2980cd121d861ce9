"""Questions as data: kinds (one class each, ``registry``), conditions, the form that applicants meet, versions.

Imported through the modules that hold things, but for what other parts of the service ask for most.
"""

from calls.questions.asking import AnswersForm, checked
from calls.questions.base import PREFIX, Kind, Surroundings
from calls.questions.conditions import asked_codes, must_answer
from calls.questions.registry import KINDS, kind_of
from calls.questions.versions import (
    copy_form,
    form_asked_now,
    form_in_use,
    form_in_work,
    questions_of,
    sections_of,
    standard_form,
)

__all__ = [
    "KINDS",
    "PREFIX",
    "AnswersForm",
    "Kind",
    "Surroundings",
    "asked_codes",
    "checked",
    "copy_form",
    "form_asked_now",
    "form_in_use",
    "form_in_work",
    "kind_of",
    "must_answer",
    "questions_of",
    "sections_of",
    "standard_form",
]
