"""Fields of the set-up pages that are not only for calls' money and dates: whole numbers, shares, addresses, choices, scales."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from calls.codes import LETTERS, OURS, is_code, is_reserved
from grants.core.forms import NamedField, TextField
from grants.core.text import clean_name, clean_text

LONGEST_MEANING = 500


class WholeField(NamedField):
    """A whole number between two limits; the error names both and ``what`` it is about."""

    def __init__(self, *, what: str, least: int, most: int, **kwargs: Any):
        self.least, self.most = least, most
        self.text = f"Skriv {what} som ett heltal mellan {least} och {most}."
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-year"})
        super().__init__(error_messages={"required": self.text}, widget=widget, **kwargs)

    def to_python(self, value: Any) -> int | None:
        text = re.sub(r"\s", "", str(value if value is not None else ""))
        if not text:
            return None
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not self.least <= int(text) <= self.most:
            raise forms.ValidationError(self.text)
        return int(text)


class PercentField(NamedField):
    """A percentage with at most two decimals, comma or point; cleaned to a Decimal or None."""

    asks = "Skriv {} med siffror, till exempel 15."

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "w-year"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        text = re.sub(r"[\s%]", "", str(value or ""))
        if not text:
            return None
        if not re.fullmatch(r"\d{1,3}([.,]\d{1,2})?", text, re.ASCII):
            raise self.fault("Skriv procenten med siffror, till exempel 15.")
        percent = Decimal(text.replace(",", "."))
        if not 0 < percent <= 100:
            raise self.fault("Skriv en procentsats över 0 och högst 100.")
        return percent

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class UrlField(TextField):
    """A web address, http or https."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text and not re.fullmatch(r"https?://[^\s/$.?#][^\s<>\"]*", text):
            raise self.fault("Skriv hela webbadressen, till exempel https://www.example.se/utlysning.")
        return text


class CodeField(TextField):
    """A call's or programme's code, as it stands in addresses and file names."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text and not is_code(text):
            raise self.fault(LETTERS)
        if is_reserved(text):
            raise forms.ValidationError(OURS)
        return text


class KeptField(forms.CharField):
    """What tells a row apart from others, hidden in the page. Anything that cannot be such a key counts as none."""

    def __init__(self, **kwargs: Any):
        super().__init__(widget=forms.HiddenInput, required=False, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(value or "")
        return text if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", text, re.ASCII) else ""


class RowKeyField(KeptField):
    """The row's number in the database."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return int(text) if text.isdigit() and len(text) < 16 else None


class _Offering(NamedField):
    """Choices that the form gives with ``offer``: nothing that was posted ever reaches the database."""

    asks = "Välj {}."

    def __init__(self, *, options: Iterable[tuple[Any, str]] = (), empty: str = "", **kwargs: Any):
        self.empty = empty
        super().__init__(**kwargs)
        self.offer(options)

    def offer(self, options: Iterable[tuple[Any, str]]) -> None:
        """(value, label) in order. The value of a row is the row itself."""
        options = list(options)
        self.values = {str(getattr(value, "pk", value)): value for value, _ in options}
        shown = [(str(getattr(value, "pk", value)), label) for value, label in options]
        self.widget.choices = [*([("", self.empty)] if self.empty else []), *shown]  # type: ignore[attr-defined]

    def _found(self, key: Any) -> Any:
        if str(key) not in self.values:
            raise self.fault("Välj bland det som står i listan.")
        return self.values[str(key)]


class OneField(_Offering):
    """One of the choices, or None."""

    widget = forms.Select

    def to_python(self, value: Any) -> Any:
        return None if value in (None, "") else self._found(value)

    def prepare_value(self, value: Any) -> Any:
        return str(getattr(value, "pk", value)) if value is not None else ""


class ManyField(_Offering):
    """Any number of the choices, as a list without repeats, in the order they are offered."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> list[Any]:
        keys = {str(key) for key in value} if isinstance(value, list | tuple) else set()
        for key in keys:
            self._found(key)
        return [each for key, each in self.values.items() if key in keys]

    def prepare_value(self, value: Any) -> Any:
        return [str(getattr(each, "pk", each)) for each in value] if isinstance(value, list | tuple) else value


class LevelsField(TextField):
    """What each number of points means, one a line: "3: Planen är rimlig". Cleaned to a list of (points, meaning)."""

    def __init__(self, **kwargs: Any):
        super().__init__(multiline=True, rows=4, max_length=6000, required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        found = []
        for number, line in enumerate(super().to_python(value).splitlines(), 1):
            if not line.strip():
                continue
            match = re.fullmatch(r"\s*(\d{1,2})\s*[:=.–-]\s*(\S.*)", line, re.ASCII | re.DOTALL)
            if not match:
                raise self.fault(f"Skriv rad {number} som poäng, kolon och text, till exempel 3: Planen är rimlig.")
            meaning = clean_name(clean_text(match[2]))
            if len(meaning) > LONGEST_MEANING:
                raise self.fault(f"Korta texten på rad {number} till högst {LONGEST_MEANING} tecken.")
            found.append((int(match[1]), meaning))
        return found

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return "\n".join(f"{points}: {meaning}" for points, meaning in value)
        return value
