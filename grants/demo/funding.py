"""The demo's calls: the seeded one and the one that is open beside it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from calls import actions
from calls.enums import CostTypeCode, DecisionKind
from calls.models import Call, Programme
from calls.standards import starting_lists
from grants.accounts.enums import OrganisationKind
from grants.core.time import add_months, pretend, whole_months
from grants.demo.calendar import Calendar
from grants.demo.content import FLAT_RATE_PERCENT, Plan
from grants.strategy.models import KeyQuestion, PlanningLevel, StrategicArea

OPEN_BUDGET_SEK = 24_000_000
LARGEST_SEK = 2_000_000
SMALLEST_SEK = 400_000
AREA_PERCENT = {"SO1": 20, "SO2": 30, "SO3": 35, "SO4": 15}
LOWEST_SCORE = 60

PROGRAMME = "strategisk-planering-2024"
"""The assignment that the demo's calls belong to, loaded with the call history."""

COST_TYPES = [
    {
        "code": CostTypeCode.STAFF,
        "label": "Personal",
        "help_text": "Lön och sociala avgifter för dem som arbetar i projektet.",
    },
    {
        "code": CostTypeCode.SERVICES,
        "label": "Externa tjänster",
        "help_text": "Till exempel utredning och utvärdering. Konsulters resor räknas hit.",
    },
    {"code": CostTypeCode.TRAVEL, "label": "Resor och logi", "help_text": "Resor i projektet för er egen personal."},
    {
        "code": CostTypeCode.INDIRECT,
        "label": "Indirekta kostnader",
        "help_text": "Schablon, 15 % av personalkostnaden.",
    },
    {
        "code": CostTypeCode.IN_KIND,
        "label": "Bidrag i annat än pengar",
        "help_text": "Till exempel arbetstid som en kommun ger projektet. Lika stort i finansieringen.",
    },
]
CRITERIA = [
    {
        "title": "Bidrag till den regionala utvecklingsstrategin (RUS)",
        "guidance": "Projektet svarar mot utpekade mål och går att följa upp.",
        "weight_percent": 30,
        "max_points": 5,
    },
    {
        "title": "Genomförande",
        "guidance": "Planen är rimlig i tid, bemanning och ansvar.",
        "weight_percent": 25,
        "max_points": 5,
    },
    {
        "title": "Kostnader",
        "guidance": "Budgeten är tydlig och skälig i förhållande till resultatet.",
        "weight_percent": 20,
        "max_points": 5,
    },
    {
        "title": "Nytt arbetssätt och lärande",
        "guidance": "Andra regioner kan använda resultaten.",
        "weight_percent": 15,
        "max_points": 5,
    },
    {
        "title": "Jämställdhet, miljö och inkludering",
        "guidance": "Perspektiven syns i mål, arbetssätt och uppföljning.",
        "weight_percent": 10,
        "max_points": 5,
    },
]
TEXTS = {
    "who_may_apply": "Ni kan söka om ni är en av de 21 regionerna med regionalt utvecklingsansvar. Två eller flera "
    "regioner kan söka "
    "tillsammans. Då är en av er projektägare och ansvarar för ansökan, redovisning och utbetalning.",
    "what_for": "Ni kan söka för pilotprojekt som prövar nya sätt att planera: tidig samordning mellan kommuner, region "
    "och statliga myndigheter, ett rumsligt perspektiv i den regionala utvecklingsstrategin, eller samverkan mellan flera "
    "regioner. Projektet ska utveckla arbetssätt, inte lösa en enskild sakfråga.",
    "not_funded": "Ordinarie verksamhet\nKostnader före startdatum\nStöd som går vidare till företag\nMoms som ni "
    "kan dra av",
    "expected_results": "Arbetssätt, underlag och metoder som andra regioner kan använda. Resultaten ska publiceras "
    "fritt.",
    "assessment_intro": "Två bedömare bedömer varje ansökan för sig. Sedan väger vi samman poängen.",
    "reservation": "Beloppen är vägledande. Vi kan flytta medel mellan områden om ett område får få ansökningar.",
    "legal_basis": "Förordning (2003:596) om bidrag för projektverksamhet inom den regionala utvecklingspolitiken.",
    "contact": "Skriv till projektmedel@example.se. Vi svarar inom två arbetsdagar. Svar som rör alla publicerar vi "
    "på utlysningens sida.",
}


def call_data(
    calendar_opens: dt.datetime, closes: dt.datetime, years: dict[int, int], start_on: dt.date
) -> dict[str, Any]:
    """What both calls share. ``years``: budget in SEK by year."""
    budget_sek = sum(years.values())
    areas = list(StrategicArea.objects.current())
    rate = {
        "cost_type": CostTypeCode.INDIRECT,
        "percent": Decimal(FLAT_RATE_PERCENT),
        "basis": [CostTypeCode.STAFF],
        "valid_from": dt.date(min(years), 1, 1),
    }
    starting = starting_lists()
    return {
        **TEXTS,
        "flat_rates": [rate],
        "opens_at": calendar_opens,
        "closes_at": closes,
        "earliest_start_on": start_on,
        "latest_end_on": dt.date(max(years), 12, 31),
        "longest_months": min(36, whole_months(start_on, dt.date(max(years), 12, 31))),
        "budget_sek": budget_sek,
        "smallest_amount_sek": SMALLEST_SEK,
        "largest_amount_sek": LARGEST_SEK,
        "largest_share_percent": 50,
        "lowest_score": LOWEST_SCORE,
        "assessors_needed": 2,
        "years": [{"year": year, "budget_sek": amount} for year, amount in sorted(years.items())],
        "cost_types": COST_TYPES,
        "programme": Programme.objects.filter(code=PROGRAMME).first(),
        "planning_levels": list(PlanningLevel.objects.current()),
        "key_questions": list(KeyQuestion.objects.current()),
        "applicant_kinds": [{"kind": OrganisationKind.REGION}],
        "formal_check_points": starting["formal_check_points"],
        "decision_rules": [{"kind": kind, "is_appealable": kind == DecisionKind.DISMISSAL} for kind in DecisionKind],
        "areas": [
            {
                "area": area,
                "budget_sek": budget_sek * AREA_PERCENT[area.code] // 100 if area.code in AREA_PERCENT else None,
            }
            for area in areas
        ],
        "criteria": CRITERIA,
    }


def seeded_call(calendar: Calendar, plans: Iterable[Plan], manager: Any) -> Call:
    """The call whose applications have come further: opened, not yet closed. Its budget is about half of what is "
    "applied for."""
    data = call_data(
        calendar.opens_at,
        calendar.closes_at,
        year_budgets(plans, calendar.earliest_start_on),
        calendar.earliest_start_on,
    )
    year = calendar.deadline_day.year
    data |= {
        "code": f"RPS{year}",
        "title": f"Regional planering i samverkan {year}",
        "pitch": "Regioner kan söka stöd för pilotprojekt där län, kommuner och statliga myndigheter planerar med "
        "samma underlag.",
    }
    return opened(data, manager)


def open_call(calendar: Calendar, manager: Any) -> Call:
    """The call in which everyone may apply now."""
    year = calendar.open_year
    third = OPEN_BUDGET_SEK // 3
    data = call_data(
        calendar.open_opens_at,
        calendar.open_closes_at,
        {year: third, year + 1: third, year + 2: third},
        dt.date(year, 5, 1),
    )
    data |= {
        "code": f"SPP{year - 1}",
        "title": "Strategisk planering i praktiken",
        "pitch": "Regioner kan söka stöd för pilotprojekt som prövar nya sätt att planera tillsammans med kommuner "
        "och statliga "
        "myndigheter. Resultaten ska gå att använda i fler län.",
        "asks_spatial": True,
        "latest_end_on": add_months(dt.date(year, 5, 1), 36) - dt.timedelta(days=1),
    }
    # Thirty-six months from May end in a fourth year, which the budget of three years does not hold.
    data["latest_end_on"] = min(data["latest_end_on"], dt.date(year + 2, 12, 31))
    return opened(data, manager)


def opened(data: dict[str, Any], manager: Any) -> Call:
    """Set up, published ten days before and opened on its day."""
    with pretend(data["opens_at"] - dt.timedelta(days=20)):
        call = actions.create_call(data, by=manager)
    with pretend(data["opens_at"] - dt.timedelta(days=10)):
        call = actions.publish(call, by=manager)
    with pretend(data["opens_at"]):
        return actions.open_call(call)


def year_budgets(plans: Iterable[Plan], start_on: dt.date) -> dict[int, int]:
    """Half of what is applied for, spread over the years as the costs are; never less than three of the largest "
    "grants."""
    wanted: Counter[int] = Counter()
    for plan in plans:
        wanted.update(split(plan.applied_sek, plan.costs))
    budget_sek = max(3 * LARGEST_SEK, round(sum(wanted.values()) * 0.5 / 1_000_000) * 1_000_000)
    years = range(start_on.year, start_on.year + 3)
    whole = sum(wanted[year] for year in years) or 1
    amounts = {year: budget_sek * wanted[year] // whole // 100_000 * 100_000 for year in years}
    amounts[start_on.year] += budget_sek - sum(amounts.values())
    return {year: amount for year, amount in amounts.items() if amount}


def split(amount_sek: int, costs: dict[tuple[str, int], int]) -> dict[int, int]:
    """An amount spread over the years as the costs are; the parts sum to the amount."""
    per_year: Counter[int] = Counter()
    for (_, year), cost in costs.items():
        per_year[year] += cost
    whole = sum(per_year.values())
    parts = {year: amount_sek * cost // whole for year, cost in sorted(per_year.items())}
    parts[min(parts)] += amount_sek - sum(parts.values())
    return {year: part for year, part in parts.items() if part}
