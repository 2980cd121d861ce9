"""What every section's forms have in common: the forms themselves, what their page shows, what the action takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField


@dataclass
class Bound:
    """A section's forms. ``data`` is what the action takes; None when something is malformed.

    ``more``: what only its page shows beside them, computed when it does: a field that is saved alone shows none of it.
    ``unused``: names of fields whose texts the action leaves out, as long as something else on the page is not chosen.
    """

    sources: list[Any]
    context: dict[str, Any]
    data: dict[str, Any] | None = None
    save: Any = None
    more: Callable[[], dict[str, Any]] = dict
    unused: Collection[str] = ()

    def fields(self) -> Iterator[BoundField]:
        """Every field of every form."""
        for source in self.sources:
            for form in getattr(source, "forms", [source]):
                yield from form

    def add_reasons(self, reasons: list[str]) -> list[str]:
        """Put an action's reasons at their fields; returns those that belong to none."""
        for source in self.sources:
            for form in getattr(source, "forms", [source]):
                reasons = form.add_reasons(reasons)
        return reasons

    def texts(self) -> dict[str, tuple[str, str]]:
        """field name → (label, what stands in it), as people read it."""
        return {bound.html_name: (str(bound.label), as_read(bound)) for bound in self.fields()}


def as_read(bound: BoundField) -> str:
    """The value of a field in words: labels for choices, the text itself otherwise."""
    value = bound.value()
    choices = dict(choices_of(bound.field))
    if choices:
        held = value if isinstance(value, list | tuple) else [value]
        return ", ".join(choices.get(str(getattr(one, "value", one)), "") for one in held if one not in (None, ""))
    if value is True or value == "on":
        return "Ja"
    return "" if value in (None, False) else str(value).replace("\r\n", "\n").strip()


def choices_of(field: Any) -> Iterator[tuple[str, str]]:
    """The field's choices, those in groups too."""
    for key, label in getattr(field, "choices", []):
        inside = label if isinstance(label, list | tuple) else [(key, label)]
        yield from ((str(one), str(text)) for one, text in inside)


def is_valid(sources: list[Any]) -> bool:
    """Every form is asked, so that all faults are told at once."""
    return not [source for source in sources if not source.is_valid()]
