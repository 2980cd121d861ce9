"""The applicant's own case file: what a party sees of its case, and what is left out and why.

A party has the right to see everything that has been added to the case (10 § förvaltningslagen), with the limits that secrecy
sets (10 kap. 3 § offentlighets- och sekretesslagen: never the decision, and nothing of which the party must know). What comes in
or goes out belongs to the case from that moment (2 kap. 9–10 §§ tryckfrihetsförordningen), an opinion too, whether or not it has been
communicated. Drafts and notes of those who handle it are working material until the case is closed (2 kap. 12 §): a proposal before
it is dispatched, assessments, who was given the case. Every stage says here which of its events a party sees; others are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from applications.models import Application
from grants.core.models import Event
from grants.core.time import MONTHS, stockholm
from grants.core.ui import count_words
from grants.documents.enums import DocumentKind
from grants.documents.models import CaseMessageFile, Document

_shown: dict[str, tuple[frozenset[str], frozenset[str]]] = {"applications.Application": (frozenset(), frozenset())}
"""Object type → names of its events that a party sees (none named: all of them), and of those that it does not."""
LeftOut = tuple[int, str]
"""How many, and what they are and why, as one sentence that follows the number."""
_left_out: list[Callable[[Any], list[LeftOut]]] = []
NOTES = "om hur ärendet bereds visas inte, arbetsmaterial (2 kap. 12 § tryckfrihetsförordningen)."


def show_events(object_type: str, *, only: Iterable[str] = (), without: Iterable[str] = ()) -> None:
    """Let parties see a stage's events of this kind of object. Called in ``AppConfig.ready``; what nobody names is left out."""
    _shown[object_type] = (frozenset(only), frozenset(without))


def leave_out(source: Callable[[Any], list[LeftOut]]) -> None:
    """Say what of a stage is not part of a party's file: a function (application) -> [(how many, what and why)]."""
    if source not in _left_out:
        _left_out.append(source)


@dataclass(frozen=True)
class Entry:
    """One document, file or event of the case. ``kind``: a key of ``PARTY_FILE_KINDS``. ``url`` is empty where there is nothing to open."""

    at: dt.datetime
    kind: str
    title: str
    about: str
    url: str = ""
    reason: str = ""

    @property
    def month(self) -> str:
        day = stockholm(self.at)
        return f"{MONTHS[day.month - 1]} {day.year}"


def entries(application: Application, user: Any, kind: str = "") -> list[Entry]:
    """Everything that the person sees, newest first; ``kind``: of that kind only."""
    found = [*_documents(application, user), *_files(application), *_events(application)]
    return sorted((one for one in found if kind in ("", one.kind)), key=lambda one: one.at, reverse=True)


def documents_for(application: Application, user: Any) -> Any:
    """The documents that the person sees, in the order of the case file."""
    return Document.objects.visible_to(user).filter(case=application.case_id).order_by("number")


def _documents(application: Application, user: Any) -> list[Entry]:
    return [
        Entry(
            document.created_at,
            "beslut" if document.kind == DocumentKind.DECISION else "handlingar",
            f"{document.number}. {document.title}",
            f"{document.get_kind_display()}, {document.get_direction_display().lower()}",
            reverse("documents:pdf", args=[document.pk]),
        )
        for document in documents_for(application, user).defer("content")
    ]


def files_for(application: Application) -> list[tuple[Any, str, str]]:
    """(attachment, what it is, address) of the application's own files and of those that came or went with messages."""
    own = application.attachments.select_related("attachment")
    sent = CaseMessageFile.objects.filter(message__document__case=application.case_id).select_related("attachment")
    return [
        *(
            (
                row.attachment,
                (row.label or "Bilaga") + ("" if row.removed_at is None else ", ersatt eller borttagen senare"),
                reverse("applications:attachment", args=[application.pk, row.pk]),
            )
            for row in own
        ),
        *(
            (row.attachment, "Fil till ett meddelande", reverse("documents:message_file", args=[row.pk]))
            for row in sent
        ),
    ]


def _files(application: Application) -> list[Entry]:
    return [
        Entry(attachment.uploaded_at, "filer", attachment.name, what, url)
        for attachment, what, url in files_for(application)
    ]


def _events(application: Application) -> list[Entry]:
    rows = Event.objects.filter(stream=application.pk).select_related("by").order_by("-seq")
    return [
        Entry(event.at, "handelser", event.label, event.actor, "", event.reason) for event in rows if is_shown(event)
    ]


def is_shown(event: Event) -> bool:
    """Whether a party sees the event."""
    if event.object_type not in _shown:
        return False
    only, without = _shown[event.object_type]
    return event.name not in without and (not only or event.name in only)


def left_out(application: Application, user: Any) -> list[str]:
    """What is not part of the file, each a sentence with how many and why."""
    shown = documents_for(application, user).values("pk")
    found: list[LeftOut] = []
    secret: dict[str, int] = {}
    for mark in (
        Document.objects.filter(case=application.case_id).exclude(pk__in=shown).values_list("secrecy", flat=True)
    ):
        secret[mark] = secret.get(mark, 0) + 1
    for mark, number in sorted(secret.items()):
        why = f"omfattas av sekretess: {mark}" if mark else "är arbetsmaterial (2 kap. 12 § tryckfrihetsförordningen)"
        found.append((number, f"{count_words(number, 'handling', 'handlingar').partition(' ')[2]} visas inte, {why}."))
    for source in _left_out:
        found += source(application)
    notes = sum(
        not is_shown(event) for event in Event.objects.filter(stream=application.pk).only("object_type", "name")
    )
    found.append((notes, f"{count_words(notes, 'anteckning', 'anteckningar').partition(' ')[2]} {NOTES}"))
    return [f"{number} {text}" for number, text in found if number]
