"""The decisions that end an application, one row each, for Excel. The page and the command make the same workbook."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from applications.enums import ConcernKind, PartyKind
from applications.models import FurtherArea, ObjectiveLink, Party
from calls.models import Call
from evaluation.enums import Outcome
from evaluation.models import Decision
from grants.core import workbook
from grants.core.money import percent_of
from grants.core.time import format_instant, stockholm
from grants.core.workbook import About, Column, Kind, Sheet
from grants.exports.resources import ColumnResource
from grants.strategy.enums import Level

CHUNK = 1000  # decisions held in memory at a time

READ = {
    # What is read of each decision, by the name that the columns use. Values instead of objects: ten thousand decisions
    # with their applications, objectives and parties as Django objects take longer than the whole file.
    "pk": "pk",
    "application_id": "application_id",
    "dnr": "case__register_number",
    "registered_at": "case__opened_at",
    "call_code": "application__call__code",
    "call_title": "application__call__title",
    "beneficiary": "application__applicant__name",
    "org_number": "application__applicant__org_number",
    "county": "application__region__county_name",
    "title": "application__title",
    "applied_sek": "application__applied_sek",
    "total_cost_sek": "application__total_cost_sek",
    "area": "application__main_area__label_sv",
    "objective_id": "application__main_objective_id",
    "objective_code": "application__main_objective__code",
    "objective_term": "application__main_objective__source_term",
    "objective_level": "application__main_objective__level",
    "objective": "application__main_objective__label",
    "rus": "application__main_objective__rus__title",
    "rus_period": "application__main_objective__rus__period",
    "number": "number",
    "outcome": "outcome",
    "amount_sek": "amount_sek",
    "basis_cost_sek": "basis_cost_sek",
    "start_on": "start_on",
    "end_on": "end_on",
    "short_reasons": "short_reasons",
    "is_appealable": "is_appealable",
    "decider": "decider__name",
    "made_at": "made_at",
    "theme": "application__theme__title",
    "concerns": "application__concerns",
    "spatial_before": "application__spatial_before",
    "spatial_after": "application__spatial_after",
}
LISTS = ("further_areas", "further_objectives", "parties")  # texts, in the order of the application
Row: Any = type("Row", (namedtuple("_Row", (*READ, *LISTS)),), {"__doc__": "A decision as the columns read it."})  # type: ignore[misc]


def _term(source_term: str, level: str) -> str:
    """The region's own word for the level, else ours."""
    return source_term or str(Level(level).label)


def _concerns(kind: ConcernKind, heading: str, width: int) -> Column:
    """What the application concerns of a list, one on each line of the cell."""
    return Column(
        kind.value,
        heading,
        lambda d: "\n".join(one["label"] for one in d.concerns.get(kind.value, ())),
        width=width,
        source=f"Ansökan: {heading.lower()} som projektet berör, en på varje rad i cellen; tomt där utlysningen inte frågar",
    )


# Order is fixed and columns are only ever added last, so that people's own spreadsheets keep working.
COLUMNS = (
    Column("dnr", "Dnr", lambda d: d.dnr, width=13, source="Ärendets diarienummer"),
    Column("call", "Utlysning", lambda d: d.call_code, width=14, source="Utlysningens beteckning"),
    Column(
        "call_title",
        "Utlysningens rubrik",
        lambda d: d.call_title,
        width=34,
        source="Utlysningens text",
    ),
    Column(
        "beneficiary",
        "Stödmottagare",
        lambda d: d.beneficiary,
        width=26,
        source="Ansökan: den sökande organisationen",
    ),
    Column(
        "org_number",
        "Org.nr",
        lambda d: d.org_number,
        width=13,
        source="Organisationsregistret här; tomt när numret inte är känt",
    ),
    Column(
        "county",
        "Län",
        lambda d: d.county,
        width=22,
        source="Ansökan: det län som ansökan hör till",
    ),
    Column("title", "Projektets namn", lambda d: d.title, width=40, source="Ansökan: projektets namn"),
    Column("outcome", "Beslut", lambda d: Outcome(d.outcome).label, width=16, source="Beslutet: utfall"),
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
        lambda d: percent_of(d.amount_sek, d.basis_cost_sek) if d.basis_cost_sek else None,
        Kind.PERCENT,
        "Beslutet: beviljat stöd av godkänd kostnad; tomt när ingen kostnad är godkänd",
        11,
    ),
    Column("start_on", "Projektet startar", lambda d: d.start_on, Kind.DAY, "Beslutet: första dag i projekttiden", 13),
    Column("end_on", "Projektet slutar", lambda d: d.end_on, Kind.DAY, "Beslutet: sista dag i projekttiden", 13),
    Column(
        "main_area",
        "Huvudsakligt strategiskt område",
        lambda d: d.area,
        width=48,
        source="Ansökan; de fyra områdena i SFS 2024:99 8 §",
    ),
    Column(
        "main_objective_code",
        "RUS-mål, kod",
        lambda d: d.objective_code,
        width=12,
        source="Ansökan: huvudsakligt RUS-mål; koden är vår egen, länskod och ordning i strategin",
    ),
    Column(
        "main_objective_term",
        "RUS-mål, regionens ord",
        lambda d: _term(d.objective_term, d.objective_level),
        width=20,
        source="Regionens eget ord för nivån i sin RUS, till exempel inriktning; annars vision, mål eller prioritering",
    ),
    Column(
        "main_objective",
        "Huvudsakligt RUS-mål",
        lambda d: d.objective,
        width=50,
        source="Ansökan: det mål i regionens utvecklingsstrategi som projektet främst bidrar till",
    ),
    Column(
        "further_areas",
        "Fler strategiska områden",
        lambda d: "\n".join(d.further_areas),
        width=56,
        source="Ansökan: övriga strategiska områden, ett på varje rad i cellen",
    ),
    Column(
        "further_objectives",
        "Fler RUS-mål",
        lambda d: "\n".join(d.further_objectives),
        width=64,
        source="Ansökan: övriga RUS-mål med kod och regionens ord, ett på varje rad i cellen",
    ),
    Column("decider", "Beslutsfattare", lambda d: d.decider, width=24, source="Beslutet (31 § förvaltningslagen)"),
    Column(
        "made_on",
        "Beslutsdatum",
        lambda d: stockholm(d.made_at).date(),
        Kind.DAY,
        "Beslutet: den dag då det fattades, svensk tid",
        13,
    ),
    Column("short_reasons", "Skäl i korthet", lambda d: d.short_reasons, width=70, source="Beslutet: skäl i korthet"),
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
        lambda d: stockholm(d.registered_at).date(),
        Kind.DAY,
        "Ärendet: den dag då ansökan kom in och fick sitt diarienummer, svensk tid",
        14,
    ),
    Column(
        "applied",
        "Sökt stöd (kr)",
        lambda d: d.applied_sek,
        Kind.SEK,
        "Ansökan: sökt belopp",
        14,
        summed=True,
    ),
    Column(
        "total_cost",
        "Total kostnad (kr)",
        lambda d: d.total_cost_sek,
        Kind.SEK,
        "Ansökan: summan av kostnaderna i budgeten",
        14,
        summed=True,
    ),
    Column(
        "parties",
        "Övriga parter",
        lambda d: "\n".join(d.parties),
        width=34,
        source="Ansökan: samverkansparter, samarbetsparter och medfinansiärer, en på varje rad i cellen",
    ),
    Column(
        "rus",
        "RUS",
        lambda d: f"{d.rus} ({d.rus_period})" if d.rus_period else d.rus,
        width=48,
        source="Den version av strategin som målet hör till, med period",
    ),
    Column("theme", "Tema", lambda d: d.theme or "", width=30, source="Ansökan: utlysningens tema, där den har teman"),
    _concerns(ConcernKind.MUNICIPALITY, "Kommuner", 26),
    _concerns(ConcernKind.CHALLENGE, "Samhällsutmaningar", 40),
    _concerns(ConcernKind.KEY_QUESTION, "Nyckelfrågor", 40),
    _concerns(ConcernKind.DIALOGUE_THEME, "Dialogteman", 34),
    _concerns(ConcernKind.PLANNING_LEVEL, "Planeringsnivåer", 26),
    Column(
        "spatial_before",
        "Rumslig strategi före, 1–5",
        lambda d: d.spatial_before,
        Kind.NUMBER,
        "Ansökan: hur rumslig regionens utvecklingsstrategi är, som sökanden bedömer; tomt där utlysningen inte frågar",
        14,
    ),
    Column(
        "spatial_after",
        "Rumslig strategi efter, 1–5",
        lambda d: d.spatial_after,
        Kind.NUMBER,
        "Ansökan: hur rumslig den blir efter projektet, som sökanden bedömer; tomt där utlysningen inte frågar",
        14,
    ),
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
        return ending(Decision.objects.all())

    def iter_queryset(self, queryset: Any) -> Iterator[Any]:
        """The rows of a queryset of decisions, streamed."""
        return in_chunks(queryset, list(queryset.values_list("pk", flat=True)))


OBJECTIVE = list(READ).index("objective_id")


def ending(decisions: Any, call: Call | None = None) -> Any:
    """Those in force that end an application, of one call or of all, in the order of register numbers."""
    found = decisions.in_force().of_applications()
    if call is not None:
        found = found.filter(application__call=call)
    return found.order_by("case__year", "case__number", "case__authority", "number")


def for_export(decisions: Any) -> list[Any]:
    """The decisions as rows with everything that the columns touch: four queries, however many they are."""
    found = list(decisions.values_list(*READ.values()))
    main = {values[1]: values[OBJECTIVE] for values in found}
    areas, objectives, parties = defaultdict(list), defaultdict(list), defaultdict(list)
    in_these = {"application__in": list(main)}
    for pk, label in FurtherArea.objects.filter(**in_these).values_list("application_id", "area__label_sv"):
        areas[pk].append(label)
    links = ObjectiveLink.objects.filter(**in_these).values_list(
        "application_id",
        "objective_id",
        "objective__code",
        "objective__source_term",
        "objective__level",
        "objective__label",
    )
    for pk, objective, code, source_term, level, label in links:
        if objective != main[pk]:
            objectives[pk].append(f"{code} {_term(source_term, level)}: {label}")
    others = Party.objects.filter(**in_these).exclude(kind=PartyKind.BENEFICIARY)
    for pk, name in others.values_list("application_id", "name"):
        parties[pk].append(name)
    return [Row(*values, areas[values[1]], objectives[values[1]], parties[values[1]]) for values in found]


def in_chunks(decisions: Any, ids: list[UUID]) -> Iterator[Any]:
    """The decisions with these ids, in their order, a thousand at a time.

    Each chunk has queries of its own instead of one cursor that stays open: SQLite refuses to write progress on a
    connection whose open cursor reads an older state of the database. What the person may no longer see since the ids
    were read is left out (TRUST INV-6).
    """
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        found = {row.pk: row for row in for_export(decisions.filter(pk__in=part).order_by())}
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

    def rows() -> Iterator[Any]:
        for row in in_chunks(chosen, ids):
            written.append(row.pk)
            yield row

    sheet = Sheet(DecisionResource.name, COLUMNS, rows(), total=len(ids))
    facts = (
        ("Vad", DecisionResource.about),
        ("Urval", selection(call)),
        ("Uttaget av", who),
        ("Uttaget", format_instant(at)),
    )
    workbook.write(path, [sheet], title="Beslut om projektmedel", about=About(facts), progress=progress)
    return Taken(sheet.count, sheet.sums["amount"], fingerprint(written))
