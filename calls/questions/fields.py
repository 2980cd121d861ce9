"""Form fields that take whatever was typed: the kind of the question alone judges it, so page and action never differ."""

from __future__ import annotations

from typing import Any

from django import forms

from grants.core.forms import NamedField

TEXT = {"autocomplete": "off"}


class RawField(NamedField):
    """Text as it was typed; never a fault of its own."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", forms.TextInput(attrs=dict(TEXT)))
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return "" if value is None else str(value)


class RawChoice(NamedField, forms.ChoiceField):
    """One of the choices, or whatever else was sent."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", forms.RadioSelect)
        super().__init__(required=False, **kwargs)

    def validate(self, value: Any) -> None:
        """Anything: the kind says what is wrong, and where."""


class RawSeveral(NamedField, forms.MultipleChoiceField):
    """Several of the choices, or whatever else was sent."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> list[str]:
        return [str(one) for one in value or ()]

    def validate(self, value: Any) -> None:
        """Anything: the kind says what is wrong, and where."""


def hint_of(question: Any, *own: str) -> str:
    """The question's help text and what its kind says besides, which stands apart from a help text of several lines."""
    gap = "\n\n" if "\n" in question.help_text else " "
    return gap.join(part for part in (question.help_text, " ".join(own)) if part)


def long_text(label: str, *, rows: int = 4, limit: int | None = None, words: bool = False, **kwargs: Any) -> RawField:
    """A text of several lines; with a limit the page counts characters, or words, as they are typed."""
    attrs: dict[str, Any] = {"rows": rows}
    if limit and not words:
        attrs["data-limit"] = limit
    return RawField(label=label, widget=forms.Textarea(attrs=attrs), **kwargs)


def amount(label: str, **kwargs: Any) -> RawField:
    """Whole kronor."""
    return RawField(
        label=label, widget=forms.TextInput(attrs={**TEXT, "inputmode": "numeric", "data-sek": ""}), **kwargs
    )


def day(label: str, **kwargs: Any) -> RawField:
    """A day as ÅÅÅÅ-MM-DD."""
    kwargs.setdefault("help_text", "Skriv datumet som ÅÅÅÅ-MM-DD.")
    return RawField(
        label=label, widget=forms.TextInput(attrs={**TEXT, "inputmode": "numeric", "data-day": ""}), **kwargs
    )


def small(label: str, **kwargs: Any) -> RawField:
    """A short number."""
    return RawField(
        label=label, widget=forms.TextInput(attrs={**TEXT, "inputmode": "decimal", "class": "w-year"}), **kwargs
    )


def choice(label: str, choices: Any, *, short: bool = False, **kwargs: Any) -> RawChoice:
    """A drop-down list; a short one is as wide as a number."""
    widget = forms.Select(attrs={"class": "w-year"} if short else {})
    return RawChoice(label=label, choices=choices, widget=widget, **kwargs)
