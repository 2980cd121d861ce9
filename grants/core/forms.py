"""Form fields that clean text, money, days and instants the same way everywhere; errors are sentences that say what to do.

Every sentence names its field, since it stands in the error summary too, far from the field (DESIGN.md 5).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from grants.core import money, time
from grants.core.text import clean_name, clean_text, too_long
from grants.core.ui import asking, lower_first, named

_UNIT = re.compile(r", (kr|kronor|%)$")
"""The unit that ends a label; sentences name it themselves."""


class NamedField(forms.Field):
    """A field that names itself in its faults, by the label that it has when the fault is found.

    ``asks`` is what it says when it is empty; a form's own ``error_messages`` come first and name the field themselves.
    ``called``: its name where the label alone does not tell it from others, "Kommentaren till ”Är ansökan undertecknad?”".
    """

    asks = "Fyll i {}."

    def __init__(self, *, called: str = "", **kwargs: Any):
        self.called = called
        self.asks_in_own_words = "required" in (kwargs.get("error_messages") or {})
        super().__init__(**kwargs)

    @property
    def name(self) -> str:
        return self.called or _UNIT.sub("", str(self.label or "Fältet"))

    def fault(self, sentence: object) -> forms.ValidationError:
        """The error to raise."""
        return forms.ValidationError(named(self.name, str(sentence)))

    def validate(self, value: Any) -> None:
        if self.required and value in self.empty_values and not self.asks_in_own_words:
            raise forms.ValidationError(asking(self.name, self.asks), code="required")
        super().validate(value)


class ReasonedForm(forms.Form):
    """A form that also shows at its fields why an action refused."""

    def add_reasons(self, reasons: Iterable[str], fields: Mapping[str, str] | None = None) -> list[str]:
        """Put each reason at its field; returns those that belong to none. ``fields``: a reason's place → a field's name."""
        left = []
        for reason in reasons:
            where = getattr(reason, "where", "")
            where = (fields or {}).get(where, where)
            name = where.removeprefix(f"{self.prefix}-") if self.prefix else where
            if name in self.fields and self.add_prefix(name) == where:
                self.add_error(name, str(reason))
            else:
                left.append(reason)
        return left


class NumberedRow(forms.Form):
    """One of several like rows of a page: ``row_name``, as its legend reads, stands first in each of its faults."""

    row_name = ""

    def add_error(self, field: str | None, error: Any) -> None:
        fault = error if isinstance(error, forms.ValidationError) else forms.ValidationError(error)
        if self.row_name and field in self.fields:
            label = getattr(self.fields[str(field)], "name", "")
            fault = forms.ValidationError([self._in_row(text, label) for text in fault.messages])
        super().add_error(field, fault)

    def _in_row(self, text: str, label: str) -> str:
        if self.row_name.lower() in text.lower():
            return text
        begins = label and text.startswith(f"{label}: ")
        return f"{self.row_name}{', ' if begins else ': '}{lower_first(text)}"


class TextField(NamedField, forms.CharField):
    """Text from people: cleaned, with a limit in characters that the message names. One line unless ``multiline``."""

    asks = "Fyll i {}."

    def __init__(self, *, multiline: bool = False, rows: int = 6, max_length: int | None = None, **kwargs: Any):
        self.multiline = multiline
        self.limit = max_length
        if multiline:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
        if max_length:
            self.widget.attrs.setdefault("data-limit", max_length)

    def to_python(self, value: Any) -> str:
        text = "" if value is None else str(value)
        text = clean_text(text).strip() if self.multiline else clean_name(text)
        for reason in too_long(self.text_name, text, self.limit) if self.limit else ():
            raise forms.ValidationError(str(reason))
        return text

    @property
    def text_name(self) -> str:
        """What the text is called where it is too long: "Svaret på ”Vilka mål har projektet?”"."""
        return self.called or (f"Svaret på ”{self.name}”" if self.name.endswith("?") else f"”{self.name}”")


class SekField(NamedField):
    """Whole kronor as people type them; cleaned to an int or None."""

    asks = "Skriv {} i hela kronor."

    def __init__(self, *, min_sek: int = 0, **kwargs: Any):
        self.min_sek = min_sek
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-sek": ""})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            amount = money.parse_sek(str(value))
        except ValueError as fault:
            raise self.fault(fault) from None
        if amount < self.min_sek:
            raise self.fault(f"Skriv minst {money.format_sek(self.min_sek)}.")
        return amount

    def prepare_value(self, value: Any) -> Any:
        return money.group(value) if isinstance(value, int) else value


class OreField(NamedField):
    """Kronor with öre, for reported costs; cleaned to a Decimal or None."""

    asks = "Skriv {} i kronor."

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-sek": ""})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return money.parse_ore(str(value))
        except ValueError as fault:
            raise self.fault(fault) from None

    def prepare_value(self, value: Any) -> Any:
        from decimal import Decimal

        return money.format_ore(value).removesuffix(f"{money.NBSP}kr") if isinstance(value, Decimal) else value


class DayField(NamedField):
    """A day as ÅÅÅÅ-MM-DD; cleaned to a date or None."""

    asks = "Skriv {} som ÅÅÅÅ-MM-DD."

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-day": ""})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.date):
            return value
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return time.parse_day(str(value))
        except ValueError as fault:
            raise self.fault(fault) from None

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value


class InstantField(NamedField):
    """A Swedish day and clock in one text, "2027-01-15 15.00"; cleaned to an instant in UTC or None.

    The hour that does not exist, and the one that exists twice, are refused when clocks change.
    """

    asks = "Skriv {} som ÅÅÅÅ-MM-DD TT.MM."

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.datetime | None:
        if isinstance(value, dt.datetime):
            return value
        if value in self.empty_values or not str(value).strip():
            return None
        day, _, clock = str(value).strip().replace(" kl. ", " ").replace("T", " ").partition(" ")
        try:
            return time.local_instant(time.parse_day(day), time.parse_clock(clock))
        except ValueError as fault:
            raise self.fault(fault) from None

    def prepare_value(self, value: Any) -> Any:
        return f"{time.stockholm(value):%Y-%m-%d %H.%M}" if isinstance(value, dt.datetime) else value
