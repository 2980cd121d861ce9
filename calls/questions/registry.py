"""The kinds of questions, by the code that is stored with each question."""

from __future__ import annotations

from typing import Any

from calls.questions.amount import Amount
from calls.questions.base import Kind
from calls.questions.date import Date
from calls.questions.file import File
from calls.questions.indicators import Indicators
from calls.questions.municipalities import Municipalities
from calls.questions.number import Number
from calls.questions.one_of import OneOf
from calls.questions.risks import Risks
from calls.questions.several_of import SeveralOf
from calls.questions.table import Table
from calls.questions.text import Text
from calls.questions.theory_of_change import TheoryOfChange
from calls.questions.yes_no import YesNo

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Text(),
        Number(),
        Amount(),
        Date(),
        YesNo(),
        OneOf(),
        SeveralOf(),
        Table(),
        File(),
        Municipalities(),
        TheoryOfChange(),
        Risks(),
        Indicators(),
    )
}


def kind_of(question: Any) -> Kind:
    """The kind of a question. Raises KeyError for one that no class knows."""
    return KINDS[str(question.kind)]
