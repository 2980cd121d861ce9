"""What of an application its assessors do not read: answers that the call keeps from them, on pages, in files and in PDFs.

Somebody who is an assessor and nothing else at the authority judges without them. Whoever also handles, decides or keeps the
register there sees everything, and so do the applicant's own people.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from applications.answers import form_of
from applications.content import sent_content
from applications.models import Application
from calls.questions import questions_of
from grants.accounts.enums import Role
from grants.core.models import Event
from grants.documents.enums import DocumentKind

WHOLE = (DocumentKind.APPLICATION, DocumentKind.SUPPLEMENT)
"""The documents that hold an application's content."""


def is_only_assessor(authority_id: Any, user: Any) -> bool:
    """Whether assessing is all that the person does at the authority."""
    return {held.role for held in user.roles_now if held.authority_id == authority_id} == {Role.ASSESSOR}


def content_for(application: Application, user: Any) -> dict[str, Any]:
    """The latest version that has come in, as this person at the authority reads it."""
    return readable(sent_content(application), application, user)


def readable(content: dict[str, Any], application: Application, user: Any) -> dict[str, Any]:
    """What of a version's content this person at the authority reads."""
    if not is_only_assessor(application.call.authority_id, user):
        return content
    return {**content, "blocks": [block for block in content["blocks"] if block.get("for_assessors", True)]}


def kept_from(document: Any, user: Any) -> str:
    """Why the person does not get the PDF of a document, "" when they do: the PDF holds every answer."""
    if document.kind not in WHOLE or not is_only_assessor(document.case.authority_id, user):
        return ""
    if all(block.get("for_assessors", True) for block in document.content["blocks"]):
        return ""
    return "Handlingen har svar som inte visas för bedömare. Läs ansökan på ärendets sida."


def hidden_codes(application: Any) -> set[str]:
    """The questions whose answers are kept from assessors."""
    return {question.code for question in questions_of(form_of(application)) if not question.for_assessors}


def since_it_came_in(events: Iterable[Event]) -> list[Event]:
    """The events of a case that the authority reads: the draft was its writers' own (2 kap. 13 § tryckfrihetsförordningen).

    Whom they shared it with and whom they reminded did not come in with it. The parties' confirmations did.
    """
    found = list(events)
    sent = next((event.seq for event in found if event.name == "submit"), 0)
    return [event for event in found if event.seq >= sent or event.name == "confirm_part"]
