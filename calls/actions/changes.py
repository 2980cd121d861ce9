"""What a published call may change: deadlines only forward, money never below what is granted (INV-1, INV-3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from calls.enums import State
from calls.models import Call
from grants.core.exceptions import Blocked, Reason
from grants.core.money import format_sek, group
from grants.core.time import format_instant

FAR = dt.timedelta(days=60)
"""A deadline that moves farther than this in one step may be a mistyped year: it is asked for once more."""


def refuse_change(call: Call, data: dict[str, Any], at: dt.datetime) -> None:
    """Raises Blocked with everything that would take something back from those who apply or have been granted support."""
    found = [*_opening(call, data, at), *_closing(call, data, at), *_cutoffs(call, data, at), *_money(call, data)]
    if found:
        raise Blocked(found)


def _opening(call: Call, data: dict[str, Any], at: dt.datetime) -> list[str]:
    """Before it has opened, another day is fair to everyone: nobody has begun."""
    if "opens_at" not in data or data["opens_at"] == call.opens_at:
        return []
    if call.opens_at is not None and call.opens_at <= at:
        return [Reason("Utlysningen har öppnat. Tiden går inte att ändra.", "opens_at")]
    if data["opens_at"] is None or data["opens_at"] <= at:
        return [
            Reason("Skriv en tid som ligger framåt. Utlysningen är publicerad och öppnar av sig själv.", "opens_at")
        ]
    return []


def _closing(call: Call, data: dict[str, Any], at: dt.datetime) -> list[str]:
    if "closes_at" not in data or data["closes_at"] == call.closes_at:
        return []
    if call.state not in (State.PUBLISHED, State.OPEN) or call.closes_at is None or call.closes_at <= at:
        return [Reason("Ansökningstiden går bara att förlänga innan utlysningen har stängt.", "closes_at")]
    if data["closes_at"] is None or data["closes_at"] < call.closes_at:
        return [
            Reason(
                f"Skriv en tid efter {format_instant(call.closes_at)}. Ansökningstiden går bara att förlänga.",
                "closes_at",
            )
        ]
    if data["closes_at"] - call.closes_at > FAR:
        days = group((data["closes_at"] - call.closes_at).days)
        return [
            Reason(
                f"Det är {days} dagar senare, och tiden går inte att flytta tillbaka. Om du menar det: använd sidan Förläng "
                "ansökningstiden.",
                "closes_at",
            )
        ]
    return []


def _cutoffs(call: Call, data: dict[str, Any], at: dt.datetime) -> list[str]:
    """Each stands or moves later while it has not passed; new ones may come after the last."""
    if "cutoffs" not in data:
        return []
    found: list[str] = []
    held, wanted = list(call.cutoffs.all()), data["cutoffs"]
    if len(wanted) < len(held):
        found.append(Reason("Datumen i en publicerad utlysning går att flytta fram men inte att ta bort.", "cutoffs"))
    elif wanted and not held:
        found.append(Reason("En publicerad utlysning kan inte få delsista datum. Ta bort raderna.", "cutoffs"))
    for index, (row, new) in enumerate(zip(held, wanted, strict=False)):
        if new["closes_at"] == row.closes_at:
            continue
        if row.closes_at <= at or call.state not in (State.PUBLISHED, State.OPEN):
            text = "Datumet har passerat och går inte att ändra."
        elif new["closes_at"] < row.closes_at:
            text = f"Skriv en tid efter {format_instant(row.closes_at)}. Ett datum flyttas aldrig bakåt."
        else:
            continue
        found.append(Reason(text, f"cutoffs:{index}:closes_at"))
    return found


def _money(call: Call, data: dict[str, Any]) -> list[str]:
    if "years" not in data:
        return []
    wanted = {(row["year"], row["theme"].pk if row.get("theme") else None): row for row in data["years"]}
    places = {key: index for index, key in enumerate(wanted)}
    found: list[str] = []
    for row in call.year_budgets.all():
        key = (row.year, row.theme_id)
        if key not in wanted and row.used_sek:
            found.append(Reason(f"{format_sek(row.used_sek)} är beviljat för {row.year}. Låt året stå kvar.", "years"))
        elif key in wanted and wanted[key]["budget_sek"] < row.used_sek:
            text = f"{format_sek(row.used_sek)} är redan beviljat för {row.year}. Skriv minst det beloppet."
            found.append(Reason(text, f"years:{places[key]}:budget_sek"))
    return found
