"""What stands in the way of a call's steps, each as a sentence with the field of the form that it points at."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from grants.core.exceptions import Reason
from grants.core.money import format_sek, group

if TYPE_CHECKING:
    from calls.models import Call

PENDING_STATES = ("submitted", "in_review", "supplement_requested")
"""States of applications that still wait for a decision. By value: the stage itself lies downstream."""


def before_publish(call: Call) -> list[str]:
    """Everything that is missing before a call may be published (the parts of a call text that real calls have)."""
    return [*_texts(call), *_dates(call), *_money(call), *_cost_types(call), *_areas(call), *_criteria(call)]


def at_publishing(call: Call, at: dt.datetime) -> list[str]:
    """A call whose deadline has passed is not published."""
    if call.closes_at is not None and call.closes_at <= at:
        return [Reason("Utlysningen måste stänga i framtiden. Ändra när den stänger.", "closes_at")]
    return []


def at_opening(call: Call, at: dt.datetime) -> list[str]:
    """Opens at its instant: from and including."""
    if call.opens_at is None or at < call.opens_at:
        return [Reason("Utlysningen öppnar först vid den tid som står i den.", "opens_at")]
    return []


def at_closing(call: Call, at: dt.datetime) -> list[str]:
    """Closes at its instant; the last moment to apply is the one before it (INV-3)."""
    if call.closes_at is None or at < call.closes_at:
        return [
            Reason(
                "Utlysningen stänger först vid den tid som står i den. En tidsgräns flyttas aldrig bakåt.", "closes_at"
            )
        ]
    return []


def before_settle(call: Call) -> list[str]:
    """Applications that still wait for a decision."""
    waiting = call.applications.filter(state__in=PENDING_STATES).count()
    if waiting == 0:
        return []
    noun = "ansökan är inte avgjord" if waiting == 1 else "ansökningar är inte avgjorda"
    return [Reason(f"{group(waiting)} {noun}. Avgör alla ansökningar först.")]


def _texts(call: Call) -> list[str]:
    wanted = (
        ("title", "Skriv utlysningens rubrik."),
        ("pitch", "Skriv kort vad utlysningen handlar om."),
        ("who_may_apply", "Skriv vem som kan söka."),
        ("what_for", "Skriv vad man kan söka för."),
        ("contact", "Skriv vem man kan fråga om utlysningen."),
    )
    return [Reason(text, field) for field, text in wanted if not getattr(call, field).strip()]


def _dates(call: Call) -> list[str]:
    found: list[str] = []
    if call.opens_at is None:
        found.append(Reason("Skriv när utlysningen öppnar.", "opens_at"))
    if call.closes_at is None:
        found.append(Reason("Skriv när utlysningen stänger.", "closes_at"))
    if call.opens_at and call.closes_at and call.closes_at <= call.opens_at:
        found.append(Reason("Utlysningen måste stänga efter att den öppnar.", "closes_at"))
    return found


def _money(call: Call) -> list[str]:
    found: list[str] = []
    years = list(call.year_budgets.all())
    if call.budget_sek is None:
        found.append(Reason("Skriv utlysningens hela budget.", "budget_sek"))
    if not years:
        found.append(Reason("Fördela budgeten på minst ett år.", "years"))
    elif call.budget_sek is not None:
        total_sek = sum(row.budget_sek for row in years)
        if total_sek != call.budget_sek:
            found.append(
                Reason(
                    f"Årens budget är tillsammans {format_sek(total_sek)} men hela budgeten är "
                    f"{format_sek(call.budget_sek)}. Ändra så att de stämmer överens.",
                    "years",
                )
            )
    if call.largest_amount_sek is None:
        found.append(Reason("Skriv det högsta stödet per projekt.", "largest_amount_sek"))
    elif call.budget_sek is not None and call.largest_amount_sek > call.budget_sek:
        found.append(Reason("Det högsta stödet är större än hela budgeten. Sänk det.", "largest_amount_sek"))
    if call.largest_share_percent is None:
        found.append(Reason("Skriv den högsta stödandelen i procent.", "largest_share_percent"))
    return found


def _cost_types(call: Call) -> list[str]:
    if any(row.flat_rate_percent is None for row in call.cost_types.all()):
        return []
    return [Reason("Välj minst ett kostnadsslag som inte är en schablon.", "cost_types")]


def _areas(call: Call) -> list[str]:
    areas = list(call.areas.all())
    if not areas:
        return [Reason("Välj minst ett strategiskt område.", "areas")]
    given_sek = sum(row.budget_sek or 0 for row in areas)
    if call.budget_sek is not None and given_sek > call.budget_sek:
        return [
            Reason(
                f"Områdenas budget är tillsammans {format_sek(given_sek)}, mer än hela budgeten på "
                f"{format_sek(call.budget_sek)}. Sänk den.",
                "areas",
            )
        ]
    return []


def _criteria(call: Call) -> list[str]:
    criteria = list(call.criteria.all())
    if not criteria:
        return [Reason("Skriv minst ett bedömningskriterium.", "criteria")]
    weight = sum(row.weight_percent for row in criteria)
    if weight != 100:
        return [Reason(f"Kriteriernas vikter är tillsammans {weight}\u00a0%. De ska vara 100\u00a0%.", "criteria")]
    return []
