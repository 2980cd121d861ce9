"""Set-ups that no draft can keep, each told at its field: "closes_at", or "criteria:2:levels" for a row of a list.

What is only missing waits until publishing (calls.blockers). A list that is not given is not judged.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from calls.enums import JointRule, State, ThemeLevel
from grants.core.exceptions import Reason
from grants.core.time import format_long_day, stockholm, whole_months

if TYPE_CHECKING:
    from calls.models import Call

Rows = Sequence[Mapping[str, Any]]
ORDINANCE_SHARE_PERCENT = 50
"""5 § förordning (2003:596)."""
DEFAULT_POINTS = 5


def faults_of(call: Call, lists: Mapping[str, Rows]) -> list[str]:
    """Everything about the values of the call, and about the lists that are given, that cannot be kept."""
    found: list[str] = [*_basics(call), *_applicants(call), *_money(call)]
    for name, judge in _JUDGES.items():
        if name in lists:
            found += judge(call, lists[name], lists)
    return found


def _basics(call: Call) -> Iterator[str]:
    if not call.title:
        yield Reason("Skriv utlysningens rubrik.", "title")
    if call.opens_at and call.closes_at and call.closes_at <= call.opens_at:
        yield Reason("Utlysningen måste stänga efter att den öppnar.", "closes_at")
    if call.earliest_start_on and call.latest_end_on and call.latest_end_on <= call.earliest_start_on:
        yield Reason("Projekten måste sluta efter att de startar.", "latest_end_on")
        return
    if call.earliest_start_on and call.latest_end_on and call.longest_months:
        most = whole_months(call.earliest_start_on, call.latest_end_on)
        if call.longest_months > most:
            yield Reason(
                f"Mellan tidigaste start och senaste slut är det {most} månader. Skriv högst det, eller ändra dagarna.",
                "longest_months",
            )
    yield from ends_before_closing(call, "latest_end_on" if call.state == State.DRAFT else "closes_at")


def ends_before_closing(call: Call, where: str) -> list[str]:
    """A project that must have ended before its call closes could not be applied for. ``where``: the field that can change."""
    if not call.closes_at or not call.latest_end_on or stockholm(call.closes_at).date() < call.latest_end_on:
        return []
    return [
        Reason(
            f"Projekten ska vara slut {format_long_day(call.latest_end_on)}. Utlysningen måste stänga före den dagen.",
            where,
        )
    ]


def _applicants(call: Call) -> Iterator[str]:
    if call.fewest_applicants is not None and call.joint_rule != JointRule.REQUIRED:
        yield Reason(
            f"Ett minsta antal gäller bara när de måste söka tillsammans. Välj ”{JointRule.REQUIRED.label}” eller töm rutan.",
            "fewest_applicants",
        )


def _money(call: Call) -> Iterator[str]:
    if call.budget_sek is not None and call.budget_sek <= 0:
        yield Reason("Skriv en budget som är större än 0 kronor.", "budget_sek")
    if call.smallest_amount_sek and call.largest_amount_sek and call.smallest_amount_sek > call.largest_amount_sek:
        yield Reason("Det minsta stödet är större än det högsta. Sänk det.", "smallest_amount_sek")
    share = call.largest_share_percent
    if share is not None and share < 100 and not (call.allows_cash or call.allows_in_kind or call.allows_direct):
        yield Reason(
            f"Stödet är högst {share}\u00a0%, så någon måste betala resten. Välj minst ett sätt att medfinansiera.",
            "allows_cash",
        )
    if call.follows_ordinance and share is not None and share > ORDINANCE_SHARE_PERCENT:
        yield Reason(
            "Stödandelen får vara högst 50\u00a0% när förordning (2003:596) gäller (5 §). Sänk den, eller ändra på sidan "
            "Grunder att förordningen gäller.",
            "largest_share_percent",
        )


def _cutoffs(call: Call, rows: Rows, lists: Mapping[str, Rows]) -> Iterator[str]:
    before: dt.datetime | None = None
    is_in_order = True
    for index, row in enumerate(rows):
        closes_at, planned = row["closes_at"], row.get("decided_by_on")
        if call.opens_at and closes_at <= call.opens_at:
            yield Reason("Datumet ligger före utlysningens öppning. Skriv en senare tid.", f"cutoffs:{index}:closes_at")
        elif before and closes_at <= before:
            is_in_order = False
            yield Reason(
                "Datumen ska stå i tidsordning. Skriv en tid efter raden ovanför, eller flytta raden.",
                f"cutoffs:{index}:closes_at",
            )
        if planned and planned < stockholm(closes_at).date():
            yield Reason(
                "Besluten planeras före sista ansökningsdag. Skriv en senare dag.", f"cutoffs:{index}:decided_by_on"
            )
        before = closes_at
    # Out of order the last row is not the last date, and the call's own end follows it where it was left empty.
    if rows and is_in_order and call.closes_at and rows[-1]["closes_at"] != call.closes_at:
        yield Reason("Utlysningen ska stänga vid det sista av de delsista datumen. Ändra ett av dem.", "closes_at")


def _themes(call: Call, rows: Rows, lists: Mapping[str, Rows]) -> Iterator[str]:
    track, names = "", set()
    for index, row in enumerate(rows):
        following = rows[index + 1] if index + 1 < len(rows) else None
        if row["level"] == ThemeLevel.TRACK:
            track = row["title"]
            if following is None or following["level"] == ThemeLevel.TRACK:
                yield Reason(
                    "Under en inriktning ska minst ett tema stå. Skriv ett tema på raden efter, eller välj Tema.",
                    f"themes:{index}:level",
                )
        key = (row["level"], "" if row["level"] == ThemeLevel.TRACK else track, row["title"].casefold())
        if key in names:
            yield Reason("Namnet står redan ovanför. Skriv ett annat.", f"themes:{index}:title")
        names.add(key)


def _invitations(call: Call, rows: Rows, lists: Mapping[str, Rows]) -> Iterator[str]:
    yield from _twice(rows, "invitations", "organisation", "Organisationen är redan inbjuden. Ta bort en av raderna.")


def _years(call: Call, rows: Rows, lists: Mapping[str, Rows]) -> Iterator[str]:
    seen = set()
    is_divided = any(row.get("theme") for row in rows)
    for index, row in enumerate(rows):
        theme = row.get("theme")
        if theme is not None and theme.call_id != call.pk:
            yield Reason("Välj ett av utlysningens egna teman.", f"years:{index}:theme")
        elif is_divided and theme is None:
            yield Reason("Välj tema på varje rad, eller inte på någon.", f"years:{index}:theme")
        key = (row["year"], theme.pk if theme else None)
        if key in seen:
            same = "år och tema" if theme else "år"
            yield Reason(f"Samma {same} står redan ovanför. Slå ihop raderna.", f"years:{index}:year")
        seen.add(key)


def _flat_rates(call: Call, rows: Rows, lists: Mapping[str, Rows]) -> Iterator[str]:
    allowed = _allowed(call, lists)
    computed = {str(row["cost_type"]) for row in rows}
    for index, row in enumerate(rows):
        code, basis = str(row["cost_type"]), {str(each) for each in row["basis"]}
        at = f"flat_rates:{index}"
        if code not in allowed:
            yield Reason("Kryssa i kostnadsslaget ovan, eller välj ett annat.", f"{at}:cost_type")
        if not basis:
            yield Reason("Välj minst ett kostnadsslag att räkna schablonen på.", f"{at}:basis")
        elif code in basis:
            yield Reason("En schablon räknas inte på sig själv. Välj andra kostnadsslag.", f"{at}:basis")
        elif basis & computed:
            yield Reason("En schablon räknas inte på en annan schablon. Välj andra kostnadsslag.", f"{at}:basis")
        elif not basis <= allowed:
            yield Reason("Välj bland de kostnadsslag som är ikryssade ovan.", f"{at}:basis")
        end = row.get("valid_until")
        if end and end < row["valid_from"]:
            yield Reason("Schablonen slutar före den börjar. Skriv en senare dag.", f"{at}:valid_until")
        elif any(str(other["cost_type"]) == code and _overlap(row, other) for other in rows[:index]):
            yield Reason(
                "Schablonen gäller samtidigt som en annan för samma kostnadsslag. Ändra när den gäller.",
                f"{at}:valid_from",
            )


def _allowed(call: Call, lists: Mapping[str, Rows]) -> set[str]:
    """The codes of the cost types as they will be."""
    if "cost_types" in lists:
        return {str(row["code"]) for row in lists["cost_types"]}
    return set(call.cost_types.values_list("code", flat=True))


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    last = dt.date.max
    return one["valid_from"] <= (other.get("valid_until") or last) and other["valid_from"] <= (
        one.get("valid_until") or last
    )


def _criteria(call: Call, rows: Rows, lists: Mapping[str, Rows]) -> Iterator[str]:
    names: set[str] = set()
    for index, row in enumerate(rows):
        name = row["title"].casefold()
        if name in names:
            yield Reason("Kriteriet står redan ovanför. Skriv ett annat namn.", f"criteria:{index}:title")
        names.add(name)
        most = row.get("max_points") or DEFAULT_POINTS
        least = row.get("minimum_points")
        if least is not None and least > most:
            yield Reason(
                f"Lägsta poäng för stöd är högre än skalan, som slutar vid {most}. Sänk den.",
                f"criteria:{index}:minimum_points",
            )
        points = [level for level, _ in row.get("levels") or ()]
        if any(later <= earlier for earlier, later in itertools.pairwise(points)):
            yield Reason(
                "Poängen ska stå i ordning, den lägsta först och varje poäng en gång.", f"criteria:{index}:levels"
            )
        elif points and points[-1] > most:
            yield Reason(
                f"Skalan slutar vid {most} poäng men texten går till {points[-1]}. Ändra en av dem.",
                f"criteria:{index}:levels",
            )


def _formal_check_points(call: Call, rows: Rows, lists: Mapping[str, Rows]) -> Iterator[str]:
    yield from _twice(rows, "formal_check_points", "question", "Frågan står redan ovanför. Ta bort en av dem.")


def _required_attachments(call: Call, rows: Rows, lists: Mapping[str, Rows]) -> Iterator[str]:
    yield from _twice(rows, "required_attachments", "title", "Bilagan står redan ovanför. Ta bort en av dem.")


def _twice(rows: Rows, name: str, field: str, text: str) -> Iterator[str]:
    seen = set()
    for index, row in enumerate(rows):
        value = row[field].casefold() if isinstance(row[field], str) else row[field]
        if value in seen:
            yield Reason(text, f"{name}:{index}:{field}")
        seen.add(value)


_JUDGES: dict[str, Callable[[Any, Rows, Mapping[str, Rows]], Iterator[str]]] = {
    "cutoffs": _cutoffs,
    "themes": _themes,
    "invitations": _invitations,
    "years": _years,
    "flat_rates": _flat_rates,
    "criteria": _criteria,
    "formal_check_points": _formal_check_points,
    "required_attachments": _required_attachments,
}
