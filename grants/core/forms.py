"""Form fields that clean text, money, days and instants the same way everywhere; errors are sentences that say what to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from grants.core import money, time
from grants.core.text import clean_name, clean_text


class TextField(forms.CharField):
    """Text from people: cleaned, with a limit in characters that the message names. One line unless ``multiline``."""

    def __init__(self, *, multiline: bool = False, rows: int = 6, max_length: int | None = None, **kwargs: Any):
        self.multiline = multiline
        self.limit = max_length
        if multiline:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        kwargs.setdefault("error_messages", {}).setdefault(
            "required", f"Fyll i {kwargs.get('label', 'fältet').lower()}."
        )
        super().__init__(**kwargs)
        if max_length:
            self.widget.attrs.setdefault("data-limit", max_length)

    def to_python(self, value: Any) -> str:
        text = "" if value is None else str(value)
        text = clean_text(text).strip() if self.multiline else clean_name(text)
        if self.limit and len(text) > self.limit:
            raise forms.ValidationError(
                f"Texten har {money.group(len(text))} tecken. Korta den till högst {money.group(self.limit)} tecken."
            )
        return text


class SekField(forms.Field):
    """Whole kronor as people type them; cleaned to an int or None."""

    def __init__(self, *, min_sek: int = 0, **kwargs: Any):
        self.min_sek = min_sek
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-sek": ""})
        )
        kwargs.setdefault("error_messages", {}).setdefault(
            "required", f"Skriv {kwargs.get('label', 'beloppet').lower()} i hela kronor."
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            amount = money.parse_sek(str(value))
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None
        if amount < self.min_sek:
            raise forms.ValidationError(f"Skriv minst {money.format_sek(self.min_sek)}.")
        return amount

    def prepare_value(self, value: Any) -> Any:
        return money.group(value) if isinstance(value, int) else value


class OreField(forms.Field):
    """Kronor with öre, for reported costs; cleaned to a Decimal or None."""

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
            raise forms.ValidationError(str(fault)) from None

    def prepare_value(self, value: Any) -> Any:
        from decimal import Decimal

        return money.format_ore(value).removesuffix(f"{money.NBSP}kr") if isinstance(value, Decimal) else value


class DayField(forms.Field):
    """A day as ÅÅÅÅ-MM-DD; cleaned to a date or None."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-day": ""})
        )
        kwargs.setdefault("error_messages", {}).setdefault(
            "required", f"Skriv {kwargs.get('label', 'datum').lower()} som ÅÅÅÅ-MM-DD."
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
            raise forms.ValidationError(str(fault)) from None

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value


class InstantField(forms.Field):
    """A Swedish day and clock in one text, "2027-01-15 15.00"; cleaned to an instant in UTC or None.

    The hour that does not exist, and the one that exists twice, are refused when clocks change.
    """

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        kwargs.setdefault("error_messages", {}).setdefault("required", "Skriv dag och klockslag som ÅÅÅÅ-MM-DD TT.MM.")
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
            raise forms.ValidationError(str(fault)) from None

    def prepare_value(self, value: Any) -> Any:
        return f"{time.stockholm(value):%Y-%m-%d %H.%M}" if isinstance(value, dt.datetime) else value
