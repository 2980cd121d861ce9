"""What the demo's applications say, built from ``grants.demo.texts`` by a random.Random: the same seed gives the "
"same words."""

from __future__ import annotations

import datetime as dt
import random
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from applications.enums import FinancingForm, FinancingKind, PartyKind, Procurement, VatLiability
from calls.enums import CostTypeCode
from grants.accounts.models import Organisation
from grants.core.money import round_sek
from grants.core.time import add_months
from grants.demo import texts
from grants.strategy.enums import Level
from grants.strategy.models import Objective, StrategicArea

AMOUNTS_SEK = (420, 585, 640, 780, 780, 850, 985, 1120, 1120, 1250, 1475, 1680, 1850, 2000)
"""Applied support in thousands."""
SMALL_AMOUNTS_SEK = (400, 420, 480, 520)
SHARES_PERCENT = (50, 50, 50, 48, 46, 45, 42, 38)
LENGTHS_MONTHS = (12, 18, 24, 24)
SHORT_MONTHS = 3
FLAT_RATE_PERCENT = Decimal(15)
TITLE_LENGTH = 150


@dataclass(frozen=True)
class Plan:
    """One application before it exists: its words, money and what will become of it."""

    index: int
    applicant: Organisation
    title: str
    summary: str
    answers: dict[str, str]
    start_on: dt.date
    end_on: dt.date
    costs: dict[tuple[str, int], int]
    """SEK by cost type code and year; flat rates are computed by the application."""
    total_sek: int
    applied_sek: int
    financing: list[dict[str, Any]]
    parties: list[dict[str, Any]]
    is_joint: bool
    main_objective: Objective
    links: list[dict[str, Any]]
    main_area: StrategicArea
    further_areas: list[StrategicArea]
    quality: int
    """How good it is, 1–5: assessors' points lie around it."""
    done: str = ""
    words: dict[str, str] = field(default_factory=dict)
    municipalities: list[str] = field(default_factory=list)
    """Codes of those that the project concerns."""

    @property
    def is_late(self) -> bool:
        return self.index % 20 == 11

    @property
    def is_withdrawn(self) -> bool:
        return self.index % 20 == 7

    @property
    def is_supplemented(self) -> bool:
        return self.index % 20 in (3, 9, 16)

    @property
    def is_short(self) -> bool:
        """A pre-study of three months, which a demo in the stage "running" has already closed."""
        return is_short(self.index)

    @property
    def is_straggler(self) -> bool:
        """Among the last two proposals, which still wait for their decision while others run."""
        return self.index in (16, 36)


def is_short(index: int) -> bool:
    return index % 20 in (1, 8, 14)


class Library:
    """The regions with their objectives and municipalities, read once."""

    def __init__(self) -> None:
        self.areas = {area.code: area for area in StrategicArea.objects.current()}
        self.regions = list(
            Organisation.objects.applicants().filter(region__isnull=False).select_related("region").order_by("code")
        )
        self.boards = {
            board.region_id: board for board in Organisation.objects.filter(kind="county_board").exclude(region=None)
        }
        self.places: dict[Any, list[str]] = {}
        self.codes: dict[str, str] = {}
        self.objectives: dict[Any, list[Objective]] = {}
        for organisation in self.regions:
            assert organisation.region is not None
            found = list(organisation.region.municipalities.current())
            self.places[organisation.region_id] = [one.name for one in found]
            self.codes |= {one.name: one.code for one in found}
        wanted = Objective.objects.current().exclude(level=Level.VISION).for_display().order_by("order", "pk")
        for objective in wanted:
            self.objectives.setdefault(objective.rus.region_id, []).append(objective)
        self.regions = [region for region in self.regions if self.objectives.get(region.region_id)]


def plans(library: Library, number: int, rng: random.Random, start_on: dt.date) -> Iterable[Plan]:
    """So many plans, region after region in mixed order. ``start_on``: the first day a project may start."""
    order: list[Organisation] = []
    titles = {code: list(own) for code, own in texts.OWN_TITLES.items()}
    for index in range(number):
        if not order:
            order = list(library.regions)
            rng.shuffle(order)
        applicant = order.pop()
        assert applicant.region is not None
        own = titles.get(applicant.region.county_code, [])
        yield plan(library, index, applicant, rng, start_on, own.pop(0) if own else "")


def plan(
    library: Library, index: int, applicant: Organisation, rng: random.Random, start_on: dt.date, own_title: str = ""
) -> Plan:
    """One plan. ``own_title``: a title that belongs to the county, else one of the theme's."""
    region = applicant.region
    assert region is not None
    places = library.places[region.pk]
    # Gotland is one municipality with the tasks of a region.
    ort, ort2 = rng.sample(places, 2) if len(places) > 1 else (places[0], "Fårösund")
    theme = theme_of(own_title) if own_title else rng.choice(texts.THEMES)
    objectives = library.objectives[region.pk]
    main_objective = rng.choice(objectives)
    words = {
        "region": applicant.name,
        "lan": region.county_name,
        "ort": ort,
        "ort2": ort2,
        "mal": f"”{main_objective.label}”",
    }
    title = own_title or rng.choice(theme.ideas).format(**words)
    if index % 20 == 5:
        title = texts.LONG_TITLE.format(title=title, **words)
    months = SHORT_MONTHS if is_short(index) else rng.choice(LENGTHS_MONTHS)
    end_on = add_months(start_on, months) - dt.timedelta(days=1)
    applied_sek = 1000 * rng.choice(SMALL_AMOUNTS_SEK if is_short(index) else AMOUNTS_SEK)
    total_sek = applied_sek * 100 // rng.choice(SHARES_PERCENT)
    further = (
        []
        if index % 6 == 0
        else rng.sample([o for o in objectives if o != main_objective] or [], k=min(len(objectives) - 1, 1))
    )
    others = [area for code, area in library.areas.items() if code != theme.area]
    parties, other = partners(library, applicant, index, ort, rng)
    theirs = rng.choice(library.objectives[other.region_id]) if other is not None else None
    said = answers(theme, words, start_on, end_on, rng)
    spent = costs(total_sek, start_on, end_on, rng)
    paid = financing(total_sek - applied_sek, applicant, ort, rng)
    for line in paid[1:]:
        if index % 3 == 0:
            give_in_kind(line, spent)
        parties.append(co_financier(line))
    return Plan(
        index=index,
        applicant=applicant,
        title=title[:TITLE_LENGTH].rstrip(" ,:"),
        summary=theme.purpose.format(**words) + " " + theme.results.format(**words),
        answers=said,
        start_on=start_on,
        end_on=end_on,
        costs=spent,
        total_sek=total_sek,
        applied_sek=applied_sek,
        financing=paid,
        parties=parties,
        is_joint=other is not None,
        main_objective=main_objective,
        links=[
            {"objective": main_objective, "contribution": theme.contribution.format(**words)},
            *(
                {"objective": o, "contribution": f"Arbetssättet prövas i {ort} och stärker även detta mål."}
                for o in further
            ),
            *([{"objective": theirs, "contribution": texts.THEIR_CONTRIBUTION.format(**words)}] if theirs else []),
        ],
        main_area=library.areas[theme.area],
        further_areas=rng.sample(others, k=rng.choice((0, 1, 1, 2))),
        quality=rng.choice((2, 3, 3, 4, 4, 4, 4, 5, 5)),
        done=theme.done.format(**words),
        words=words,
        municipalities=[library.codes[name] for name in (ort, ort2) if name in library.codes],
    )


def theme_of(title: str) -> texts.Theme:
    """The theme that a county's own title belongs to, by its words."""
    return next((theme for theme, words in texts.THEME_WORDS if any(word in title for word in words)), texts.UNDERLAG)


def answers(
    theme: texts.Theme, words: dict[str, str], start_on: dt.date, end_on: dt.date, rng: random.Random
) -> dict[str, str]:
    """An answer to every standard question, by its code."""
    middle = add_months(start_on, max(1, ((end_on - start_on).days // 30) // 2))
    said = {
        "problem": theme.problem,
        "purpose": theme.purpose,
        "goals": theme.goals,
        "target_group": rng.choice(texts.TARGET_GROUPS),
        "implementation": rng.choice(texts.IMPLEMENTATIONS),
        "activities": theme.activities,
        "time_plan": f"Start {start_on:%Y-%m}. Nulägesbilden är klar och prov börjar {middle:%Y-%m}. "
        f"Spridning och slutrapport fram till {end_on:%Y-%m-%d}.",
        "organisation": rng.choice(texts.ORGANISATIONS),
        "results": theme.results,
        "spreading": rng.choice(texts.SPREADINGS),
        "risks": rng.choice(texts.RISKS),
    }
    return {code: text.format(**words) for code, text in said.items()}


def costs(total_sek: int, start_on: dt.date, end_on: dt.date, rng: random.Random) -> dict[tuple[str, int], int]:
    """Typed costs per type and year that, with the flat rate on staff, sum to the total exactly."""
    years = list(range(start_on.year, end_on.year + 1))
    months = {
        year: 1
        + min(12, (end_on.year - year) * 12 + end_on.month)
        - max(1, (start_on.year - year) * 12 + start_on.month)
        for year in years
    }
    whole = sum(months.values())
    staff_part = rng.choice((48, 52, 56, 60))
    lines: dict[tuple[str, int], int] = {}
    left = total_sek
    for year in years:
        staff = total_sek * staff_part // 100 * months[year] // whole // 1000 * 1000
        travel = total_sek * rng.choice((0, 2, 4)) // 100 * months[year] // whole // 100 * 100
        lines[CostTypeCode.STAFF, year] = staff
        lines[CostTypeCode.TRAVEL, year] = travel
        left -= staff + travel + round_sek(Decimal(staff) * FLAT_RATE_PERCENT / 100)
    for year in years[:-1]:
        services = left * months[year] // whole // 1000 * 1000
        lines[CostTypeCode.SERVICES, year] = services
    lines[CostTypeCode.SERVICES, years[-1]] = left - sum(lines[CostTypeCode.SERVICES, year] for year in years[:-1])
    return lines


def financing(amount_sek: int, applicant: Organisation, ort: str, rng: random.Random) -> list[dict[str, Any]]:
    """Who pays what the support does not cover: mostly the region, sometimes a municipality."""
    rows: list[dict[str, Any]] = []
    left = amount_sek
    municipality = (
        ort if ort.startswith("Region") else f"{ort}s kommun" if not ort.endswith(("s", "x", "z")) else f"{ort} kommun"
    )
    if rng.random() < 0.5:
        part = amount_sek * rng.choice((15, 20, 30)) // 100 // 1000 * 1000
        rows.append(
            {
                "kind": FinancingKind.PUBLIC,
                "financier": municipality,
                "form": "cash",
                "appropriation": "other",
                "amount_sek": part,
            }
        )
        left -= part
    own = {
        "kind": FinancingKind.OWN,
        "financier": applicant.name,
        "form": "cash",
        "appropriation": "other",
        "amount_sek": left,
    }
    return [own, *rows]


def give_in_kind(line: dict[str, Any], spent: dict[tuple[str, int], int]) -> None:
    """The financier gives work instead of money, in the year of most services, which it does instead; if there are so many."""
    year = max(
        (year for code, year in spent if code == CostTypeCode.SERVICES),
        key=lambda year: spent[CostTypeCode.SERVICES, year],
    )
    if spent[CostTypeCode.SERVICES, year] > line["amount_sek"]:
        line |= {"form": FinancingForm.IN_KIND, "appropriation": ""}
        spent[CostTypeCode.SERVICES, year] -= line["amount_sek"]
        spent[CostTypeCode.IN_KIND, year] = line["amount_sek"]


def co_financier(line: dict[str, Any]) -> dict[str, Any]:
    """The municipality that pays a part, as a party: it confirms its co-financing."""
    gives = "arbetstid i projektet" if line["form"] == FinancingForm.IN_KIND else "pengar till projektet"
    return {
        "kind": PartyKind.CO_FINANCIER,
        "organisation": None,
        "name": line["financier"],
        "org_number": "",
        "collaboration_level": None,
        "contribution": f"Bidrar med {gives}.",
        "signatory_name": f"Behörig företrädare {line['financier']}",
        "contact_name": f"Kontaktperson {line['financier']}",
        "contact_email": "kommun@example.se",
    }


def partners(
    library: Library, applicant: Organisation, index: int, ort: str, rng: random.Random
) -> tuple[list[dict[str, Any]], Organisation | None]:
    """The parties besides the applicant, and the other region of a joint project."""
    rows: list[dict[str, Any]] = []
    other = None
    if index % 5 == 4:
        other = rng.choice([region for region in library.regions if region != applicant])
        rows.append(
            party(
                PartyKind.CO_APPLICANT,
                other,
                "Arbetar i projektet med egen personal och prövar arbetssättet i sitt län.",
            )
        )
    board = library.boards.get(applicant.region_id)
    if board is not None and index % 3 != 0:
        rows.append(
            party(PartyKind.COOPERATING, board, "Bidrar med kunskap om riksintressen och deltar i arbetsmöten.")
        )
    return rows, other


def party(kind: str, organisation: Organisation, contribution: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "organisation": organisation,
        "name": organisation.name,
        "org_number": organisation.org_number,
        "collaboration_level": None,
        "contribution": contribution,
        **facts_of(organisation),
        "contact_name": f"Kontaktperson {organisation.name}",
        "contact_email": organisation.email,
    }


def facts_of(organisation: Organisation) -> dict[str, str]:
    """What an organisation says of itself; the CFAR numbers are invented, the same for an organisation each time."""
    return {
        "workplace": "Huvudkontoret",
        "cfar_number": f"{zlib.crc32(organisation.code.encode()) % 90_000_000 + 10_000_000}",
        "vat": VatLiability.NO,
        "procurement": Procurement.LOU,
        "signatory_name": f"Behörig företrädare {organisation.name}",
    }
