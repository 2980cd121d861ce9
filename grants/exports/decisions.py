"""The decisions that end an application, one row each, for Excel. The page and the command make the same workbook."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from applications.enums import PartyKind
from calls.models import Call
from evaluation.models import Decision
from grants.core import workbook
from grants.core.time import format_instant, stockholm
from grants.core.workbook import About, Column, Kind, Sheet
from grants.exports.resources import ColumnResource

CHUNK = 500  # decisions held in memory at a time
BIG_TEXTS = (
    # Texts that no column shows: a case's whole application would be read for nothing.
    "reasons",
    "legal_grounds",
    "conditions",
    "dissent",
    "appeal_text",
    "others",
    "application__answers",
    "application__summary",
    "application__ended_reason",
)


def _lines(texts: Iterable[str]) -> str:
    """Several values in one cell, one a line."""
    return "\n".join(texts)


def _objective(objective: Any) -> str:
    return f"{objective.code} {objective.level_term}: {objective.label}"


def _further_objectives(decision: Decision) -> str:
    main = decision.application.main_objective_id
    links = decision.application.objective_links.all()
    return _lines(_objective(link.objective) for link in links if link.objective_id != main)


def _cooperating(decision: Decision) -> str:
    parties = decision.application.parties.all()
    return _lines(party.name for party in parties if party.kind != PartyKind.BENEFICIARY)


def _rus(decision: Decision) -> str:
    rus = decision.application.main_objective.rus
    return f"{rus.title} ({rus.period})" if rus.period else rus.title


# Order is fixed and columns are only ever added last, so that people's own spreadsheets keep working.
COLUMNS = (
    Column("dnr", "Dnr", lambda d: d.case.register_number, width=13, source="Ärendets diarienummer"),
    Column("call", "Utlysning", lambda d: d.application.call.code, width=14, source="Utlysningens beteckning"),
    Column(
        "call_title",
        "Utlysningens rubrik",
        lambda d: d.application.call.title,
        width=34,
        source="Utlysningens text",
    ),
    Column(
        "beneficiary",
        "Stödmottagare",
        lambda d: d.application.applicant.name,
        width=26,
        source="Ansökan: den sökande organisationen",
    ),
    Column(
        "org_number",
        "Org.nr",
        lambda d: d.application.applicant.org_number,
        width=13,
        source="Organisationsregistret här; tomt när numret inte är känt",
    ),
    Column(
        "county",
        "Län",
        lambda d: d.application.region and d.application.region.county_name,
        width=22,
        source="Ansökan: det län som ansökan hör till",
    ),
    Column("title", "Projektets namn", lambda d: d.application.title, width=40, source="Ansökan: projektets namn"),
    Column("outcome", "Beslut", lambda d: d.get_outcome_display(), width=16, source="Beslutet: utfall"),
    Column(
        "amount",
        "Belopp (kr)",
        lambda d: d.amount_sek,
        Kind.SEK,
        "Beslutet: beviljat stöd; 0 när stöd inte beviljas",
        14,
        summed=True,
    ),
    Column(
        "share",
        "Andel (%)",
        lambda d: d.share_percent if d.basis_cost_sek else None,
        Kind.PERCENT,
        "Beslutet: beviljat stöd av godkänd kostnad; tomt när ingen kostnad är godkänd",
        11,
    ),
    Column("start_on", "Projektet startar", lambda d: d.start_on, Kind.DAY, "Beslutet: första dag i projekttiden", 13),
    Column("end_on", "Projektet slutar", lambda d: d.end_on, Kind.DAY, "Beslutet: sista dag i projekttiden", 13),
    Column(
        "main_area",
        "Huvudsakligt strategiskt område",
        lambda d: d.application.main_area.label_sv,
        width=38,
        source="Ansökan; de fyra områdena i SFS 2024:99 8 §",
    ),
    Column(
        "main_objective_code",
        "RUS-mål, kod",
        lambda d: d.application.main_objective.code,
        width=12,
        source="Ansökan: huvudsakligt RUS-mål; koden är vår egen, länskod och ordning i strategin",
    ),
    Column(
        "main_objective_term",
        "RUS-mål, regionens ord",
        lambda d: d.application.main_objective.level_term,
        width=20,
        source="Regionens eget ord för nivån i sin RUS, till exempel inriktning; annars vision, mål eller prioritering",
    ),
    Column(
        "main_objective",
        "Huvudsakligt RUS-mål",
        lambda d: d.application.main_objective.label,
        width=42,
        source="Ansökan: det mål i regionens utvecklingsstrategi som projektet främst bidrar till",
    ),
    Column(
        "further_areas",
        "Fler strategiska områden",
        lambda d: _lines(row.area.label_sv for row in d.application.further_areas.all()),
        width=38,
        source="Ansökan: övriga strategiska områden, ett på varje rad i cellen",
    ),
    Column(
        "further_objectives",
        "Fler RUS-mål",
        _further_objectives,
        width=42,
        source="Ansökan: övriga RUS-mål med kod och regionens ord, ett på varje rad i cellen",
    ),
    Column("decider", "Beslutsfattare", lambda d: d.decider.name, width=24, source="Beslutet (32 § förvaltningslagen)"),
    Column(
        "made_on",
        "Beslutsdatum",
        lambda d: stockholm(d.made_at).date(),
        Kind.DAY,
        "Beslutet: den dag då det fattades, svensk tid",
        13,
    ),
    Column("short_reasons", "Skäl i korthet", lambda d: d.short_reasons, width=50, source="Beslutet: skäl i korthet"),
    Column(
        "appealable",
        "Kan överklagas",
        lambda d: d.is_appealable,
        Kind.YES_NO,
        "Beslutet: om det får överklagas",
        11,
    ),
    Column(
        "number",
        "Beslutsnummer",
        lambda d: d.number,
        Kind.NUMBER,
        "Beslutets nummer i ärendet",
        15,
    ),
    Column(
        "registered_on",
        "Ansökan diariefördes",
        lambda d: stockholm(d.case.opened_at).date(),
        Kind.DAY,
        "Ärendet: den dag då ansökan kom in och fick sitt diarienummer, svensk tid",
        14,
    ),
    Column(
        "applied",
        "Sökt stöd (kr)",
        lambda d: d.application.applied_sek,
        Kind.SEK,
        "Ansökan: sökt belopp",
        14,
        summed=True,
    ),
    Column(
        "total_cost",
        "Total kostnad (kr)",
        lambda d: d.application.total_cost_sek,
        Kind.SEK,
        "Ansökan: summan av kostnaderna i budgeten",
        14,
        summed=True,
    ),
    Column(
        "parties",
        "Övriga parter",
        _cooperating,
        width=34,
        source="Ansökan: samverkansparter, samarbetsparter och medfinansiärer, en på varje rad i cellen",
    ),
    Column("rus", "RUS", _rus, width=40, source="Den version av strategin som målet hör till, med period"),
)


class DecisionResource(ColumnResource):
    """Decisions in force that end an application."""

    name = "Beslut"
    about = (
        "Beslut som gäller och som avslutar en ansökan: beviljat, delvis beviljat, avslag, avvisning och avskrivning. "
        "En rad för varje beslut, i diarienummerordning."
    )
    columns = COLUMNS

    def get_queryset(self) -> Any:
        return for_export(Decision.objects.all())


def ending(decisions: Any, call: Call | None = None) -> Any:
    """Those in force that end an application, of one call or of all, in the order of register numbers."""
    found = decisions.in_force().of_applications()
    if call is not None:
        found = found.filter(application__call=call)
    return found.order_by("case__year", "case__number", "case__authority", "number")


def for_export(decisions: Any) -> Any:
    """With every relation that the columns touch: the same number of queries for one row as for a chunk.

    Rows of their own are joined; what many decisions share (calls, objectives, people) is fetched once a chunk.
    """
    return (
        decisions.select_related("case", "application")
        .prefetch_related(
            "decider",
            "application__call",
            "application__applicant",
            "application__region",
            "application__main_area",
            "application__main_objective__rus",
            "application__further_areas__area",
            "application__objective_links__objective",
            "application__parties",
        )
        .defer(*BIG_TEXTS)
    )


def in_chunks(decisions: Any, ids: list[UUID]) -> Iterator[Decision]:
    """The decisions with these ids, in their order, some hundred at a time.

    Each chunk is a query of its own instead of one cursor that stays open: SQLite refuses to write progress on a
    connection whose open cursor reads an older state of the database. What the person may no longer see since the ids
    were read is left out (TRUST INV-6).
    """
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        found = {decision.pk: decision for decision in for_export(decisions.filter(pk__in=part).order_by())}
        yield from (found[pk] for pk in part if pk in found)


def fingerprint(ids: Iterable[UUID]) -> str:
    """A hash over which decisions these are, whatever their order."""
    return hashlib.sha256("\n".join(sorted(str(pk) for pk in ids)).encode()).hexdigest()


@dataclass(frozen=True)
class Taken:
    """What came into the file: how many rows, their sum, and which decisions."""

    rows: int
    amount_sek: int
    fingerprint: str


def selection(call: Call | None) -> str:
    """The selection in words."""
    return f"Utlysning {call.code}, {call.title}" if call else "Alla utlysningar"


def file_name(call: Call | None, at: dt.datetime) -> str:
    """beslut-TSP2018-2026-11-22.xlsx, with the day in Sweden."""
    return f"beslut-{call.code if call else 'alla'}-{stockholm(at):%Y-%m-%d}.xlsx"


def write(
    path: Path,
    decisions: Any,
    *,
    call: Call | None,
    who: str,
    at: dt.datetime,
    progress: Callable[[int, int], None] | None = None,
) -> Taken:
    """Write the workbook of the decisions in the given queryset (what the asker may see) to ``path``."""
    chosen = ending(decisions, call)
    ids = list(chosen.values_list("pk", flat=True))
    written: list[UUID] = []

    def rows() -> Iterator[Decision]:
        for decision in in_chunks(chosen, ids):
            written.append(decision.pk)
            yield decision

    sheet = Sheet(DecisionResource.name, COLUMNS, rows(), total=len(ids))
    facts = (
        ("Vad", DecisionResource.about),
        ("Urval", selection(call)),
        ("Uttaget av", who),
        ("Uttaget", format_instant(at)),
    )
    workbook.write(path, [sheet], title="Beslut om projektmedel", about=About(facts), progress=progress)
    return Taken(sheet.count, sheet.sums["amount"], fingerprint(written))
