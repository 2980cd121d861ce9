"""Addresses of sections and their fields, and the steps beside the form."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from applications.enums import State
from applications.pages import is_address
from applications.progress import statuses

REVIEW = "granska"


def section_url(application: Any, section: str) -> str:
    return reverse("applications:section", args=[application.pk, section])


def section_link(application: Any, reason: Any) -> str:
    """The address of the field that a reason is about ("budget#applied_sek"), "" when it names none."""
    section, _, field = getattr(reason, "where", "").partition("#")
    if not is_address(section):
        return ""
    return section_url(application, section) + (f"#id_{field}" if field else "")


def step_items(application: Any, current: str, faults: int = 0) -> list[dict[str, Any]]:
    """The numbered steps with their status in words; ``faults``: how many stand on the current one."""
    items = []
    for status in statuses(application):
        is_current = status.section.value == current
        note = status.words
        if is_current and faults:
            note = "1 fel att rätta" if faults == 1 else f"{faults} fel att rätta"
        items.append(
            {
                "label": status.section.label,
                "url": section_url(application, status.section.value),
                "note": note,
                "state": "err" if is_current and faults else ("ok" if status.is_done else ""),
                "current": is_current,
            }
        )
    label = "Granska och skicka in" if application.state == State.DRAFT else "Granska"
    label = "Svara och skicka in" if application.supplement_id else label
    items.append(
        {
            "label": label,
            "url": reverse("applications:review", args=[application.pk]),
            "note": "",
            "state": "",
            "current": current == REVIEW,
        }
    )
    return items
