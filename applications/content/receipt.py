"""The acknowledgement of receipt (mottagningsbevis)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from applications.models import Application
from calls.applying import cutoff_words
from grants.core.time import format_instant, format_second


def receipt_content(application: Application, *, at: Any, by: Any, sha256: str, number: str) -> dict[str, Any]:
    """The acknowledgement of receipt (mottagningsbevis): number, time, hash, and whether it came late."""
    paragraphs = ["Vi har tagit emot er ansökan. Den är nu en allmän handling."]
    if application.call.closes_at and application.is_late:
        paragraphs.append(
            f"Ansökan kom in efter sista ansökningstid, {format_instant(application.call.closes_at)}. "
            "Den är därför märkt som sent inkommen, och vi prövar om den kan tas upp."
        )
    paragraphs.append(
        f"Den som har det här beviset kan kontrollera det på {settings.BASE_URL}/kvittens/ med kontrollsumman."
    )
    return {
        "kind": "Mottagningsbevis",
        "title": f"Mottagningsbevis för {application.title}",
        "facts": [
            ["Diarienummer", number],
            ["Kom in", format_second(at)],
            ["Utlysning", application.call.title],
            *([["Omgång", cutoff_words(application.cutoff)]] if application.cutoff else []),
            ["Sökande", application.applicant.name],
            ["Inskickad av", str(by)],
            ["Kontrollsumma", sha256],
        ],
        "blocks": [{"heading": "Det här har hänt", "paragraphs": paragraphs}],
        "data": {"received_at": at.isoformat(), "is_late": application.is_late},
    }
