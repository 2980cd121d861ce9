"""Calls for tests, brought to their state by the real actions."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from calls import actions
from calls.enums import CostTypeCode, DecisionKind
from calls.models import Call
from calls.parts import part_of
from grants.core.time import now
from grants.strategy.models import StrategicArea
from tests.builders import base
from tests.builders.kept import kept

_counter = itertools.count(1)
BUDGET_SEK = 24_000_000


def call_data(**overrides: Any) -> dict[str, Any]:
    """A complete call: opened an hour ago, closes in 30 days, 24 million kronor over two years, four areas, three criteria."""
    base.reference_data()
    at = now()
    year = at.year
    areas = list(StrategicArea.objects.current().order_by("order"))
    return {
        "code": f"plan-{next(_counter)}",
        "title": "Strategisk planering i praktiken",
        "pitch": "Regioner kan söka stöd för pilotprojekt som prövar nya sätt att planera tillsammans.",
        "who_may_apply": "Ni kan söka om ni är en av de 21 regionerna med regionalt utvecklingsansvar.",
        "what_for": "Pilotprojekt som prövar nya sätt att planera.",
        "not_funded": "Ordinarie verksamhet\nKostnader före startdatum",
        "assessment_intro": "Vi bedömer varje ansökan för sig.",
        "contact": "Skriv till projektmedel@example.se.",
        "opens_at": at - dt.timedelta(hours=1),
        "closes_at": at + dt.timedelta(days=30),
        "earliest_start_on": dt.date(year, 1, 1),
        "latest_end_on": dt.date(year + 3, 12, 31),
        "longest_months": 36,
        "budget_sek": BUDGET_SEK,
        "smallest_amount_sek": 400_000,
        "largest_amount_sek": 2_000_000,
        "largest_share_percent": 50,
        "allows_in_kind": False,
        "lowest_score": 60,
        "years": [{"year": year, "budget_sek": 14_000_000}, {"year": year + 1, "budget_sek": 10_000_000}],
        "cost_types": [
            {"code": CostTypeCode.STAFF, "label": "Personal", "help_text": "Löner för dem som arbetar i projektet."},
            {"code": CostTypeCode.SERVICES, "label": "Externa tjänster"},
            {"code": CostTypeCode.TRAVEL, "label": "Resor och logi"},
            {"code": CostTypeCode.INDIRECT, "label": "Indirekta kostnader"},
        ],
        "flat_rates": [
            {
                "cost_type": CostTypeCode.INDIRECT,
                "percent": Decimal(15),
                "basis": [CostTypeCode.STAFF],
                "valid_from": dt.date(year, 1, 1),
            }
        ],
        "areas": [{"area": area, "budget_sek": BUDGET_SEK // len(areas)} for area in areas],
        "criteria": [
            {"title": "Bidrag till RUS", "guidance": "Svarar mot mål.", "weight_percent": 40, "max_points": 5},
            {"title": "Genomförande", "guidance": "Planen är rimlig.", "weight_percent": 35, "max_points": 5},
            {"title": "Kostnader", "guidance": "Budgeten är skälig.", "weight_percent": 25, "max_points": 5},
        ],
        "decision_rules": appeals(),
        **_without_rates(overrides),
    }


def appeals(*kinds: str) -> list[dict[str, Any]]:
    """The choice for every kind of decision: those named can be appealed."""
    return [{"kind": kind, "is_appealable": kind in kinds} for kind in DecisionKind]


def _without_rates(overrides: dict[str, Any]) -> dict[str, Any]:
    """Other cost types bring their own flat rates, or none."""
    return {"flat_rates": [], **overrides} if "cost_types" in overrides else overrides


@kept
def draft_call(*, manager: Any = None, **overrides: Any) -> Call:
    """A complete draft; ``overrides`` replace values of ``call_data``."""
    return actions.create_call(call_data(**overrides), by=manager or base.call_manager())


@kept
def published_call(*, manager: Any = None, **overrides: Any) -> Call:
    """Published, by default before it opens tomorrow."""
    manager = manager or base.call_manager()
    overrides.setdefault("opens_at", now() + dt.timedelta(days=1))
    return actions.publish(draft_call(manager=manager, **overrides), by=manager)


@kept
def open_call(*, manager: Any = None, **overrides: Any) -> Call:
    """Open for applications. With an ``opens_at`` or ``closes_at`` in the past it was published and opened back then."""
    manager = manager or base.call_manager()
    data = call_data(**overrides)
    at = data["opens_at"]
    call = actions.create_call(data, by=manager, at=at)
    return actions.open_call(actions.publish(call, by=manager, at=at), at=at)


@kept
def closed_call(*, manager: Any = None, **overrides: Any) -> Call:
    """Closed by the clock an hour ago."""
    overrides.setdefault("opens_at", now() - dt.timedelta(days=30))
    overrides.setdefault("closes_at", now() - dt.timedelta(hours=1))
    call = open_call(manager=manager, **overrides)
    return actions.close_call(call, at=call.closes_at)


@kept
def settled_call(*, manager: Any = None, **overrides: Any) -> Call:
    """Closed, and every application has its decision."""
    manager = manager or base.call_manager()
    return actions.settle(closed_call(manager=manager, **overrides), by=manager)


@kept
def save(call: Call, *, by: Any, version: str | None = None, at: dt.datetime | None = None, **data: Any) -> Call:
    """Save values of one set-up page, which is the one that has the first of them."""
    part = part_of(next(iter(data)))
    assert part is not None
    version = actions.version_of(call, part) if version is None else version
    return actions.save_part(call, part, data, by=by, version=version, at=at)
