"""The facts of the applicant and of each party: what is malformed, what the role demands, and how they read (DOMAIN 1.5, 1.7)."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from applications.enums import PartyKind, Procurement, VatLiability
from grants.core.exceptions import Reason
from grants.core.text import clean_name, too_long

CFAR = re.compile(r"\d{8}", re.ASCII)
OWN = ("workplace", "cfar_number", "vat", "procurement", "web_address", "signatory_name", "signatory_email")
CONTACT = ("contact_name", "contact_email")
LABELS = {
    "workplace": "Arbetsställe",
    "cfar_number": "CFAR-nummer",
    "vat": "Momspliktig i projektet",
    "procurement": "Följer upphandlingslag",
    "web_address": "Webbadress",
    "contact_name": "Kontaktperson",
    "contact_email": "Kontaktpersonens e-postadress",
    "signatory_name": "Firmatecknare",
    "signatory_email": "Firmatecknarens e-postadress",
}
LIMITS = {"workplace": 150, "web_address": 200, "signatory_name": 150, "contact_name": 150}
_COSTS = ("workplace", "cfar_number", "vat", "procurement")
REQUIRED = {
    PartyKind.BENEFICIARY: (*_COSTS, "signatory_name"),
    PartyKind.CO_APPLICANT: (*_COSTS, *CONTACT, "signatory_name"),
    PartyKind.COOPERATING: CONTACT,
    PartyKind.CO_FINANCIER: (*CONTACT, "signatory_name"),
}
"""Who has costs of its own says where it works and how it handles VAT and purchases; who binds itself says who signs."""
ASKED = {
    "workplace": "Skriv arbetsstället för {}.",
    "cfar_number": "Skriv CFAR-numret för arbetsstället hos {}, åtta siffror.",
    "vat": "Svara på om {} är momspliktig i projektet.",
    "procurement": "Svara på om {} följer någon upphandlingslag.",
    "contact_name": "Skriv vem som är kontaktperson hos {}.",
    "contact_email": "Skriv e-postadressen till kontaktpersonen hos {}.",
    "signatory_name": "Skriv vem som är firmatecknare hos {}.",
}


def cleaned(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """The facts as they are stored."""
    return {name: clean_name(str(given.get(name) or "")) for name in names}


def malformed(held: Any, names: tuple[str, ...], called: Any, prefix: str = "") -> list[Reason]:
    """What cannot be stored of the facts; ``prefix``: of the fields' names on the page."""
    found: list[Reason] = []
    for name, limit in LIMITS.items():
        if name in names:
            found += too_long(f"{LABELS[name]} för {called}", getattr(held, name), limit, f"{prefix}{name}")
    if held.cfar_number and not CFAR.fullmatch(held.cfar_number):
        found.append(Reason(f"Skriv CFAR-numret för {called} med åtta siffror.", f"{prefix}cfar_number"))
    for name, choices in (("vat", VatLiability), ("procurement", Procurement)):
        if getattr(held, name) and getattr(held, name) not in choices.values:
            found.append(Reason(ASKED[name].format(called), f"{prefix}{name}"))
    if held.web_address and not is_web_address(held.web_address):
        found.append(Reason(f"Skriv webbadressen för {called} som www.organisation.se.", f"{prefix}web_address"))
    for name in ("contact_email", "signatory_email"):
        if name in names and getattr(held, name) and not is_email(getattr(held, name)):
            whose = "kontaktpersonen" if name == "contact_email" else "firmatecknaren"
            text = f"Skriv e-postadressen till {whose} hos {called} som namn@organisation.se."
            found.append(Reason(text, f"{prefix}{name}"))
    return found


def is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def is_web_address(text: str) -> bool:
    """An address as people type it, with or without https://; nothing that a browser would run."""
    address = text if "://" in text else f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        return False
    return True


def missing(application: Any) -> list[Reason]:
    """What the applicant's and each party's role demands and is not there yet."""
    found = lacking(application, PartyKind.BENEFICIARY, str(application.applicant), "parter#")
    for party in application.parties.all():
        found += lacking(party, party.kind, party.name, f"parter#parter-{party.order}-")
    return found


def lacking(held: Any, kind: str, called: str, prefix: str) -> list[Reason]:
    required = REQUIRED[PartyKind(kind)]
    return [Reason(ASKED[name].format(called[:60]), f"{prefix}{name}") for name in required if not getattr(held, name)]


def in_words(held: Any, names: tuple[str, ...]) -> list[list[str]]:
    """(label, value) of what is given, as it is read."""
    return [[LABELS[name], said(held, name)] for name in names if getattr(held, name)]


def said(held: Any, name: str) -> str:
    value = getattr(held, name)
    if name == "vat":
        return str(VatLiability(value).label)
    return str(Procurement(value).label) if name == "procurement" else str(value)


def as_data(held: Any, names: tuple[str, ...]) -> dict[str, str]:
    """What is given, by name: frozen content leaves out what is empty."""
    return {name: getattr(held, name) for name in names if getattr(held, name)}
