"""The project: its name and time, the summary, and the answers to the questions of the call."""

from __future__ import annotations

from typing import Any

from applications.answers import blocks as answer_blocks
from applications.answers import sent_answers
from applications.enums import Section
from applications.models import Application
from applications.pages import page_of
from grants.core.time import format_day


def project_blocks(row: Application) -> list[dict[str, Any]]:
    section = Section.PROJECT.value
    return [
        {
            "section": section,
            "heading": "Projektet",
            "facts": [
                ["Projektets namn", row.title],
                ["Startar", format_day(row.start_on) if row.start_on else ""],
                ["Slutar", format_day(row.end_on) if row.end_on else ""],
            ],
        },
        {"section": section, "heading": "Sammanfattning", "paragraphs": [row.summary]},
        *({"section": section, **block} for block in answer_blocks(row, page_of(row))),
    ]


def project_data(row: Application) -> dict[str, Any]:
    """The texts and the days."""
    return {
        "title": row.title,
        "summary": row.summary,
        "answers": sent_answers(row),
        "start_on": row.start_on and row.start_on.isoformat(),
        "end_on": row.end_on and row.end_on.isoformat(),
    }
