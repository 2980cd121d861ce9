"""The values of a call as pages and events tell them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from calls.models import Call
from grants.core.money import NBSP, format_sek
from grants.core.time import format_day, format_instant


def field_words(name: str, value: Any) -> str:
    """A field's value in words; "" when there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, dt.datetime):
        return format_instant(value)
    if isinstance(value, dt.date):
        return format_day(value)
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    if name.endswith("_sek"):
        return format_sek(value)
    if name.endswith("_percent"):
        return f"{value}{NBSP}%"
    field: Any = Call._meta.get_field(name)
    choices = dict(field.choices or ())
    return str(choices.get(value, value))
