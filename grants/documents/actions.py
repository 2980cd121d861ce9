"""Opening a case, putting documents into its file, declaring a conflict."""

from __future__ import annotations

import datetime as dt
from typing import Any

from grants.core import events, held, jobs, numbers
from grants.core.exceptions import Blocked
from grants.core.held import whole
from grants.core.known import Known
from grants.core.people import SYSTEM
from grants.core.quiet import is_quiet
from grants.core.text import clean_json, clean_text
from grants.core.time import stockholm
from grants.documents.enums import Direction
from grants.documents.models import Case, CaseParty, Conflict, Document

LAST_OF_CASE = Known(lambda case: Document.objects.filter(case=case).only("number").order_by("-number")[:1])


@whole
def open_case(*, authority: Any, title: str, parties: list[Any], at: dt.datetime, pk: Any = None) -> Case:
    """Open a case with the next register number of the authority's year (Swedish time). ``pk``: the stream of its history."""
    year = stockholm(at).year
    case = Case(
        authority=authority,
        year=year,
        number=numbers.next_number(f"dnr:{authority.code}", year),
        title=title[:300],
        opened_at=at,
    )
    if pk is not None:
        case.pk = pk
    case.save(force_insert=True)
    held.memory()["last document", case.pk] = 0
    CaseParty.objects.bulk_create([CaseParty(case=case, organisation=party) for party in dict.fromkeys(parties)])
    return case


def frozen(content: dict[str, Any]) -> dict[str, Any]:
    """The content as a document keeps it."""
    return clean_json(content)  # type: ignore[no-any-return]


def checksum(content: dict[str, Any]) -> str:
    """The sha256 that a document with this frozen content carries."""
    return events.sha256(events.canonical(content))


@whole
def file_document(
    case: Case,
    *,
    kind: str,
    direction: str,
    title: str,
    content: dict[str, Any],
    by: Any,
    at: dt.datetime,
    render: bool = True,
) -> Document:
    """Freeze the content in the case file with its hash; the PDF is rendered by the worker after commit.

    ``content`` is what ``templates/letters/`` prints: see grants.documents.letters for its shape.
    """
    kept = frozen(content)
    memory = held.memory()
    last = memory.get(("last document", case.pk))
    if last is None:
        held_last = LAST_OF_CASE.first(case)
        last = held_last.number if held_last else 0
    document = Document.objects.create(
        case=case,
        kind=kind,
        number=last + 1,
        direction=direction,
        title=clean_text(title)[:300],
        content=kept,
        sha256=checksum(kept),
        created_at=at,
        created_by=None if by is SYSTEM else by,
        dispatched_at=at if direction == Direction.DISPATCHED else None,
    )
    memory["last document", case.pk] = document.number
    if render and not is_quiet():
        jobs.enqueue("render_document", {"document": str(document.pk)}, by=by)
    return document


@whole
def declare_conflict(case: Case, *, by: Any, reason: str) -> Conflict:
    """A person reports that they may be disqualified (FL 18 §); from now on the case is hidden from them."""
    if not clean_text(reason).strip():
        raise Blocked("Skriv kort varför du kan vara jävig.")
    conflict, _ = Conflict.objects.get_or_create(case=case, user=by, defaults={"reason": clean_text(reason)})
    by.__dict__.pop("conflict_case_ids", None)
    events.record(CaseHistory(case), "conflict", by=by, label="Anmälde jäv", facts={"user": str(by.pk)})
    return conflict


class CaseHistory:
    """A case as an object of its own history."""

    def __init__(self, case: Case):
        self.pk, self.stream, self._meta = case.pk, case.pk, Case._meta


def add_party(case: Case, organisation: Any) -> None:
    """The organisation becomes party to the case."""
    CaseParty.objects.get_or_create(case=case, organisation=organisation)
