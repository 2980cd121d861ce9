"""The columns of the list of received applications: declared once, read by the page, its sorting and its workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from applications.enums import State
from calls.applying import theme_words
from evaluation.enums import Outcome, ReviewState
from grants.core.time import stockholm
from grants.core.workbook import Column, Kind


@dataclass(frozen=True)
class CaseColumn(Column):
    """A column whose rows are applications from ``listing.rows``. ``sort``: the expression to order by; empty: not sortable."""

    sort: str = ""


def status_of(application: Any) -> Any:
    """What says most about where the case is: how it ended as soon as that is decided, until then the review's state.

    For the authority's own lists, pages and workbooks; applicants are told when the decision is dispatched (panels.outcomes_of).
    Reads ``review`` and ``endings``, the decisions in force that end the application (``listing.for_page``).
    """
    if application.endings:
        return Outcome(application.endings[0].outcome)
    if application.state == State.IN_REVIEW:
        return ReviewState(application.review.state)
    return State(application.state)


def _handler(application: Any) -> str:
    return application.review.handler.name if application.review.handler_id else ""


COLUMNS: tuple[CaseColumn, ...] = (
    CaseColumn(
        "dnr", "Diarienr", lambda a: a.case.register_number, source="diariet", width=14, sort="case__register_number"
    ),
    CaseColumn("projekt", "Projekt", lambda a: a.title, source="ansökan", width=48, sort="title"),
    CaseColumn("sokande", "Sökande", lambda a: a.applicant.name, source="ansökan", width=30, sort="applicant__name"),
    CaseColumn(
        "lan",
        "Län",
        lambda a: a.region.short_county if a.region_id else "",
        source="sökandens län",
        width=20,
        sort="region__county_name",
    ),
    CaseColumn("status", "Status", lambda a: str(status_of(a).label), source="ärendets läge", width=20, sort="state"),
    CaseColumn(
        "poang",
        "Poäng",
        lambda a: a.review.score,
        Kind.PERCENT,
        source="medelvärdet av klara bedömningar",
        width=9,
        sort="review__score",
    ),
    CaseColumn("belopp", "Sökt stöd, kr", lambda a: a.applied_sek, Kind.SEK, source="ansökan", sort="applied_sek"),
    CaseColumn(
        "andel", "Andel, %", lambda a: a.share_percent, Kind.PERCENT, source="sökt stöd ÷ total kostnad", width=9
    ),
    CaseColumn("handlaggare", "Handläggare", _handler, source="beredningen", width=24, sort="review__handler__name"),
    CaseColumn(
        "inkommen",
        "Inkommen",
        lambda a: stockholm(a.submitted_at).date(),
        Kind.DAY,
        source="ansökan",
        width=12,
        sort="submitted_at",
    ),
    CaseColumn("utlysning", "Utlysning", lambda a: a.call.title, source="utlysningen", width=40, sort="call__title"),
    CaseColumn(
        "omrade",
        "Strategiskt område",
        lambda a: a.main_area.label_sv if a.main_area_id else "",
        source="ansökan",
        width=30,
        sort="main_area__order",
    ),
    CaseColumn("sen", "Sent inkommen", lambda a: a.is_late, Kind.YES_NO, source="ansökan", width=9),
    CaseColumn("tema", "Tema", lambda a: theme_words(a.theme), source="ansökan", width=30, sort="theme__order"),
    CaseColumn(
        "omgang",
        "Omgång",
        lambda a: a.cutoff.number if a.cutoff_id else None,
        Kind.NUMBER,
        source="när ansökan kom in",
        width=9,
        sort="cutoff__number",
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
SORTS = {column.key: column.sort for column in COLUMNS if column.sort}
