"""The code of a call or a programme, as it stands in addresses and file names."""

from __future__ import annotations

import re

LETTERS = "Skriv bara bokstäverna a–z, siffror och bindestreck, till exempel plan-2027."
OURS = "Beteckningen används av tjänsten själv. Välj en annan."
RESERVED = ("ny", "nytt", "hantera", "program", "kalender")
"""Words that our own addresses use where a code stands."""
LONGEST = 40


def is_code(text: str) -> bool:
    """Whether the text can stand in an address as it is."""
    return bool(re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", text, re.ASCII))


def is_reserved(text: str) -> bool:
    """Whether our own addresses have a page there."""
    return text.lower() in RESERVED


def code_fault(text: str) -> str:
    """Why a text cannot be a code, in words that say what to do; "" when it can."""
    if len(text) > LONGEST:
        return f"Korta beteckningen till högst {LONGEST} tecken."
    if not is_code(text):
        return LETTERS
    return OURS if is_reserved(text) else ""
