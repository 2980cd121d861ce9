"""Text from people, cleaned once at the edge so that both databases, Excel and PDF accept the same text (TRUST INV-21)."""

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from grants.core.exceptions import Reason

BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
MAX_DEPTH = 20
MAX_TEXT = 40_000
# Control characters but tab and line feed, surrogates, and non-characters: Excel files that hold the last cannot be opened.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
    + "]"
)


def clean_text(text: str) -> str:
    """NFC, line feeds only, without NUL, control characters, surrogates and non-characters. Tab and line feed stay."""
    if text.isprintable():  # no control characters, surrogates or non-characters
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", text))


def clean_name(text: str) -> str:
    """A name on one line: clean_text without line breaks and without characters that turn the reading direction."""
    return " ".join(clean_text(text).translate(BIDI_CONTROLS).split())


def listed(parts: Iterable[str], last: str = "och") -> str:
    """ "a", "a och b", "a, b och c"; ``last``: the word before the last, "eller"."""
    words = [str(part) for part in parts]
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def clean_json(value: Any, depth: int = 0) -> Any:
    """The same for a JSON value: texts cleaned, numbers finite, at most 20 levels. Raises ValueError otherwise."""
    if depth > MAX_DEPTH:
        raise ValueError("Svaret är för djupt uppbyggt. Förenkla det.")
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("Talet är inte ändligt.")
    if isinstance(value, dict):
        return {clean_text(str(key)): clean_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(item, depth + 1) for item in value]
    return value


def too_long(label: str, text: str, limit: int, where: str = "") -> list[Reason]:
    """The refusal for a text above its limit in characters, empty when it fits."""
    if len(text) <= limit:
        return []
    from grants.core.money import group

    return [Reason(f"{label} har {group(len(text))} tecken. Korta texten till högst {group(limit)} tecken.", where)]


_AFTER_Z = str.maketrans("åäöéü", "{|}ey")


def in_swedish(text: str) -> str:
    """A key that sorts names as Swedish lists do: å, ä and ö after z, capitals as small letters."""
    return text.casefold().translate(_AFTER_Z)
