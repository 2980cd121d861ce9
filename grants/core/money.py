"""Money: whole SEK as integers in decisions and budgets, Decimal with öre in reported costs. No float anywhere (TRUST INV-16)."""

import re
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MAX_SEK = 999_999_999_999
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]")


def group(number: int) -> str:
    """1234567 → "1 234 567" with hard spaces and a real minus sign."""
    return f"{number:,}".replace(",", NBSP).replace("-", "−")


def format_sek(amount_sek: int) -> str:
    """1234567 → "1 234 567 kr"."""
    return f"{group(amount_sek)}{NBSP}kr"


def format_ore(amount: Decimal) -> str:
    """Decimal("1234.5") → "1 234,50 kr"; used where öre are reported."""
    amount = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    whole, cents = f"{abs(amount):.2f}".split(".")
    sign = "−" if amount < 0 else ""
    return f"{sign}{group(int(whole))},{cents}{NBSP}kr"


def parse_sek(text: str) -> int:
    """Whole kronor as people type them: "1 234 567", "1234567", "45 000 kr". Raises ValueError with the sentence to show."""
    plain = _SPACES.sub("", text).removesuffix("kr").removesuffix("SEK")
    if re.fullmatch(r"[-\u2212\u2013]\d+", plain, re.ASCII):
        raise ValueError("Skriv ett belopp som inte är under noll.")
    if re.fullmatch(r"\d+[.,]\d{1,2}", plain, re.ASCII):
        raise ValueError("Skriv beloppet i hela kronor, utan ören.")
    if not plain.isascii() or not plain.isdigit():
        raise ValueError(
            "Skriv beloppet i hela kronor med siffror, till exempel 45 000.".replace("45 000", f"45{NBSP}000")
        )
    if len(plain) > 15 or int(plain) > MAX_SEK:
        raise ValueError(f"Beloppet är för stort. Skriv högst {group(MAX_SEK)} kronor.")
    return int(plain)


def parse_ore(text: str) -> Decimal:
    """Kronor with at most two decimals after a comma (or point): "1 234,50". Raises ValueError with the sentence to show."""
    plain = _SPACES.sub("", text).removesuffix("kr").replace(",", ".")
    if not re.fullmatch(r"\d{1,13}(\.\d{1,2})?", plain, re.ASCII):
        raise ValueError(f"Skriv beloppet i kronor och högst två decimaler, till exempel 45{NBSP}000,50.")
    return Decimal(plain).quantize(Decimal("0.01"))


def format_quantity(quantity: Decimal) -> str:
    """Decimal("1037.50") → "1 037,5"."""
    whole, _, part = f"{quantity:f}".partition(".")
    part = part.rstrip("0")
    return group(int(whole)) + (f",{part}" if part else "")


def parse_quantity(text: str) -> Decimal:
    """A number that is not below zero, with at most two decimals after a comma (or point): "1 037,5"."""
    plain = _SPACES.sub("", text).replace(",", ".")
    if not re.fullmatch(r"\d{1,8}(\.\d{1,2})?", plain, re.ASCII):
        raise ValueError("Skriv antalet med siffror och högst två decimaler, till exempel 37,5.")
    return Decimal(plain)


def round_sek(amount: Decimal) -> int:
    """Whole SEK, rounded half up; done once, at the end of a calculation."""
    return int(amount.quantize(Decimal("1"), ROUND_HALF_UP))


def percent_of(part: int, whole: int) -> Decimal:
    """The share in percent with one decimal, rounded half up; 0 when the whole is 0."""
    if whole == 0:
        return Decimal("0.0")
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def share_exceeds(part: int, whole: int, limit_percent: int | Decimal) -> bool:
    """Whether part/whole is above the limit, compared exactly, without rounding."""
    return Decimal(part) * 100 > Decimal(whole) * Decimal(limit_percent)
