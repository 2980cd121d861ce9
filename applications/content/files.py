"""The files that belong to the application, each with its hash."""

from __future__ import annotations

from typing import Any

from applications.answers import form_of
from applications.enums import Section
from applications.models import Application
from calls.questions import questions_of


def attachments_blocks(row: Application) -> list[dict[str, Any]]:
    """The files, those last that answer a question whose answer is kept from assessors."""
    section = Section.ATTACHMENTS.value
    kept = [added for added in row.attachments.all() if added.removed_at is None]
    if not kept:
        return [{"section": section, "heading": "Bilagor", "paragraphs": ["Inga bilagor."]}]
    hidden = {question.code for question in questions_of(form_of(row)) if not question.for_assessors}
    groups = (
        ("Bilagor", True, [added for added in kept if added.question_code not in hidden]),
        ("Bilagor som inte visas för bedömare", False, [added for added in kept if added.question_code in hidden]),
    )
    return [
        {
            "section": section,
            "heading": heading,
            **({} if for_assessors else {"for_assessors": False}),
            "table": {
                "caption": "Bilagor med kontrollsumma (sha256)",
                "head": ["Fil", "Vad den är", "Kontrollsumma"],
                "rows": [[added.words, added.label, added.attachment.sha256] for added in files],
            },
        }
        for heading, for_assessors, files in groups
        if files
    ]


def files_data(row: Application) -> dict[str, Any]:
    """Name, what it is, and hash of each file."""
    return {
        "files": [
            {
                "name": added.attachment.name,
                "label": added.label,
                "sha256": added.attachment.sha256,
                **({"version": added.number} if added.number > 1 else {}),
            }
            for added in row.attachments.all()
            if added.removed_at is None
        ],
    }
