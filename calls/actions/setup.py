"""Setting up a call: making a draft and saving it. Every action is one transaction: lock, check, write, event."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from calls import rules
from calls.enums import CostTypeCode, State
from calls.models import Call, CallArea, CostType, Criterion, YearBudget
from calls.questions import standard_form
from grants.core import events
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.people import SYSTEM
from grants.core.text import clean_name, clean_text
from grants.core.time import now
from grants.core.workflow import lock

log = logging.getLogger(__name__)

NAMES = ("title",)
TEXTS = (
    "pitch",
    "who_may_apply",
    "what_for",
    "not_funded",
    "expected_results",
    "assessment_intro",
    "reservation",
    "legal_basis",
    "contact",
)
VALUES = (
    "kind",
    "source_url",
    "opens_at",
    "closes_at",
    "earliest_start_on",
    "latest_end_on",
    "longest_months",
    "budget_sek",
    "smallest_amount_sek",
    "largest_amount_sek",
    "largest_share_percent",
    "lowest_score",
    "assessors_needed",
    "is_appealable",
)
FIELDS = (*NAMES, *TEXTS, *VALUES)
LISTS = ("years", "cost_types", "areas", "criteria")
CODE_TAKEN = Reason("Beteckningen används redan av en annan utlysning. Välj en annan.", "code")


# Setting up ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_call(data: dict[str, Any], *, by: Any, at: dt.datetime | None = None) -> Call:
    """A new draft. ``data``: the fields of Call, ``code``, ``authority`` (else the one that ``by`` manages calls for), and the lists.

    Lists: years [{year, budget_sek}], cost_types [{code, label, help_text, flat_rate_percent}],
    areas [{area, budget_sek}], criteria [{title, guidance, weight_percent, max_points}].
    Raises PermissionDenied, or Blocked with every value that cannot be kept.
    """
    authority = data.get("authority")
    if authority is None:
        managed = rules.managed_authorities(by) if by is not SYSTEM else []
        if not managed:
            raise PermissionDenied("Bara den som är utlysningsansvarig kan skapa en utlysning.")
        authority = managed[0]
    at = at or now()
    call = Call(code=data["code"], authority=authority, created_at=at)
    if by is not SYSTEM and not rules.may_manage(call, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan skapa en utlysning.")
    _assign(call, data)
    faults = _faults(call, data)
    if Call.objects.filter(code=call.code).exists():
        faults.append(CODE_TAKEN)
    if faults:
        raise Blocked(faults)
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError:
        if Call.objects.filter(code=call.code).exists():  # somebody took it in between
            raise Blocked([CODE_TAKEN]) from None
        raise
    _write_lists(call, data)
    standard_form(call)
    events.record(call, "created", by=by, at=at, label="Utlysningen skapades", facts={"code": call.code})
    return call


@transaction.atomic
def save_call(call: Call, data: dict[str, Any], *, by: Any, version: int) -> Call:
    """Save a draft. Lists that ``data`` lacks are left as they are. Raises PermissionDenied, Stale or Blocked."""
    row = lock(call)
    if not rules.may_manage(row, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan ändra utlysningen.")
    if row.state != State.DRAFT:
        raise Blocked(
            [Reason("Utlysningen är publicerad. Det enda som går att ändra är att förlänga ansökningstiden.")]
        )
    if row.version != version:
        raise Stale
    before = snapshot(row)
    _assign(row, data)
    faults = _faults(row, data)
    if faults:
        raise Blocked(faults)
    row.save()
    _write_lists(row, data)
    row = Call.objects.get(pk=row.pk)
    changed = [key for key, value in snapshot(row).items() if value != before[key]]
    if changed:
        events.record(row, "saved", by=by, label="Utlysningen ändrades", facts={"changed": changed})
    return row


def snapshot(call: Call) -> dict[str, Any]:
    """Every value that the form sets, lists as tuples, for telling what has changed."""
    held: dict[str, Any] = {name: getattr(call, name) for name in FIELDS}
    held["years"] = tuple((row.year, row.budget_sek) for row in call.year_budgets.all())
    held["cost_types"] = tuple(
        (row.code, row.label, row.help_text, row.flat_rate_percent) for row in call.cost_types.all()
    )
    held["areas"] = tuple((row.area_id, row.budget_sek) for row in call.areas.all())
    held["criteria"] = tuple(
        (row.title, row.guidance, row.weight_percent, row.max_points) for row in call.criteria.all()
    )
    return held


def _assign(call: Call, data: dict[str, Any]) -> None:
    for name in FIELDS:
        if name in data:
            value = data[name]
            if name in NAMES:
                value = clean_name(value)
            elif name in TEXTS:
                value = clean_text(value).strip()
            setattr(call, name, value)


def _faults(call: Call, data: dict[str, Any]) -> list[str]:
    """Values that no draft can keep. What is only missing waits until publishing."""
    found: list[str] = []
    if not call.title:
        found.append(Reason("Skriv utlysningens rubrik.", "title"))
    if call.opens_at and call.closes_at and call.closes_at <= call.opens_at:
        found.append(Reason("Utlysningen måste stänga efter att den öppnar.", "closes_at"))
    if call.earliest_start_on and call.latest_end_on and call.latest_end_on <= call.earliest_start_on:
        found.append(Reason("Projekten måste sluta efter att de startar.", "latest_end_on"))
    if call.smallest_amount_sek and call.largest_amount_sek and call.smallest_amount_sek > call.largest_amount_sek:
        found.append(Reason("Det minsta stödet är större än det högsta. Sänk det.", "smallest_amount_sek"))
    if call.budget_sek is not None and call.budget_sek <= 0:
        found.append(Reason("Skriv en budget som är större än 0 kronor.", "budget_sek"))
    years = [row["year"] for row in data.get("years", ())]
    if len(years) != len(set(years)):
        found.append(Reason("Samma år står två gånger. Skriv varje år en gång.", "years"))
    return found


def _write_lists(call: Call, data: dict[str, Any]) -> None:
    """Replace the lists of a draft. Nothing can point at their rows yet: applications come after publishing."""
    if "years" in data:
        call.year_budgets.all().delete()
        YearBudget.objects.bulk_create(
            YearBudget(call=call, year=row["year"], budget_sek=row["budget_sek"]) for row in data["years"]
        )
    if "cost_types" in data:
        call.cost_types.all().delete()
        CostType.objects.bulk_create(
            CostType(
                call=call,
                code=row["code"],
                label=clean_name(row.get("label") or "") or CostTypeCode(row["code"]).label,
                help_text=clean_name(row.get("help_text") or ""),
                flat_rate_percent=row.get("flat_rate_percent"),
                order=order,
            )
            for order, row in enumerate(data["cost_types"], 1)
        )
    if "areas" in data:
        call.areas.all().delete()
        CallArea.objects.bulk_create(
            CallArea(call=call, area=row["area"], budget_sek=row.get("budget_sek")) for row in data["areas"]
        )
    if "criteria" in data:
        call.criteria.all().delete()
        Criterion.objects.bulk_create(
            Criterion(
                call=call,
                title=clean_name(row["title"]),
                guidance=clean_text(row.get("guidance") or "").strip(),
                weight_percent=row["weight_percent"],
                max_points=row.get("max_points") or 5,
                order=order,
            )
            for order, row in enumerate(data["criteria"], 1)
        )
