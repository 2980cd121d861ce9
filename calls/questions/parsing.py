"""Reading single values out of what was typed or stored. Each raises ValueError with the sentence to show."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from grants.core import money, time
from grants.core.text import clean_name, clean_text

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
NOT_TEXT = "Skriv svaret som text."


def text(raw: Any, *, one_line: bool = False) -> str:
    """Cleaned text; None is no text. Lists, numbers and objects are refused, never turned into text."""
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise ValueError(NOT_TEXT)
    return clean_name(raw) if one_line else clean_text(raw).strip()


def limited(raw: Any, name: str, most: int, *, one_line: bool = False) -> str:
    """The same, within a limit in characters that the sentence names."""
    found = text(raw, one_line=one_line)
    if len(found) > most:
        raise ValueError(
            f"{name} har {money.group(len(found))} tecken. Korta texten till högst {money.group(most)} tecken."
        )
    return found


def _plain(raw: Any) -> str:
    """A number's characters. Floats and booleans are no numbers here (TRUST INV-16, INV-21: no NaN, no Infinity)."""
    if raw is None:
        return ""
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise ValueError("Skriv ett tal med siffror.")
    if isinstance(raw, int):
        return str(raw) if abs(raw) < 10**15 else "9" * 16
    return _SPACES.sub("", raw[:200]).replace(",", ".").replace("−", "-")


def decimal(raw: Any, decimals: int) -> Decimal | None:
    """A number with at most so many decimals, comma or point."""
    plain = _plain(raw)
    if not plain:
        return None
    _, _, rest = plain.partition(".")
    if not _NUMBER.fullmatch(plain) or len(rest) > decimals:
        if decimals == 0:
            raise ValueError(f"Skriv ett heltal med siffror, till exempel {money.group(1250)}.")
        most = f"högst {decimals} decimal{'er' if decimals > 1 else ''}"
        raise ValueError(f"Skriv talet med siffror och {most}, till exempel 12,{'5'.ljust(min(decimals, 2), '0')}.")
    found = Decimal(plain)
    return abs(found) if found == 0 else found


def whole(raw: Any, least: int, most: int) -> int | None:
    """A whole number between two limits."""
    plain = _plain(raw)
    if not plain:
        return None
    if not re.fullmatch(r"-?\d{1,9}", plain, re.ASCII) or not least <= int(plain) <= most:
        raise ValueError(f"Skriv ett heltal mellan {money.group(least)} och {money.group(most)}.")
    return int(plain)


def between(least: int, most: int) -> Callable[[Any], int | None]:
    """``whole`` with its limits given."""
    return lambda raw: whole(raw, least, most)


def sek(raw: Any) -> int | None:
    """Whole kronor as people type them."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | None):
        raise ValueError(f"Skriv beloppet i hela kronor med siffror, till exempel 45{money.NBSP}000.")
    plain = str(raw) if isinstance(raw, int) and abs(raw) < 10**15 else raw if isinstance(raw, str) else ""
    if isinstance(raw, int) and not plain:
        plain = "9" * 16
    return money.parse_sek(plain[:200]) if plain.strip() else None


def day(raw: Any) -> str:
    """A day as ÅÅÅÅ-MM-DD, "" for none."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return ""
    if not isinstance(raw, str):
        raise ValueError("Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-01-15.")
    return time.format_day(time.parse_day(raw[:200]))


def spelled(number: Decimal | str) -> str:
    """A stored number as people read it: "1 250", "12,5"."""
    sign, plain = ("−", str(number)[1:]) if str(number).startswith("-") else ("", str(number))
    before, _, after = plain.partition(".")
    return f"{sign}{money.group(int(before))}{',' if after else ''}{after}"
