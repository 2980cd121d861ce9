"""The PDF of a document, rendered from its frozen content by typst as PDF/A-2a and PDF/UA-1 in one file.

The content is a dict: ``title``; ``kind`` (heading above the title); ``facts`` [[label, value], …]; ``blocks``, each with
``heading`` and any of ``paragraphs`` [text, …], ``facts`` [[label, value], …], ``table`` {caption, head, rows, numeric: [column]},
``parts`` [{heading, paragraphs, facts, items: [text, …]}, …]. Among paragraphs a list may stand, {items, numbers} (grants.core.prose).
Authority, register number, date and hash are added here. Text is content, never markup: typst gets it as data.
What is no document of a case (the questions of a call) is typeset without register number and hash; with ``draft``, a line for
the head, it says on every page that it is a draft.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from font_source_sans_pro import SourceSansPro  # type: ignore[import-untyped]

from grants.core import files
from grants.core.time import format_day, stockholm
from grants.documents.models import Document

TEMPLATE = Path(__file__).parent / "letters" / "document.typ"
FONTS = Path(SourceSansPro).parent


BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "›", 0xF0FC: "✓", 0x2028: " ", 0x2029: " "}
"""Signs of Word's symbol fonts, which come along when a list is pasted."""
MISSING = re.compile(r'the text `?"(.+?)"`? could not be displayed', re.DOTALL)
MOST_MISSING = 25
SURELY_THERE = frozenset(
    map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x2013, 0x2014, 0x2019, 0x201D, 0x2022, 0x2026])
)


class RenderingFault(RuntimeError):
    """The letter could not be set without warnings; a silent change of typeface or a missing title is a fault."""


def data_of(document: Document) -> dict[str, Any]:
    """What the template prints."""
    return {
        **document.content,
        "authority": document.case.authority.name,
        "register_number": document.case.register_number,
        "number": document.number,
        "date": format_day(stockholm(document.created_at).date()),
        "direction": document.get_direction_display(),
        "sha256": document.sha256,
        "service": settings.SERVICE_NAME,
    }


def render(document: Document) -> bytes:
    """The PDF. The same content gives the same bytes. Raises RenderingFault on any warning.

    A character that the typeface lacks (an emoji, a bullet pasted from Word) is printed as its number, never lost:
    the archive's standards refuse a letter that shows an empty box.
    """
    moment = document.created_at.replace(microsecond=0)
    return typeset({**data_of(document), "year": moment.year, "month": moment.month, "day": moment.day})


def typeset(data: dict[str, Any]) -> bytes:
    """The PDF of what the template prints: the content with authority, service, date, and year, month, day of its metadata."""
    text = json.dumps(data, ensure_ascii=False).translate(BULLETS)
    for _ in range(MOST_MISSING):
        try:
            return _compiled(text)
        except typst.TypstError as fault:
            missing = MISSING.search(str(fault))
            if missing is None:
                raise RenderingFault(str(fault)) from fault
            gone = set(missing[1]) - SURELY_THERE
            if not gone:  # typst names a neighbour of the missing sign now and then
                break
            text = "".join(_spelled(char) if char in gone else char for char in text)
    return _compiled("".join(char if char in SURELY_THERE else _spelled(char) for char in text))


def _compiled(text: str) -> bytes:
    """The PDF of the data as JSON. Raises RenderingFault on a warning, TypstError on an error."""
    compile_letter: Any = typst.compile_with_warnings  # its stub knows fewer inputs than it takes
    pdf, warnings = compile_letter(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"data": text},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        pdf_standards=["a-2a", "ua-1"],
    )
    if warnings:
        raise RenderingFault("; ".join(str(warning) for warning in warnings))
    return bytes(pdf)


def _spelled(char: str) -> str:
    """[U+1F332] for a character that cannot be shown; joiners and variants of emoji vanish beside their sign."""
    return "" if unicodedata.category(char) in ("Cf", "Mn") else f"[U+{ord(char):04X}]"


def ensure_pdf(document: Document) -> Document:
    """Render and keep the PDF when it is not there yet. Running it twice gives the same file."""
    if document.pdf and files.path_of(document.pdf).exists():
        return document
    name, digest, _ = files.store([render(document)], "documents", ".pdf")
    Document.objects.filter(pk=document.pk, pdf="").update(pdf=name, pdf_sha256=digest)
    document.refresh_from_db(fields=["pdf", "pdf_sha256"])
    return document
