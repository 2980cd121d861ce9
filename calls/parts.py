"""The parts of a call's set-up, one page each: which values and lists it holds, and what may change after publishing."""

from __future__ import annotations

from dataclasses import dataclass

from calls.enums import State


@dataclass(frozen=True)
class Part:
    """One page of the set-up. ``open``: what of it may still change once the call is published."""

    key: str
    slug: str
    label: str
    about: str
    names: tuple[str, ...] = ()
    """Texts on one line."""
    texts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    """Relations to several reference rows."""
    lists: tuple[str, ...] = ()
    """Keys of ``calls.lists.LISTS``."""
    open: frozenset[str] = frozenset()
    coming: frozenset[str] = frozenset()
    """What may change besides until the call opens."""

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.names, *self.texts, *self.values)

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.fields, *self.links, *self.lists)

    @property
    def url_name(self) -> str:
        return f"calls:{self.key}"


_TEXTS = (
    "pitch",
    "who_may_apply",
    "what_for",
    "how_much",
    "themes_intro",
    "expected_results",
    "not_funded",
    "assessment_intro",
    "cooperation_rules",
    "how_to_apply",
    "reservation",
    "legal_basis",
    "contact",
)

BASICS = Part(
    "basics",
    "grunder",
    "Grunder",
    "Rubrik, slag, program och datum",
    names=("title", "assignment_number"),
    values=(
        "kind",
        "programme",
        "authority",
        "follows_ordinance",
        "source_url",
        "opens_at",
        "closes_at",
        "earliest_start_on",
        "latest_end_on",
        "longest_months",
    ),
    lists=("cutoffs",),
    open=frozenset({"assignment_number", "source_url", "closes_at", "cutoffs"}),
    coming=frozenset({"opens_at"}),
)
WORDING = Part(
    "wording",
    "texten",
    "Utlysningstext",
    "Utlysningens text, en ruta för varje del",
    texts=_TEXTS,
    values=("is_money_reserved",),
    open=frozenset({*_TEXTS, "is_money_reserved"}),
)
THEMES = Part("themes", "teman", "Inriktningar och teman", "Inriktningar med sina teman", lists=("themes",))
APPLICANTS = Part(
    "applicants",
    "sokande",
    "Vem kan söka",
    "Slag av organisationer, gemensamma ansökningar och inbjudna",
    values=("joint_rule", "fewest_applicants", "confirmation_rule"),
    links=("counties",),
    lists=("applicant_kinds", "invitations"),
)
CONCERNS = Part(
    "concerns",
    "galler",
    "Vad det gäller",
    "Strategiska områden, utmaningar, nyckelfrågor, dialogteman, planeringsnivåer och plats",
    values=("asks_spatial",),
    links=("challenges", "key_questions", "dialogue_themes", "planning_levels"),
    lists=("areas",),
)
MONEY = Part(
    "money",
    "pengar",
    "Pengar",
    "Budget, kostnadsslag, schabloner, medfinansiering och redovisning",
    values=(
        "budget_sek",
        "smallest_amount_sek",
        "largest_amount_sek",
        "largest_share_percent",
        "allows_cash",
        "allows_in_kind",
        "allows_direct",
        "advance_highest_percent",
        "advance_highest_sek",
        "change_threshold_percent",
        "change_threshold_sek",
        "first_report_months",
        "report_interval_months",
        "report_due_days",
        "final_report_due_days",
    ),
    lists=("years", "cost_types", "flat_rates"),
    open=frozenset({"budget_sek", "years"}),
)
JUDGING = Part(
    "judging",
    "bedomning",
    "Bedömning",
    "Kriterier, formell kontroll, bilagor och samråd",
    values=("assessors_needed", "is_blind", "needs_second_check", "lowest_score"),
    lists=("criteria", "formal_check_points", "required_attachments", "consultations"),
)
DECISIONS = Part(
    "decisions",
    "beslut",
    "Överklagande",
    "Vilka beslut som kan överklagas",
    lists=("decision_rules",),
    open=frozenset({"decision_rules"}),
)

PARTS = (BASICS, WORDING, THEMES, APPLICANTS, CONCERNS, MONEY, JUDGING, DECISIONS)
BY_KEY = {part.key: part for part in PARTS}
NAMES = tuple(name for part in PARTS for name in part.names)
TEXTS = tuple(name for part in PARTS for name in part.texts)
FIELDS = tuple(name for part in PARTS for name in part.fields)
LINKS = tuple(name for part in PARTS for name in part.links)

CHANGEABLE = (State.PUBLISHED, State.OPEN, State.CLOSED)
"""A published call may change in what is open, until every application has its decision."""


def part_of(where: str) -> Part | None:
    """The page that a reason's place belongs to: a field, a list, or a row of one ("criteria:2:title")."""
    name = where.partition(":")[0]
    return next((part for part in PARTS if name in part.keys), None)


def open_keys(part: Part, state: str) -> frozenset[str]:
    """What of the part may change in that state."""
    if state == State.DRAFT:
        return frozenset(part.keys)
    if state == State.PUBLISHED:
        return part.open | part.coming
    return part.open if state in CHANGEABLE else frozenset()
