"""Lists about time, themes, applicants and areas."""

from __future__ import annotations

from collections.abc import Sequence

from calls.enums import ThemeLevel
from calls.lists.base import Row, RowList, remove, sync
from calls.models import Call
from grants.accounts.enums import OrganisationKind
from grants.core.exceptions import Reason
from grants.core.money import format_sek
from grants.core.text import clean_name, clean_text
from grants.core.time import format_day, format_instant

# Cut-offs ------------------------------------------------------------------------------------------------------------


def _read_cutoffs(call: Call) -> list[Row]:
    return [{"closes_at": row.closes_at, "decided_by_on": row.decided_by_on} for row in call.cutoffs.all()]


def _write_cutoffs(call: Call, rows: Sequence[Row]) -> None:
    """Numbered by time. Those that move later go from the last on, the others from the first: no two ever meet."""
    ordered = sorted(rows, key=lambda row: row["closes_at"])
    held = {row.number: row for row in call.cutoffs.all()}
    used = Reason("Det har kommit in ansökningar till ett datum som du tog bort. Låt datumet stå kvar.", "cutoffs")
    remove(call.cutoffs, [row.pk for number, row in held.items() if number > len(ordered)], used)
    both = [(held[number], values) for number, values in enumerate(ordered, 1) if number in held]
    later = [(row, values) for row, values in both if values["closes_at"] >= row.closes_at]
    for row, values in [*reversed(later), *(pair for pair in both if pair not in later)]:
        if (row.closes_at, row.decided_by_on) != (values["closes_at"], values.get("decided_by_on")):
            row.closes_at, row.decided_by_on = values["closes_at"], values.get("decided_by_on")
            row.save()
    for number, values in enumerate(ordered, 1):
        if number not in held:
            call.cutoffs.create(number=number, closes_at=values["closes_at"], decided_by_on=values.get("decided_by_on"))


def _cutoff_line(row: Row) -> str:
    planned = f", beslut senast {format_day(row['decided_by_on'])}" if row.get("decided_by_on") else ""
    return f"{format_instant(row['closes_at'])}{planned}"


# Themes --------------------------------------------------------------------------------------------------------------


def _read_themes(call: Call) -> list[Row]:
    """In the order of the page: themes that stand alone, then each track with its themes under it."""
    rows = list(call.themes.all())
    tracks = {row.track_id for row in rows if row.track_id}
    found = [_theme_row(row, ThemeLevel.THEME) for row in rows if row.track_id is None and row.pk not in tracks]
    for track in (row for row in rows if row.pk in tracks):
        found.append(_theme_row(track, ThemeLevel.TRACK))
        found += [_theme_row(row, ThemeLevel.THEME) for row in rows if row.track_id == track.pk]
    return found


def _theme_row(row: object, level: ThemeLevel) -> Row:
    return {"id": row.pk, "level": level, "title": row.title, "about": row.about}  # type: ignore[attr-defined]


def _write_themes(call: Call, rows: Sequence[Row]) -> None:
    """A theme lies under the nearest track above it."""
    call.themes.update(track=None)  # so that two that change places never have the same name under the same track
    known = set(call.themes.values_list("pk", flat=True))
    wanted = []
    for order, row in enumerate(rows, 1):
        key = row.get("id") if row.get("id") in known else f"ny {order}"
        known.discard(row.get("id"))
        values = {
            "title": clean_name(row["title"]),
            "about": clean_text(row.get("about") or "").strip(),
            "order": order,
            "track_id": None,
        }
        wanted.append((key, values))
    used = Reason(
        "Ett tema som du tog bort har en egen budget på sidan Pengar eller används i en ansökan. Ändra det först.",
        "themes",
    )
    made = sync(call, call.themes, wanted, lambda row: row.pk, used)
    track = None
    for (key, _), row in zip(wanted, rows, strict=True):
        if row["level"] == ThemeLevel.TRACK:
            track = made[key]
        elif track is not None:
            made[key].track = track
    call.themes.bulk_update([row for row in made.values() if row.track_id], ["track"])


def _theme_line(row: Row) -> str:
    return row["title"] if row["level"] == ThemeLevel.TRACK else f"– {row['title']}"


# Who may apply -------------------------------------------------------------------------------------------------------


def _read_kinds(call: Call) -> list[Row]:
    return [{"kind": row.kind} for row in call.applicant_kinds.all()]


def _write_kinds(call: Call, rows: Sequence[Row]) -> None:
    wanted = [(kind, {"kind": kind}) for kind in dict.fromkeys(str(row["kind"]) for row in rows)]
    sync(call, call.applicant_kinds, wanted, lambda row: row.kind, Reason("", "applicant_kinds"))


def _read_invitations(call: Call) -> list[Row]:
    rows = call.invitations.select_related("organisation")
    return [{"organisation": row.organisation, "amount_sek": row.amount_sek} for row in rows]


def _write_invitations(call: Call, rows: Sequence[Row]) -> None:
    wanted = [
        (row["organisation"].pk, {"organisation": row["organisation"], "amount_sek": row.get("amount_sek")})
        for row in rows
    ]
    sync(call, call.invitations, wanted, lambda row: row.organisation_id, Reason("", "invitations"))


def _invitation_line(row: Row) -> str:
    return f"{row['organisation']}" + (f": {format_sek(row['amount_sek'])}" if row.get("amount_sek") else "")


# What it concerns ----------------------------------------------------------------------------------------------------


def _read_areas(call: Call) -> list[Row]:
    return [{"area": row.area, "budget_sek": row.budget_sek} for row in call.areas.select_related("area")]


def _write_areas(call: Call, rows: Sequence[Row]) -> None:
    wanted = [(row["area"].pk, {"area": row["area"], "budget_sek": row.get("budget_sek")}) for row in rows]
    sync(call, call.areas, wanted, lambda row: row.area_id, Reason("", "areas"))


def _area_line(row: Row) -> str:
    return str(row["area"]) + (f": {format_sek(row['budget_sek'])}" if row.get("budget_sek") else "")


LISTS = {
    "cutoffs": RowList("Delsista datum", _read_cutoffs, _write_cutoffs, _cutoff_line),
    "themes": RowList("Inriktningar och teman", _read_themes, _write_themes, _theme_line),
    "applicant_kinds": RowList(
        "Slag av organisationer", _read_kinds, _write_kinds, lambda row: str(OrganisationKind(row["kind"]).label)
    ),
    "invitations": RowList("Inbjudna", _read_invitations, _write_invitations, _invitation_line),
    "areas": RowList("Strategiska områden", _read_areas, _write_areas, _area_line),
}
