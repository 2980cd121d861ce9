"""What a person saw when they pressed a button.

Every form of a step carries the version of the row that its page showed. An action that gets it refuses when the row has
another by now, so that nobody decides, pays or sends in something else than they read. An action called without a version (a
command, the clock, another action) has shown nothing and compares nothing.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from grants.core import events
from grants.core.exceptions import Reason, Stale
from grants.core.text import clean_text

WHERE = "version"
"""Where the reason of a stale page belongs: to the page as a whole, under a title of its own."""


def seen(request: HttpRequest) -> int:
    """The version that the posted form was built from; a missing or broken one is that of no row, so the form counts as old."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def same_version(row: Any, version: int | None) -> None:
    """Raise Stale when the person's page showed another version of the locked row; None: nobody looked at a page."""
    if version is not None and version != row.version:
        raise Stale(
            Reason(
                f"{row.called} har ändrats sedan du öppnade sidan. "
                "Läs det som står här nu, och tryck igen om det fortfarande stämmer.",
                WHERE,
            )
        )


def is_second_press(row: Any, name: str, *, by: Any, reason: str = "") -> bool:
    """Whether the same person has just taken this very step: they get the first press' answer, nothing happens again (INV-14).

    What the clock has done since (a call that opens as it is published) makes it no other press.
    """
    last = events.of(row).exclude(by=None).last()
    if last is None or last.to_state != row.steps()[name].target:
        return False
    return (last.name, last.by_id, last.reason.strip()) == (name, getattr(by, "pk", None), clean_text(reason).strip())
