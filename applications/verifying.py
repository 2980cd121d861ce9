"""Whether a receipt is ours and what it speaks of is unchanged: told to whoever holds it, without showing the content.

A receipt is found by its checksum alone, which nobody can guess; what is unknown and what is malformed get the same answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from applications.models import Application
from grants.core.text import clean_json
from grants.documents.actions import checksum
from grants.documents.enums import DocumentKind
from grants.documents.models import Document

SHA256 = re.compile(r"[0-9a-f]{64}")
RECEIVED = (DocumentKind.APPLICATION, DocumentKind.SUPPLEMENT)
CHECKSUM_LABEL = "Kontrollsumma"
MAX_TYPED = 500


@dataclass(frozen=True)
class Confirmed:
    """What a receipt says, as the register has it, and whether the stored content still gives its checksum."""

    register_number: str
    received_at: dt.datetime
    call_title: str
    what: str
    sha256: str
    is_late: bool
    is_intact: bool


def look_up(typed: str) -> Confirmed | None:
    """What came in with that checksum; also by the checksum of the receipt itself. None for everything else.

    Spaces and line breaks between the groups, as a copied one has them, are left out.
    """
    code = "".join(typed[:MAX_TYPED].split()).lower() if len(typed) <= MAX_TYPED else ""
    if not SHA256.fullmatch(code):
        return None
    document = _found(sha256=code)
    if document is None:
        return None
    receipt = document if document.kind == DocumentKind.RECEIPT else None
    if receipt is not None:
        document = _found(sha256=quoted(receipt.content), case=receipt.case_id)
        if document is None or document.kind not in RECEIVED:
            return None
    application = Application.objects.select_related("call").filter(case=document.case_id).first()
    if application is None:
        return None
    is_first = document.kind == DocumentKind.APPLICATION
    came_in = application.submitted_at if is_first else document.created_at
    assert came_in is not None  # it has been sent in
    return Confirmed(
        document.case.register_number,
        came_in,
        application.call.title,
        "Ansökan" if is_first else "Komplettering",
        document.sha256,
        application.is_late and is_first,
        all(checksum(one.content) == one.sha256 for one in (document, receipt) if one),
    )


def look_up_file(content: bytes) -> Confirmed | None:
    """The same for the file of a receipt: its PDF, byte for byte, or the JSON of its content."""
    pdf = Document.objects.filter(
        pdf_sha256=hashlib.sha256(content).hexdigest(), kind__in=(*RECEIVED, DocumentKind.RECEIPT)
    )
    if (found := pdf.first()) is not None:
        return look_up(found.sha256)
    try:
        said = clean_json(json.loads(content))
    except (ValueError, RecursionError):
        return None
    return look_up(checksum(said)) if isinstance(said, dict) else None


def quoted(content: Any) -> str:
    """The checksum that a receipt quotes; "" when it quotes none."""
    facts = content.get("facts", []) if isinstance(content, dict) else []
    return next((str(value) for label, value in facts if label == CHECKSUM_LABEL), "")


def _found(**which: Any) -> Document | None:
    rows = Document.objects.filter(kind__in=(*RECEIVED, DocumentKind.RECEIPT), **which)
    return rows.select_related("case").order_by("created_at", "number").first()
