"""The public pages: the list of calls and one call. Visitors cost no session and get no cookie."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from calls.enums import State
from calls.models import Call, percent_words
from grants.core.money import NBSP, format_sek, group
from grants.core.policy import Audience, policy
from grants.core.time import format_day, now, stockholm


@policy(Audience.PUBLIC, about="Utlysningar: öppna nu, kommande och avslutade")
def call_list(request: HttpRequest) -> HttpResponse:
    at = now()
    shown = Call.objects.visible_to(request.user)
    past = Paginator(shown.past_at(at), 50).get_page(request.GET.get("sida"))
    context = {
        "open_calls": [(call, days_left(call, at)) for call in shown.open_at(at)],
        "coming_calls": shown.coming_at(at),
        "past": past,
        "past_calls": [(call, call.last_moment) for call in past],
    }
    return render(request, "calls/public/list.html", context)


@policy(Audience.PUBLIC, about="En utlysning")
def detail(request: HttpRequest, code: str) -> HttpResponse:
    at = now()
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("authority"), code=code)
    criteria = list(call.criteria.all())
    areas = list(call.areas.select_related("area"))
    user = request.user
    context = {
        "call": call,
        "is_open": call.is_open(at),
        "deadline": deadline(call, at),
        "facts": facts(call),
        "cost_types": [cost_type_words(row) for row in call.cost_types.all()],
        "not_funded": [line.strip() for line in call.not_funded.splitlines() if line.strip()],
        "criteria": [{"name": c.title, "about": c.guidance, "weight_percent": c.weight_percent} for c in criteria],
        "most": max((c.weight_percent for c in criteria), default=0),
        "area_budgets": [(row.area.short_sv, row.budget_sek) for row in areas if row.budget_sek],
        "area_names": [str(row.area) for row in areas],
        "times": timetable(call, at),
        "may_apply": bool(user.is_authenticated and user.applicant_organisation_ids),
        "is_own": bool(user.is_authenticated and call.authority_id in user.authority_ids),
    }
    return render(request, "calls/public/detail.html", context)


def days_left(call: Call, at: dt.datetime) -> int:
    """Whole days between today and the last day, in Sweden."""
    last = call.last_moment
    return max(0, (last.date() - stockholm(at).date()).days) if last else 0


def deadline(call: Call, at: dt.datetime) -> dict[str, Any] | None:
    """The deadline card; None when the end is not known."""
    last = call.last_moment
    if last is None or call.opens_at is None or call.closes_at is None:
        return None
    whole = call.closes_at - call.opens_at
    elapsed = min(max(at - call.opens_at, dt.timedelta(0)), whole)
    return {
        "closes_at": last,
        "opens_at": call.opens_at,
        "days_left": days_left(call, at),
        "elapsed_percent": round(100 * elapsed / whole),
        "closed": call.is_late(at) or call.state in (State.CLOSED, State.SETTLED, State.ARCHIVED),
        "coming": at < call.opens_at,
        "whole_day": call.ends_at_midnight,
    }


def facts(call: Call) -> list[dict[str, str]]:
    """Up to four facts; what is not known is left out."""
    found = []
    if call.budget_sek:
        found.append({"label": "Budget i utlysningen", "value": format_sek(call.budget_sek), "note": ""})
    if call.largest_amount_sek:
        least = f"minst {format_sek(call.smallest_amount_sek)}" if call.smallest_amount_sek else ""
        found.append(
            {"label": "Stöd per projekt", "value": f"Högst {in_millions(call.largest_amount_sek)}", "note": least}
        )
    if call.largest_share_percent:
        share = f"Högst {call.largest_share_percent}{NBSP}%"
        found.append({"label": "Stödandel", "value": share, "note": "av kostnader som ger stöd"})
    start = f"med start tidigast {format_day(call.earliest_start_on)}" if call.earliest_start_on else ""
    if call.longest_months:
        months = f"Högst {call.longest_months} {'månad' if call.longest_months == 1 else 'månader'}"
        found.append({"label": "Projektet pågår", "value": months, "note": start})
    elif call.latest_end_on:
        found.append({"label": "Projektet pågår", "value": f"Till {format_day(call.latest_end_on)}", "note": start})
    return found


def in_millions(amount_sek: int) -> str:
    """2000000 → "2 miljoner kr"; amounts that are not whole millions in full."""
    millions, rest = divmod(amount_sek, 1_000_000)
    if rest or not millions:
        return format_sek(amount_sek)
    return f"{group(millions)}{NBSP}{'miljon' if millions == 1 else 'miljoner'}{NBSP}kr"


def cost_type_words(row: Any) -> str:
    """A cost type as the page lists it, with its flat rate."""
    if row.flat_rate_percent is None:
        return f"{row.label}: {row.help_text}" if row.help_text else row.label
    return f"{row.label}, {percent_words(row.flat_rate_percent)} av personalkostnaden"


def timetable(call: Call, at: dt.datetime) -> list[dict[str, Any]]:
    """The days that are known, in order; the next one to come is marked."""
    last = call.last_moment
    days: list[tuple[dt.date, str, str, bool]] = []
    if call.opens_at:
        days.append((stockholm(call.opens_at).date(), "Utlysningen öppnar", "", call.opens_at <= at))
    if last and call.closes_at:
        clock = "midnatt" if call.ends_at_midnight else f"klockan {stockholm(call.closes_at):%H.%M}"
        note = f"Ansökan ska vara inskickad före {clock}." if at < call.closes_at else ""
        days.append((last.date(), "Sista dag att söka", note, call.closes_at <= at))
    today = stockholm(at).date()
    if call.earliest_start_on:
        days.append((call.earliest_start_on, "Projekten kan starta", "", call.earliest_start_on <= today))
    if call.latest_end_on:
        days.append((call.latest_end_on, "Projekten ska vara slut", "", call.latest_end_on < today))
    days.sort(key=lambda day: day[0])
    coming = next((index for index, day in enumerate(days) if not day[3]), None)
    return [
        {"day": day, "label": label, "note": note, "state": "done" if done else "now" if index == coming else ""}
        for index, (day, label, note, done) in enumerate(days)
    ]
