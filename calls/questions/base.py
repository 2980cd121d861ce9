"""What a kind of question is: settings for the call manager, fields for the applicant, one check of both, text for readers.

A new kind is one class in a file of its own, listed in ``registry``, with one template and one test (docs/how-to/new-question.md).
Answers are JSON in ``Application.answers[code]``. ``check`` is their only judge: forms hand it what was typed, actions what
they were given, and it answers with what may be stored or with sentences. It never trusts a type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django import forms

from grants.core.held import seen
from grants.core.ui import named

PREFIX = "fraga_"
"""Begins the name of every question's field."""
Value = TypeVar("Value")
Fault = tuple[str, str]
"""A sentence and the part of the question that it is about; "" for the first."""


@dataclass
class Surroundings:
    """What a question may need to know of its application: the regions that apply, and what was answered before."""

    regions: Any = field(default_factory=list)
    """A list of regions, or a function that gives one: read only when a question wants it."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, list[Any]] = field(default_factory=dict)
    """Attachments by the code of the question that they answer."""

    @cached_property
    def municipalities(self) -> list[Any]:
        """The regions' municipalities with their region, in order of county and name; all of Sweden's without a region."""
        regions = self.regions() if callable(self.regions) else self.regions
        return municipalities_of(regions)

    @cached_property
    def all_municipalities(self) -> list[Any]:
        """Every municipality, for questions that are not bound to the applicants' counties."""
        return Surroundings().municipalities


def municipalities_of(regions: Any) -> list[Any]:
    """The municipalities of these regions, of all of them where there are none; read once in a transaction."""
    found = listed_municipalities()
    return seen(municipalities_key(regions), lambda: list(found.filter(region__in=regions) if regions else found))


def municipalities_key(regions: Any) -> tuple[Any, ...]:
    """What decides which they are."""
    return ("municipalities", *(region.pk for region in regions))


def listed_municipalities() -> Any:
    """Every municipality with its region, in order of county and name."""
    from grants.strategy.models import Municipality

    return Municipality.objects.current().select_related("region").order_by("region__county_code", "name")


class Kind:
    """The base of every kind."""

    code: ClassVar[str]
    template: ClassVar[str] = "questions/field.html"
    is_closed: ClassVar[bool] = False
    """Whether its answers are a list that is known beforehand, so that another question can depend on them."""

    # The call manager's side -----------------------------------------------------------------------------------------

    def settings_fields(self, settings: Mapping[str, Any]) -> dict[str, forms.Field]:
        """The fields of the set-up page, by name."""
        return {}

    def settings_initial(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """What stands in them."""
        return dict(settings)

    def check_settings(self, raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        """What may be stored, and what is wrong, each with the name of its field. ``before``: what is stored now."""
        return {}, []

    def setting(
        self, read: Callable[[Any], Value], raw: Mapping[str, Any], name: str, faults: list[Fault]
    ) -> Value | None:
        """One value among the settings; otherwise a fault that names its field, as it also stands in the list of faults."""
        try:
            return read(raw.get(name))
        except ValueError as fault:
            called = str(self.settings_fields({})[name].label).removesuffix(" (frivilligt)")
            faults.append((named(called, str(fault)), name))
            return None

    def limits(self, settings: Mapping[str, Any]) -> list[str]:
        """The limits as sentences, for the public page and the list of questions."""
        return []

    def closed_answers(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The possible answers (value, label) of a closed kind."""
        return []

    # The applicant's side --------------------------------------------------------------------------------------------

    def fields(self, question: Any, rows: int, around: Surroundings) -> dict[str, forms.Field]:
        """The fields by the end of their names; "" is the question's own. ``rows``: for kinds that have rows."""
        raise NotImplementedError

    def rows_for(self, question: Any, answer: Any, posted: str | None, more: bool) -> int:
        """How many rows the page shows; 0 for kinds without rows."""
        return 0

    def initial(self, question: Any, answer: Any) -> dict[str, Any]:
        """What stands in the fields for a stored answer."""
        return {"": answer}

    def given(self, question: Any, values: Mapping[str, Any]) -> Any:
        """The answer as the fields hold it, unchecked."""
        return values.get("")

    def check(self, question: Any, raw: Any, around: Surroundings) -> tuple[Any, list[Fault]]:
        """The answer that may be stored, None for none, and what is malformed. Incomplete is fine."""
        raise NotImplementedError

    def lacks(self, question: Any, answer: Any, *, must: bool, around: Surroundings) -> list[Fault]:
        """What is left to do before the application can be sent."""
        if must and self.is_empty(answer):
            return [(f"Svara på ”{question.label}”.", "")]
        return []

    def is_empty(self, answer: Any) -> bool:
        return answer in (None, "", [], {})

    # The reader's side -----------------------------------------------------------------------------------------------

    def words(self, question: Any, answer: Any) -> str:
        """The answer as one text, for exports and comparisons."""
        return str(answer or "")

    def block(self, question: Any, answer: Any) -> dict[str, Any]:
        """The answer as a part of the frozen content (see grants.documents.letters)."""
        return {"paragraphs": [self.words(question, answer)]}

    def context(self, question: Any, bound: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
        """What the kind's template needs besides its fields."""
        return {}


def told(question: Any, sentence: object) -> str:
    """A sentence that names its question."""
    return named(question.label, str(sentence))


CROSSED = "Den högsta gränsen är lägre än den lägsta. Ändra någon av dem."


def in_order(low: Any, high: Any, name: str, faults: list[Fault], sentence: str = CROSSED) -> None:
    """A fault at ``name`` where the lower limit is above the higher."""
    if low is not None and high is not None and low != "" and high != "" and low > high:
        faults.append((sentence, name))


def kept(**settings: Any) -> dict[str, Any]:
    """The settings that say something."""
    return {name: value for name, value in settings.items() if value is not None and value != ""}
